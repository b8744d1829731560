//! Randomness as a parameter, so that tests can repeat it.

use uuid::Uuid;

use crate::Clock;

/// A source of random bytes that are fit for keys and tokens.
pub trait Random: Send + Sync + std::fmt::Debug {
    /// Fills `bytes` with random bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's random source.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    /// # Panics
    ///
    /// If the operating system has no random source. There is no safe way to go on without one.
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system has a random source");
    }
}

/// A UUID of version 7 (RFC 9562 §5.7): sorts by time of creation.
pub fn uuid_v7(clock: &dyn Clock, random: &dyn Random) -> Uuid {
    let mut bytes = [0_u8; 10];
    random.fill(&mut bytes);
    let millis = u64::try_from(clock.now().timestamp_millis()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid()
}
