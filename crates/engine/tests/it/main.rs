//! The engine against a provider that answers as told.
#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like tests")]

mod guards;
mod harness;
mod paging;
mod requests;
