//! Every test here runs on SQLite and on PostgreSQL.

#![expect(
    clippy::unwrap_used,
    reason = "a helper of a test that panics fails the test"
)]

mod harness;

mod accounts;
mod isolation;
mod opening;
mod rows;
mod sign_in;
mod tenancy;
