//! The `linkyard` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    linkyard_cli::run()
}
