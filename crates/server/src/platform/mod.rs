//! What applications call, with an API key.

mod accounts;
mod actions;
mod admin;
mod events;
mod sessions;

use axum::Router;

pub(crate) use accounts::LinkedAccount;

use crate::App;

pub(crate) fn router() -> Router<App> {
    Router::new()
        .merge(accounts::router())
        .merge(sessions::router())
        .merge(actions::router())
        .merge(events::router())
        .merge(admin::router())
}
