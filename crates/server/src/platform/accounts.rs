//! `/accounts`

use axum::extract::{Path, State};
use axum::routing::get;
use axum::{Json, Router};
use linkyard_core::{AccountStatus, AccountType, StatusReason};
use linkyard_service::{AccountChange, AccountFilter, AccountView, rfc3339};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::App;
use crate::auth::Key;
use crate::error::ApiError;
use crate::extract::{JsonBody, id};
use crate::query::Query;

pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/accounts", get(list))
        .route("/accounts/{id}", get(read).patch(update).delete(remove))
}

/// An account on the wire. Credentials are always empty: secrets do not come out.
#[derive(Debug, Serialize)]
pub(crate) struct LinkedAccount {
    id: String,
    provider: String,
    provider_name: String,
    status: AccountStatus,
    status_reasons: Vec<StatusReason>,
    origin_owner_id: String,
    origin_owner_name: String,
    origin_username: Option<String>,
    credentials: Value,
    setup_information: Value,
    label: Option<Value>,
    #[serde(rename = "type")]
    account_type: AccountType,
    shared: Option<bool>,
    metadata: Option<Value>,
    integration_id: String,
    connector_profile_id: String,
    /// Our extension: what the credential may do.
    granted_scopes: Option<Vec<String>>,
    /// Our extension: what it lacks.
    missing_scopes: Vec<String>,
    created_at: String,
    updated_at: String,
}

impl From<AccountView> for LinkedAccount {
    fn from(view: AccountView) -> Self {
        Self {
            id: view.id.to_string(),
            provider: view.provider,
            provider_name: view.provider_name,
            status: view.status,
            status_reasons: view.status_reasons,
            origin_owner_id: view.origin_owner_id,
            origin_owner_name: view.origin_owner_name,
            origin_username: view.origin_username,
            credentials: Value::Object(serde_json::Map::new()),
            setup_information: view.setup_information,
            label: view.label,
            account_type: view.account_type,
            shared: view.shared,
            metadata: view.metadata,
            integration_id: view.integration_id.to_string(),
            connector_profile_id: view.integration_id.to_string(),
            granted_scopes: view.granted_scopes,
            missing_scopes: view
                .missing_scopes
                .into_iter()
                .map(|need| need.name)
                .collect(),
            created_at: rfc3339(view.created_at_ms),
            updated_at: rfc3339(view.updated_at_ms),
        }
    }
}

/// Reads the filters of a list. `None` when one of them can match nothing.
fn filter(query: &Query) -> Result<Option<AccountFilter>, ApiError> {
    let mut providers = query.list("providers");
    providers.extend(query.list("provider"));
    let mut owners = query.list("origin_owner_ids");
    owners.extend(
        query
            .first("origin_owner_id")
            .filter(|id| !id.is_empty())
            .map(str::to_owned),
    );
    let asked_ids = query.list("account_ids");
    let account_ids: Vec<_> = asked_ids.iter().filter_map(|id| id.parse().ok()).collect();
    let asked_statuses = query.list("status");
    let statuses: Vec<AccountStatus> = asked_statuses
        .iter()
        .filter_map(|status| status.parse().ok())
        .collect();
    if account_ids.is_empty() != asked_ids.is_empty()
        || statuses.is_empty() != asked_statuses.is_empty()
    {
        return Ok(None);
    }
    Ok(Some(AccountFilter {
        page: query.number("page", 1, 1)?,
        page_size: query.number("page_size", 25, 1)?.min(100),
        providers,
        account_ids,
        origin_owner_ids: owners,
        statuses,
        search: None,
    }))
}

async fn list(
    State(app): State<App>,
    key: Key,
    query: Query,
) -> Result<Json<Vec<LinkedAccount>>, ApiError> {
    let filter = filter(&query)?;
    let accounts = match &filter {
        Some(filter) => app.service.accounts(&key.0, filter).await?,
        None => Vec::new(),
    };
    Ok(Json(accounts.into_iter().map(Into::into).collect()))
}

async fn read(
    State(app): State<App>,
    key: Key,
    Path(account): Path<String>,
) -> Result<Json<LinkedAccount>, ApiError> {
    Ok(Json(
        app.service
            .account(&key.0, id(&account, "account")?)
            .await?
            .into(),
    ))
}

/// What may be changed. Other fields of the published body name what is decided elsewhere; they change nothing.
#[derive(Debug, Deserialize)]
struct Change {
    origin_owner_id: Option<String>,
    origin_owner_name: Option<String>,
    origin_username: Option<String>,
    label: Option<Value>,
    metadata: Option<Value>,
    #[serde(rename = "type")]
    account_type: Option<String>,
    shared: Option<bool>,
}

/// Some clients send `{}` for every object, whatever their user set: it changes nothing.
fn unless_empty(value: Option<Value>) -> Option<Value> {
    value.filter(|value| value.as_object().is_none_or(|object| !object.is_empty()))
}

async fn update(
    State(app): State<App>,
    key: Key,
    Path(account): Path<String>,
    JsonBody(body): JsonBody<Change>,
) -> Result<Json<LinkedAccount>, ApiError> {
    let account_type = body
        .account_type
        .map(|text| text.parse())
        .transpose()
        .map_err(|error| ApiError::bad_request(format!("type: {error}")))?;
    let change = AccountChange {
        origin_owner_id: body.origin_owner_id,
        origin_owner_name: body.origin_owner_name,
        origin_username: body.origin_username,
        label: unless_empty(body.label),
        metadata: unless_empty(body.metadata),
        account_type,
        shared: body.shared,
        status: None,
    };
    Ok(Json(
        app.service
            .update_account(&key.0, id(&account, "account")?, change)
            .await?
            .into(),
    ))
}

async fn remove(
    State(app): State<App>,
    key: Key,
    Path(account): Path<String>,
) -> Result<Json<LinkedAccount>, ApiError> {
    Ok(Json(
        app.service
            .delete_account(&key.0, id(&account, "account")?)
            .await?
            .into(),
    ))
}
