//! Keyed hashes of tokens and API keys.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// HMAC-SHA256 (RFC 2104) with the installation's own key: who has the database alone cannot test guesses.
pub struct Hasher {
    key: Zeroizing<[u8; 32]>,
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hasher").finish_non_exhaustive()
    }
}

impl Hasher {
    /// A hasher with this key.
    pub fn new(key: &[u8; 32]) -> Self {
        Self {
            key: Zeroizing::new(*key),
        }
    }

    /// The hash of `secret`. Equal secrets of different domains (such as `api_key`) have different hashes.
    pub fn hash(&self, domain: &str, secret: &str) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.key.as_slice())
            .expect("HMAC takes a key of any length");
        mac.update(&(domain.len() as u64).to_be_bytes());
        mac.update(domain.as_bytes());
        mac.update(secret.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use super::Hasher;

    #[test]
    fn domains_keys_and_secrets_separate() {
        let hasher = Hasher::new(&[1; 32]);
        assert_eq!(hasher.hash("a", "secret"), hasher.hash("a", "secret"));
        assert_ne!(hasher.hash("a", "secret"), hasher.hash("b", "secret"));
        assert_ne!(hasher.hash("a", "bc"), hasher.hash("ab", "c"));
        assert_ne!(hasher.hash("a", "secret"), hasher.hash("a", "secret "));
        assert_ne!(hasher.hash("a", "x"), Hasher::new(&[2; 32]).hash("a", "x"));
    }
}
