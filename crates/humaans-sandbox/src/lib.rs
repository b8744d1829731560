//! A Humaans for development and tests: it answers like the public API, over a seeded company.
//!
//! [`Sandbox::open`] makes one, [`Sandbox::router`] serves it: the API under `/api`, the page to make access tokens at
//! `/`, and the administration under `/_sandbox`.

mod admin;
mod api;
mod away;
mod error;
mod query;
mod rules;
mod schema;
mod seed;
mod state;
mod token;
mod view;
mod write;

pub use error::Error;
pub use state::{Options, RateLimit, Sandbox};
pub use token::Scope;

/// Serves the sandbox until `shutdown` is done. Answers that are under way are finished.
pub async fn serve(
    sandbox: Sandbox,
    listener: tokio::net::TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    axum::serve(listener, sandbox.router())
        .with_graceful_shutdown(shutdown)
        .await
}
