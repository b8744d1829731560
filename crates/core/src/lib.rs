//! The nouns of Linkyard, their ids, and the ports every other crate is written against: clock, random source and
//! secrets. Nothing here does I/O, except the two implementations of the ports that read the system.

mod account;
mod clock;
mod id;
mod random;
mod tenant;

pub use account::{AccountStatus, AccountType, StatusReason, UnknownWord};
pub use clock::{Clock, ManualClock, SystemClock, now_ms};
pub use id::{
    AccountId, ApiKeyId, ConnectSessionId, EventId, IntegrationId, OrganizationId, ProjectId,
};
pub use random::{Random, SystemRandom, uuid_v7};
pub use secrecy::{ExposeSecret, SecretSlice, SecretString};
pub use tenant::{Environment, Tenant};

/// The version of this build of Linkyard, as in its `Cargo.toml`.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
