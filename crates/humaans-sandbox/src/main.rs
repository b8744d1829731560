//! The sandbox as a program of its own, on loopback.

use anyhow::Context as _;
use clap::Parser;
use humaans_sandbox::{Options, RateLimit, Sandbox, serve};

/// A Humaans with a seeded company, for development and tests.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// The port on 127.0.0.1; 0 picks a free one.
    #[arg(long, default_value_t = 4010)]
    port: u16,
    /// Where changes and tokens are kept; without it they are gone at the end.
    #[arg(long)]
    data_dir: Option<std::path::PathBuf>,
    /// The number from which the company is made.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The day that counts as today, for example 2026-03-01; without it the real one.
    #[arg(long)]
    today: Option<chrono::NaiveDate>,
    /// Do not limit the rate of calls.
    #[arg(long)]
    no_rate_limit: bool,
    /// Offer `POST /_sandbox/faults`.
    #[arg(long)]
    faults: bool,
}

#[tokio::main]
#[expect(
    clippy::print_stdout,
    reason = "the program tells its address and its first tokens"
)]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();
    let arguments = Arguments::parse();
    let sandbox = Sandbox::open(Options {
        data_dir: arguments.data_dir,
        seed: arguments.seed,
        today: arguments.today,
        rate_limit: (!arguments.no_rate_limit).then(RateLimit::default),
        expose_faults: arguments.faults,
    })?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", arguments.port))
        .await
        .context("cannot open the port")?;
    println!("Humaans sandbox: http://{}", listener.local_addr()?);
    for (label, token) in sandbox.first_tokens()? {
        println!("{label:16} {token}");
    }
    serve(sandbox, listener, stop()?).await?;
    Ok(())
}

/// Done at the first interrupt or, on Unix, at the first request to terminate.
fn stop() -> anyhow::Result<impl Future<Output = ()> + Send + 'static> {
    #[cfg(unix)]
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        .context("cannot listen for the signal to terminate")?;
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        tokio::signal::ctrl_c().await.ok();
    })
}
