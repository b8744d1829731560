//! Linkyard's database: one code over SQLite and PostgreSQL.
//!
//! Statements are built with `sea-query` and run with `sqlx`; what differs between the two databases stands in
//! `dialect.rs` alone. Only three types are used in columns (64-bit integer, text, bytes): JSON is text, a truth value
//! is 0 or 1, a time is milliseconds since 1970.
//!
//! A tenant's rows are reached through [`Work`], which is made for one [`linkyard_core::Tenant`] and puts its
//! organization, project and environment into every statement. On PostgreSQL row-level security checks the same a
//! second time. The few look-ups that have no tenant yet (a key or token that was just presented) are methods of
//! [`Store`].
//!
//! To add a table: write the next number in both folders of `migrations/`, give it the three tenant columns and the
//! policies as the others have, name it in `TENANT_TABLES`, and write its row type next to the others.

mod accounts;
mod api_keys;
mod connect_sessions;
mod dialect;
mod error;
mod events;
mod integrations;
mod migrate;
mod record;
mod sign_in;
mod store;
mod system;
mod work;

pub use accounts::{Account, AccountFilter};
pub use api_keys::ApiKey;
pub use connect_sessions::ConnectSession;
pub use error::Error;
pub use events::Event;
pub use integrations::{Integration, MissingScopes};
pub use migrate::{GLOBAL_TABLES, TENANT_TABLES};
pub use sign_in::{DashboardSession, LoginLink};
pub use store::{Options, Store};
pub use system::{NewProject, Organization, Project};
pub use work::Work;
