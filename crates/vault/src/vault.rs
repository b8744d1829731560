//! Sealing and opening.

use std::sync::Arc;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use linkyard_core::Random;
use zeroize::Zeroizing;

use crate::key_ring::Key;
use crate::{Binding, KeyRing};

/// Three letters and the number of the format. What follows: key id (8 hex digits), nonce of the data key (24 bytes),
/// sealed data key (32 and a tag of 16 bytes), nonce of the content (24 bytes), sealed content with its tag.
const MAGIC: [u8; 4] = *b"LYV\x01";
const FORMAT: u8 = MAGIC[3];
const KEY_ID: usize = 8;
const NONCE: usize = 24;
const TAG: usize = 16;
const DATA_KEY: usize = 32;

/// Why a sealed value does not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// It was sealed with a key that is not in the key ring.
    #[error(
        "open a sealed value: the key {key_id} is needed; add it to the key file below the current one"
    )]
    UnknownKey {
        /// The key's id.
        key_id: String,
    },
    /// Its end is missing.
    #[error("open a sealed value: it is cut off")]
    Truncated,
    /// It is no sealed value, or one of a newer version.
    #[error("open a sealed value: it has another format")]
    Format,
    /// It was changed, or belongs to another place.
    #[error("open a sealed value: it was changed, or it belongs to another row")]
    Refused,
}

/// Seals secrets and opens them again.
pub struct Vault {
    keys: KeyRing,
    random: Arc<dyn Random>,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vault")
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}

/// The parts of a sealed value.
struct Parts<'a> {
    key_id: &'a str,
    key_nonce: &'a [u8],
    data_key: &'a [u8],
    content: &'a [u8],
}

impl Vault {
    /// A vault with these keys.
    pub fn new(keys: KeyRing, random: Arc<dyn Random>) -> Self {
        Self { keys, random }
    }

    /// The id of the key that seals.
    pub fn current_key_id(&self) -> &str {
        self.keys.current_id()
    }

    /// Encrypts `plaintext` for one place, with a data key of its own.
    ///
    /// # Panics
    ///
    /// If `plaintext` is longer than the cipher allows, 256 GiB.
    pub fn seal(&self, binding: &Binding<'_>, plaintext: &[u8]) -> Vec<u8> {
        let mut data_key = Zeroizing::new([0_u8; DATA_KEY]);
        self.random.fill(data_key.as_mut_slice());
        let mut sealed = self.wrap(binding, &data_key);
        let nonce = self.nonce();
        sealed.extend_from_slice(&nonce);
        sealed.extend(encrypt(
            &data_key,
            &nonce,
            plaintext,
            &content_data(binding),
        ));
        sealed
    }

    /// Decrypts a sealed value. Never panics, whatever the bytes are.
    ///
    /// # Errors
    ///
    /// When it was changed, belongs to another place, or needs a key that is not there.
    pub fn open(&self, binding: &Binding<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let parts = Parts::of(sealed)?;
        let data_key = self.unwrap(binding, &parts)?;
        let (nonce, content) = parts
            .content
            .split_at_checked(NONCE)
            .ok_or(Error::Truncated)?;
        decrypt(&data_key, nonce, content, &content_data(binding))
    }

    /// The same value under the current key; `None` if it is already. The content stays as it is.
    ///
    /// # Errors
    ///
    /// As [`Vault::open`]; the value is opened on the way, so that a damaged one is not carried on.
    pub fn rewrap(&self, binding: &Binding<'_>, sealed: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        let parts = Parts::of(sealed)?;
        if parts.key_id == self.keys.current_id() {
            return Ok(None);
        }
        self.open(binding, sealed)?;
        let data_key = self.unwrap(binding, &parts)?;
        let mut rewrapped = self.wrap(binding, &data_key);
        rewrapped.extend_from_slice(parts.content);
        Ok(Some(rewrapped))
    }

    /// The head of a sealed value: everything up to the content.
    fn wrap(&self, binding: &Binding<'_>, data_key: &[u8; DATA_KEY]) -> Vec<u8> {
        let key = self.keys.current();
        let nonce = self.nonce();
        let mut head = MAGIC.to_vec();
        head.extend_from_slice(key.id().as_bytes());
        head.extend_from_slice(&nonce);
        head.extend(encrypt(
            key.bytes(),
            &nonce,
            data_key,
            &key_data(binding, key),
        ));
        head
    }

    fn unwrap(
        &self,
        binding: &Binding<'_>,
        parts: &Parts<'_>,
    ) -> Result<Zeroizing<[u8; DATA_KEY]>, Error> {
        let key = self
            .keys
            .find(parts.key_id)
            .ok_or_else(|| Error::UnknownKey {
                key_id: parts.key_id.to_owned(),
            })?;
        let opened = decrypt(
            key.bytes(),
            parts.key_nonce,
            parts.data_key,
            &key_data(binding, key),
        )?;
        let mut data_key = Zeroizing::new([0_u8; DATA_KEY]);
        if opened.len() != DATA_KEY {
            return Err(Error::Refused);
        }
        data_key.copy_from_slice(&opened);
        Ok(data_key)
    }

    fn nonce(&self) -> [u8; NONCE] {
        let mut nonce = [0_u8; NONCE];
        self.random.fill(&mut nonce);
        nonce
    }
}

impl<'a> Parts<'a> {
    fn of(sealed: &'a [u8]) -> Result<Self, Error> {
        let (magic, rest) = sealed
            .split_at_checked(MAGIC.len())
            .ok_or(Error::Truncated)?;
        if magic != MAGIC {
            return Err(Error::Format);
        }
        let (key_id, rest) = rest.split_at_checked(KEY_ID).ok_or(Error::Truncated)?;
        let (key_nonce, rest) = rest.split_at_checked(NONCE).ok_or(Error::Truncated)?;
        let (data_key, content) = rest
            .split_at_checked(DATA_KEY + TAG)
            .ok_or(Error::Truncated)?;
        if content.len() < NONCE + TAG {
            return Err(Error::Truncated);
        }
        let is_hex = key_id
            .iter()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        match std::str::from_utf8(key_id) {
            Ok(key_id) if is_hex => Ok(Self {
                key_id,
                key_nonce,
                data_key,
                content,
            }),
            _ => Err(Error::Format),
        }
    }
}

fn key_data(binding: &Binding<'_>, key: &Key) -> Vec<u8> {
    binding.associated_data(FORMAT, "data key", key.id())
}

/// Without a key id, so that a change of key leaves the content as it is. The data key is bound to its key already.
fn content_data(binding: &Binding<'_>) -> Vec<u8> {
    binding.associated_data(FORMAT, "content", "")
}

fn encrypt(key: &[u8; 32], nonce: &[u8; NONCE], plaintext: &[u8], aad: &[u8]) -> Vec<u8> {
    XChaCha20Poly1305::new(key.into())
        .encrypt(
            XNonce::from_slice(nonce),
            Payload {
                msg: plaintext,
                aad,
            },
        )
        .expect("the text is shorter than 256 GiB")
}

fn decrypt(
    key: &[u8; 32],
    nonce: &[u8],
    ciphertext: &[u8],
    aad: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let nonce: &[u8; NONCE] = nonce.try_into().map_err(|_| Error::Truncated)?;
    XChaCha20Poly1305::new(key.into())
        .decrypt(
            XNonce::from_slice(nonce),
            Payload {
                msg: ciphertext,
                aad,
            },
        )
        .map(Zeroizing::new)
        .map_err(|_| Error::Refused)
}
