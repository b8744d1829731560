//! Connector files: load, check, compile. Pure but for reading files.
//!
//! A connector is a folder with a main file `<name>.connector.s1.yaml` and partials. [`load`] reads and compiles one;
//! every fault is reported with file, line, column and path, not the first alone.

mod action;
mod auth;
mod compile;
mod compiled;
mod expand;
mod fault;
mod load;
mod parse;
mod reader;
mod request;
mod schema;

pub use compiled::*;
pub use fault::{Fault, Faults, Severity};
pub use load::{Loaded, load, load_bundle, load_folder_of_connectors};
