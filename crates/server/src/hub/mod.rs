//! What the hub component calls, with a session token, from any customer's page.

mod form;

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::{HeaderName, Method, StatusCode, header};
use axum::routing::{get, post};
use axum::{Json, Router};
use linkyard_service::{AccountView, FormValues, SECRET_PLACEHOLDER, Zeroizing};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tower_http::cors::{Any, CorsLayer};

use crate::App;
use crate::auth::Hub;
use crate::error::ApiError;
use crate::extract::{JsonBody, id};
use crate::query::Query;

pub(crate) fn router() -> Router<App> {
    // No cookie counts here, so any origin may ask; the token is what opens.
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST, Method::PATCH, Method::DELETE])
        .allow_headers([
            header::CONTENT_TYPE,
            HeaderName::from_static("x-hub-session-token"),
            HeaderName::from_static("x-hub-version"),
        ])
        .max_age(std::time::Duration::from_hours(1));
    Router::new()
        .route("/hub/settings", get(settings))
        .route("/hub/connectors", get(connectors))
        .route("/hub/connectors/{id}", get(connector))
        .route("/hub/accounts", post(link))
        .route("/hub/accounts/{id}", get(account).patch(relink))
        .layer(cors)
}

async fn settings(State(app): State<App>, hub: Hub) -> Result<Json<Value>, ApiError> {
    let mut wire = json!({"enabled_features": []});
    if let Some(account) = app.service.hub_existing_account(&hub.0).await? {
        wire["existing_account_id"] = json!(account);
    }
    Ok(Json(wire))
}

async fn connectors(
    State(app): State<App>,
    hub: Hub,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    let list = app
        .service
        .hub_connectors(&hub.0, query.first("provider"))
        .await?;
    let integrations: Vec<Value> = list
        .into_iter()
        .map(|item| {
            json!({
                "active": true,
                "name": item.name,
                "provider": item.provider,
                "version": item.version,
                "type": item.category,
                "integration_id": item.integration_id,
                "authentication_config_key": item.auth_method,
                "environment": item.environment,
                "logo_url": item.icon.unwrap_or_default(),
            })
        })
        .collect();
    Ok(Json(json!({"integrations": integrations})))
}

async fn connector(
    State(app): State<App>,
    hub: Hub,
    Path(text): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let form = app
        .service
        .hub_form(&hub.0, id(&text, "integration")?)
        .await?;
    Ok(Json(form::wire(&form, &app.service.settings().public_url)))
}

#[derive(Debug, Deserialize)]
struct LinkBody {
    integration_id: Option<String>,
    #[serde(default)]
    credentials: BTreeMap<String, Value>,
}

fn values(body: BTreeMap<String, Value>) -> Result<FormValues, ApiError> {
    body.into_iter()
        .map(|(key, value)| match value {
            Value::String(text) => Ok((key, Zeroizing::new(text))),
            Value::Number(number) => Ok((key, Zeroizing::new(number.to_string()))),
            _ => Err(ApiError::bad_request(
                "every value of credentials must be text",
            )),
        })
        .collect()
}

async fn link(
    State(app): State<App>,
    hub: Hub,
    JsonBody(body): JsonBody<LinkBody>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let integration = body
        .integration_id
        .ok_or_else(|| ApiError::bad_request("integration_id is required"))?;
    let account = app
        .service
        .link(
            &hub.0,
            id(&integration, "integration")?,
            values(body.credentials)?,
        )
        .await?;
    Ok((StatusCode::CREATED, Json(linked(&account))))
}

async fn relink(
    State(app): State<App>,
    hub: Hub,
    Path(text): Path<String>,
    JsonBody(body): JsonBody<LinkBody>,
) -> Result<Json<Value>, ApiError> {
    let account = app
        .service
        .relink(&hub.0, id(&text, "account")?, values(body.credentials)?)
        .await?;
    Ok(Json(linked(&account)))
}

fn linked(account: &AccountView) -> Value {
    json!({
        "id": account.id,
        "provider": account.provider,
        "linkyard": {
            "account": {
                "id": account.id,
                "provider": account.provider,
                "provider_name": account.provider_name,
                "label": account.label,
                "origin_owner_name": account.origin_owner_name,
            },
            "granted_scopes": account.granted_scopes.clone().unwrap_or_default(),
            "missing_scopes": account.missing_scopes,
        },
    })
}

async fn account(
    State(app): State<App>,
    hub: Hub,
    Path(text): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let found = app
        .service
        .hub_account(&hub.0, id(&text, "account")?)
        .await?;
    let secrets: Map<String, Value> = found
        .stored_secrets
        .iter()
        .map(|key| (key.clone(), SECRET_PLACEHOLDER.into()))
        .collect();
    Ok(Json(json!({
        "secureId": found.account.id,
        "provider": found.account.provider,
        "integrationId": found.account.integration_id,
        "version": found.version,
        "authConfigKey": found.auth_method,
        "environment": found.environment,
        "setupInformation": found.account.setup_information,
        "secrets": secrets,
    })))
}
