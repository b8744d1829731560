//! The only code that connects outward.
//!
//! [`Client`] sends one request and reads one answer under caps and deadlines. Where it may connect to is decided by a
//! [`Policy`]: https to global addresses, and nothing else unless the operator lists a host and port. The check is made
//! on literal addresses and on every address that a name resolves to, in the connect step itself, so a name that
//! changes its mind between check and connect gains nothing.

mod address;
mod client;
mod decode;
mod error;
mod policy;
mod resolve;

pub use address::is_global;
pub use client::{Client, Options, Request, Response};
pub use error::Error;
pub use policy::{Policy, PolicyError};
pub use resolve::{Resolve, SystemResolver};
