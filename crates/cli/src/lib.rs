//! The `linkyard` command: settings, wiring, start and stop. The binary only calls [`run`].

mod admin;
mod args;
mod connectors;
mod dev;
mod serve;
mod settings;
mod stop;
mod wiring;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::args::{Args, Command};

/// Reads the command line, does what it says, and gives the exit code: 0 when all went well, 1 when it did not, 2 for a
/// command line that cannot be understood.
pub fn run() -> ExitCode {
    let args = Args::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return failed(&anyhow::Error::new(error).context("could not start")),
    };
    let done = runtime.block_on(async move {
        match args.command {
            Command::Dev(dev) => Box::pin(dev::run(dev)).await,
            Command::Serve(serve) => Box::pin(serve::run(serve)).await,
            Command::Admin(admin) => Box::pin(admin::run(admin)).await,
        }
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

fn failed(error: &anyhow::Error) -> ExitCode {
    // Nothing can be done if even standard error is closed.
    drop(writeln!(std::io::stderr(), "error: {error:#}"));
    ExitCode::FAILURE
}
