//! Sealing of secrets: envelope encryption with XChaCha20-Poly1305, bound to the place where the result is stored.
//!
//! Each value is encrypted with a fresh data key, and the data key with the installation's current key. Both are bound
//! by [`Binding`] to table, column, tenant and row, so a sealed value that is copied elsewhere does not open. Keys
//! come from a file ([`KeyRing`]); several can be read, the first one writes, and [`Vault::rewrap`] moves a value to
//! the first one without touching its content.
//!
//! [`Hasher`] makes the keyed hashes under which tokens and API keys are stored.

mod binding;
mod hasher;
mod key_ring;
mod vault;

pub use binding::Binding;
pub use hasher::Hasher;
pub use key_ring::{KeyError, KeyRing};
pub use vault::{Error, Vault};
