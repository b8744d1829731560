//! HTTP: one router for each audience (applications, the hub component, the dashboard, operators, readers of the
//! documentation). Handlers translate between the wire and `linkyard-service`, nothing else.

mod auth;
mod dashboard;
mod docs;
mod error;
mod extract;
mod hub;
mod ops;
mod pages;
mod platform;
mod query;
mod serve;
mod shell;

use axum::Router;
use linkyard_service::Service;

pub use serve::serve;

/// What can be set about the router.
#[derive(Debug, Clone)]
pub struct Options {
    /// The largest body of a request, in bytes; 1 MiB by default.
    pub max_body_bytes: usize,
    /// Whether browsers reach the hub over HTTPS, so that the dashboard's cookie is bound to it. Off by default.
    pub secure_cookies: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_body_bytes: 1024 * 1024,
            secure_cookies: false,
        }
    }
}

#[derive(Clone)]
pub(crate) struct App {
    pub(crate) service: Service,
    pub(crate) options: Options,
}

/// Every route of the hub.
pub fn router(service: Service, options: Options) -> Router {
    let app = App { service, options };
    let routes = Router::new()
        .merge(platform::router())
        .merge(hub::router())
        .merge(dashboard::router())
        .merge(pages::router())
        .merge(docs::router())
        .merge(ops::router());
    shell::wrap(routes, &app).with_state(app)
}
