//! `/integrations` and `/api_keys`: administration over the API, for keys that may administrate.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, patch};
use axum::{Json, Router};
use linkyard_core::SecretString;
use linkyard_service::{
    ApiKeyView, Integration, IntegrationChange, KeyScope, MissingScopes, NewIntegration, rfc3339,
};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::App;
use crate::auth::Key;
use crate::error::ApiError;
use crate::extract::{JsonBody, id};

pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/integrations", get(integrations).post(create_integration))
        .route("/integrations/{id}", patch(update_integration))
        .route("/api_keys", get(keys).post(create_key))
        .route("/api_keys/{id}", patch(update_key).delete(delete_key))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::option_option,
    reason = "absent, null and a list mean three things"
)]
struct IntegrationBody {
    connector: Option<String>,
    auth_method: Option<String>,
    name: Option<String>,
    #[serde(default)]
    setup_values: BTreeMap<String, String>,
    #[serde(default, deserialize_with = "present")]
    enabled_actions: Option<Option<Vec<String>>>,
    missing_scopes: Option<String>,
    active: Option<bool>,
}

/// Tells `null` (all actions) from absent (unchanged).
#[expect(
    clippy::option_option,
    reason = "absent, null and a list mean three things"
)]
fn present<'de, D: serde::Deserializer<'de>>(
    input: D,
) -> Result<Option<Option<Vec<String>>>, D::Error> {
    Option::deserialize(input).map(Some)
}

impl IntegrationBody {
    fn missing(&self) -> Result<Option<MissingScopes>, ApiError> {
        match self.missing_scopes.as_deref() {
            None => Ok(None),
            Some("allow") => Ok(Some(MissingScopes::Allow)),
            Some("refuse") => Ok(Some(MissingScopes::Refuse)),
            Some(_) => Err(ApiError::bad_request(
                "missing_scopes: expected allow or refuse",
            )),
        }
    }

    fn setup(&mut self) -> BTreeMap<String, SecretString> {
        std::mem::take(&mut self.setup_values)
            .into_iter()
            .map(|(key, value)| (key, value.into()))
            .collect()
    }
}

fn integration_wire(row: &Integration) -> Value {
    json!({
        "id": row.id,
        "connector": row.connector_key,
        "connector_version": row.connector_version,
        "auth_method": row.auth_method,
        "name": row.name,
        "enabled_actions": row.enabled_actions,
        "missing_scopes": if row.missing_scopes == MissingScopes::Refuse { "refuse" } else { "allow" },
        "active": row.active,
        "created_at": rfc3339(row.created_at_ms),
        "updated_at": rfc3339(row.updated_at_ms),
    })
}

async fn integrations(State(app): State<App>, key: Key) -> Result<Json<Value>, ApiError> {
    key.0.require(KeyScope::AdminWrite)?;
    let rows = app.service.integrations(&key.0.tenant).await?;
    Ok(Json(
        json!({"data": rows.iter().map(integration_wire).collect::<Vec<_>>()}),
    ))
}

async fn create_integration(
    State(app): State<App>,
    key: Key,
    JsonBody(mut body): JsonBody<IntegrationBody>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    key.0.require(KeyScope::AdminWrite)?;
    let new = NewIntegration {
        missing_scopes: body.missing()?,
        setup_values: body.setup(),
        connector_key: body
            .connector
            .ok_or_else(|| ApiError::bad_request("connector is required"))?,
        auth_method: body.auth_method,
        name: body.name,
        enabled_actions: body.enabled_actions.flatten(),
        active: body.active,
    };
    let row = app.service.create_integration(&key.0.tenant, new).await?;
    Ok((StatusCode::CREATED, Json(integration_wire(&row))))
}

async fn update_integration(
    State(app): State<App>,
    key: Key,
    Path(integration): Path<String>,
    JsonBody(mut body): JsonBody<IntegrationBody>,
) -> Result<Json<Value>, ApiError> {
    key.0.require(KeyScope::AdminWrite)?;
    if body.connector.is_some() || body.auth_method.is_some() {
        return Err(ApiError::bad_request(
            "connector and auth_method cannot be changed; make another integration",
        ));
    }
    let change = IntegrationChange {
        missing_scopes: body.missing()?,
        setup_values: body.setup(),
        name: body.name,
        enabled_actions: body.enabled_actions,
        active: body.active,
    };
    let id = id(&integration, "integration")?;
    let row = app
        .service
        .update_integration(&key.0.tenant, id, change)
        .await?;
    Ok(Json(integration_wire(&row)))
}

fn key_wire(key: &ApiKeyView) -> Value {
    json!({
        "id": key.id,
        "name": key.name,
        "display": key.display,
        "scopes": key.scopes,
        "enabled": key.enabled,
        "created_at": rfc3339(key.created_at_ms),
        "expires_at": key.expires_at_ms.map(rfc3339),
        "last_used_at": key.last_used_at_ms.map(rfc3339),
    })
}

async fn keys(State(app): State<App>, key: Key) -> Result<Json<Value>, ApiError> {
    key.0.require(KeyScope::AdminWrite)?;
    let keys = app.service.keys(&key.0.tenant).await?;
    Ok(Json(
        json!({"data": keys.iter().map(key_wire).collect::<Vec<_>>()}),
    ))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NewKeyBody {
    name: String,
    scopes: Option<Vec<String>>,
}

async fn create_key(
    State(app): State<App>,
    key: Key,
    JsonBody(body): JsonBody<NewKeyBody>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    key.0.require(KeyScope::AdminWrite)?;
    let scopes = match body.scopes {
        Some(words) => words
            .iter()
            .map(|word| word.parse())
            .collect::<Result<Vec<_>, _>>()?,
        None => KeyScope::DEFAULT.to_vec(),
    };
    // A key cannot make one that may do more than itself.
    for scope in &scopes {
        key.0.require(*scope)?;
    }
    let (view, text) = app
        .service
        .create_key(&key.0.tenant, &body.name, &scopes, None)
        .await?;
    let mut wire = key_wire(&view);
    wire["key"] = text.into();
    Ok((StatusCode::CREATED, Json(wire)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyChangeBody {
    enabled: bool,
}

async fn update_key(
    State(app): State<App>,
    key: Key,
    Path(other): Path<String>,
    JsonBody(body): JsonBody<KeyChangeBody>,
) -> Result<StatusCode, ApiError> {
    key.0.require(KeyScope::AdminWrite)?;
    app.service
        .set_key_enabled(&key.0.tenant, id(&other, "API key")?, body.enabled)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn delete_key(
    State(app): State<App>,
    key: Key,
    Path(other): Path<String>,
) -> Result<StatusCode, ApiError> {
    key.0.require(KeyScope::AdminWrite)?;
    app.service
        .delete_key(&key.0.tenant, id(&other, "API key")?)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
