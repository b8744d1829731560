//! For whoever runs the hub.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use crate::App;
use crate::error::ApiError;

pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
}

/// Whether the process runs.
async fn alive() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

/// Whether the hub can serve: the database answers.
async fn ready(State(app): State<App>) -> Result<Json<Value>, ApiError> {
    if app.service.is_ready().await {
        return Ok(Json(json!({"status": "ok"})));
    }
    Err(ApiError::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "the database does not answer",
    ))
}
