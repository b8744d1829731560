//! Drives the real binary over HTTP. Test only.

mod hub;

pub use hub::{Hub, admin};
