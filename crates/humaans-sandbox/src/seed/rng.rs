//! Chance with a seed: the same on every platform.

/// `SplitMix64`, a small generator of even quality; nothing secret is made with it.
pub(super) struct Rng(pub(super) u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number from 0 to `n - 1`.
    pub(super) fn below(&mut self, n: u64) -> u64 {
        self.next() % n.max(1)
    }

    pub(super) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.index(from.len())]
    }

    /// One of the texts, if there is any.
    pub(super) fn pick_of<'a>(&mut self, from: &'a [String]) -> Option<&'a str> {
        let i = self.index(from.len());
        from.get(i).map(String::as_str)
    }

    fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or(0)
    }

    /// One of the values, by weight.
    pub(super) fn share<T: Copy>(&mut self, from: &[(T, u64)]) -> T {
        let mut at = self.below(from.iter().map(|f| f.1).sum());
        for (what, weight) in from {
            if at < *weight {
                return *what;
            }
            at -= weight;
        }
        from[0].0
    }

    pub(super) fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            let other = self.index(i + 1);
            list.swap(i, other);
        }
    }

    /// 24 letters and digits.
    pub(super) fn id(&mut self) -> String {
        const LETTERS: &[u8; 62] =
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        (0..24).map(|_| char::from(self.pick(LETTERS))).collect()
    }
}

/// `count` values in exactly these shares (percent), in the order of the list.
pub(super) fn quota<T: Copy>(count: usize, shares: &[(T, usize)]) -> Vec<T> {
    let mut out = Vec::with_capacity(count);
    let mut percent = 0;
    for (value, share) in shares {
        percent += share;
        out.resize((count * percent + 50) / 100, *value);
    }
    out
}
