//! Test only: what the tests of several crates need.

mod provider;

pub use provider::{Answer, Provider, Recorded};
