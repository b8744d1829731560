//! VLT-2 and VLT-7: what was sealed opens in its place only, and nothing makes the vault panic.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test that panics fails the test"
)]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use linkyard_core::{Random, SystemRandom};
use linkyard_vault::{Binding, Error, KeyRing, Vault};
use proptest::prelude::*;

const FIRST: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const SECOND: &str = "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=";
const PLACE: Binding<'_> = Binding {
    table: "accounts",
    column: "credentials",
    organization: "1001",
    project: "dev",
    environment: "production",
    row: "a1",
};

fn vault(keys: &str) -> Vault {
    Vault::new(KeyRing::from_base64(keys).unwrap(), Arc::new(SystemRandom))
}

/// Counts, so that every draw differs and is seen.
#[derive(Debug, Default)]
struct Counting(AtomicU64);

impl Random for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        let count = self.0.fetch_add(1, Ordering::SeqCst);
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = count.to_le_bytes()[index % 8];
        }
    }
}

#[test]
fn opens_what_it_sealed() {
    let vault = vault(FIRST);
    for text in [&b""[..], b"x", &[0; 10_000]] {
        let sealed = vault.seal(&PLACE, text);
        assert_eq!(vault.open(&PLACE, &sealed).unwrap().as_slice(), text);
    }
}

/// Every bit of a sealed value matters, and so does its length.
#[test]
fn vlt_2_every_flip_truncation_and_extension_is_refused() {
    let vault = vault(FIRST);
    let sealed = vault.seal(&PLACE, b"canary-secret");
    for bit in 0..sealed.len() * 8 {
        let mut flipped = sealed.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert!(vault.open(&PLACE, &flipped).is_err(), "bit {bit}");
    }
    for length in 0..sealed.len() {
        assert!(
            vault.open(&PLACE, &sealed[..length]).is_err(),
            "length {length}"
        );
        assert!(
            vault.open(&PLACE, &sealed[length + 1..]).is_err(),
            "from {length}"
        );
    }
    for extra in 0..=255 {
        let mut longer = sealed.clone();
        longer.push(extra);
        assert_eq!(vault.open(&PLACE, &longer), Err(Error::Refused));
    }
}

/// 100 rows over tables, columns, tenants: none opens in the place of another (9,900 pairs).
#[test]
fn vlt_2_no_row_opens_in_another_place() {
    let vault = vault(FIRST);
    let words = ["1", "11"];
    let mut places = Vec::new();
    for bits in 0..64_usize {
        let word = |bit: usize| words[(bits >> bit) & 1];
        places.push(Binding {
            table: word(0),
            column: word(1),
            organization: word(2),
            project: word(3),
            environment: word(4),
            row: word(5),
        });
    }
    let rows: Vec<String> = (0..36).map(|row| format!("row {row}")).collect();
    places.extend(rows.iter().map(|row| Binding { row, ..PLACE }));
    assert_eq!(places.len(), 100);
    let sealed: Vec<_> = places.iter().map(|place| vault.seal(place, b"s")).collect();
    for (from, sealed) in sealed.iter().enumerate() {
        for (to, place) in places.iter().enumerate() {
            assert_eq!(vault.open(place, sealed).is_ok(), from == to, "{from} {to}");
        }
    }
}

/// The parts of two sealed values of the same place cannot be mixed.
#[test]
fn vlt_2_parts_of_two_versions_do_not_mix() {
    let vault = vault(FIRST);
    let (old, new) = (vault.seal(&PLACE, b"old"), vault.seal(&PLACE, b"new"));
    for cut in 1..old.len() {
        if old[..cut] == new[..cut] || old[cut..] == new[cut..] {
            continue;
        }
        let mixed = [&old[..cut], &new[cut..]].concat();
        assert!(vault.open(&PLACE, &mixed).is_err(), "cut {cut}");
    }
}

#[test]
fn vlt_2_every_seal_has_its_own_key_and_nonces() {
    let random = Arc::new(Counting::default());
    let vault = Vault::new(KeyRing::from_base64(FIRST).unwrap(), random.clone());
    let mut nonces = BTreeSet::new();
    for _ in 0..1_000 {
        let sealed = vault.seal(&PLACE, b"");
        assert!(nonces.insert(sealed[12..36].to_vec()));
        assert!(nonces.insert(sealed[84..108].to_vec()));
    }
    assert_eq!(random.0.load(Ordering::SeqCst), 3_000);
}

#[test]
fn rewrap_moves_to_the_current_key() {
    let old = vault(FIRST);
    let sealed = old.seal(&PLACE, b"secret");
    let both = vault(&format!("{SECOND}\n{FIRST}\n"));
    let rewrapped = both.rewrap(&PLACE, &sealed).unwrap().unwrap();
    assert_eq!(both.rewrap(&PLACE, &rewrapped).unwrap(), None);
    let new = vault(SECOND);
    assert_eq!(new.open(&PLACE, &rewrapped).unwrap().as_slice(), b"secret");
    let key_id = old.current_key_id().to_owned();
    assert_eq!(new.open(&PLACE, &sealed), Err(Error::UnknownKey { key_id }));
    let elsewhere = Binding { row: "a2", ..PLACE };
    assert_eq!(both.rewrap(&elsewhere, &sealed), Err(Error::Refused));
    let mut damaged = sealed;
    *damaged.last_mut().unwrap() ^= 1;
    assert_eq!(both.rewrap(&PLACE, &damaged), Err(Error::Refused));
}

/// Nothing of a key or a plaintext shows in the debug form.
#[test]
fn debug_forms_hold_no_key() {
    let vault = vault(FIRST);
    let shown = format!("{vault:?}");
    assert!(shown.contains(vault.current_key_id()), "{shown}");
    assert!(
        !shown.contains("AAEC") && !shown.contains("0, 1, 2"),
        "{shown}"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(20_000) })]

    #[test]
    fn vlt_7_open_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(vault(FIRST).open(&PLACE, &bytes).is_err());
    }

    #[test]
    fn vlt_7_open_with_a_right_head_never_panics(rest in proptest::collection::vec(any::<u8>(), 0..200)) {
        let vault = vault(FIRST);
        let bytes = [&b"LYV\x01"[..], vault.current_key_id().as_bytes(), &rest].concat();
        prop_assert!(vault.open(&PLACE, &bytes).is_err());
        prop_assert!(vault.rewrap(&PLACE, &bytes).is_ok_and(|found| found.is_none()) || rest.len() < 112);
    }

}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4_000) })]

    /// 100,000 mutations: 25 of each of 4,000 values.
    #[test]
    fn vlt_2_mutations_are_refused(
        text in proptest::collection::vec(any::<u8>(), 0..64),
        mutations in proptest::collection::vec(
            (
                proptest::collection::vec((any::<proptest::sample::Index>(), 1..=255_u8), 1..4),
                proptest::option::of(any::<proptest::sample::Index>()),
            ),
            25,
        ),
    ) {
        let vault = vault(FIRST);
        let sealed = vault.seal(&PLACE, &text);
        for (flips, cut) in mutations {
            let mut changed = sealed.clone();
            for (index, flip) in flips {
                changed[index.index(sealed.len())] ^= flip;
            }
            if let Some(cut) = cut {
                changed.truncate(cut.index(sealed.len()));
            }
            // Two flips of one byte can cancel out.
            prop_assert!(changed == sealed || vault.open(&PLACE, &changed).is_err());
        }
    }

    #[test]
    fn vlt_2_places_are_unambiguous(a in proptest::array::uniform6("[a-c]{0,3}"), b in proptest::array::uniform6("[a-c]{0,3}")) {
        fn place(words: &[String; 6]) -> Binding<'_> {
            let [table, column, organization, project, environment, row] = words;
            Binding { table, column, organization, project, environment, row }
        }
        let vault = vault(FIRST);
        let sealed = vault.seal(&place(&a), b"s");
        prop_assert_eq!(vault.open(&place(&b), &sealed).is_ok(), a == b);
    }

    #[test]
    fn vlt_7_key_text_never_panics(text in "\\PC{0,100}") {
        drop(KeyRing::from_base64(&text));
    }
}
