//! `/events`

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use linkyard_service::rfc3339;
use serde_json::{Value, json};

use crate::App;
use crate::auth::Key;
use crate::error::ApiError;
use crate::query::Query;

pub(crate) fn router() -> Router<App> {
    Router::new().route("/events", get(list))
}

/// Events in the order in which they happened. `next` is the cursor for those that come after; it is null once the end
/// is reached.
async fn list(State(app): State<App>, key: Key, query: Query) -> Result<Json<Value>, ApiError> {
    let after = match query.first("next") {
        Some(text) => text
            .parse()
            .map_err(|_| ApiError::bad_request("next is not a cursor of this list"))?,
        None => 0,
    };
    let size = query.number("page_size", 25, 1)?.min(100);
    let events = app.service.events(&key.0, after, size).await?;
    let full = events.len() == usize::try_from(size).unwrap_or_default();
    let next = events
        .last()
        .filter(|_| full)
        .map(|event| event.sequence.to_string());
    let data: Vec<Value> = events
        .into_iter()
        .map(|event| {
            json!({
                "id": event.id,
                "sequence": event.sequence,
                "event": event.kind,
                "account_id": event.account_id,
                "payload": event.payload,
                "created_at": rfc3339(event.created_at_ms),
            })
        })
        .collect();
    Ok(Json(json!({"next": next, "data": data})))
}
