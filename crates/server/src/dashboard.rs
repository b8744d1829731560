//! What the dashboard's page calls, with its cookie, from its own origin.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch, post};
use axum::{Json, Router};
use linkyard_core::AccountStatus;
use linkyard_service::{AccountChange, AccountFilter, AccountView, NewSession, rfc3339};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::App;
use crate::auth::{LoggedIn, cookie_name, same_origin};
use crate::error::ApiError;
use crate::extract::{JsonBody, id};
use crate::platform::LinkedAccount;
use crate::query::Query;

/// A session ends after twelve hours in any case.
const COOKIE_AGE_S: u32 = 12 * 60 * 60;

pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/dashboard/api/login", post(log_in))
        .route("/dashboard/api/logout", post(log_out))
        .route("/dashboard/api/session", get(session))
        .route("/dashboard/api/accounts", get(accounts))
        .route(
            "/dashboard/api/accounts/{id}",
            patch(set_status).delete(remove),
        )
        .route("/dashboard/api/connect_sessions", post(connect))
}

#[derive(Debug, Deserialize)]
struct LoginBody {
    code: String,
}

async fn log_in(
    State(app): State<App>,
    headers: HeaderMap,
    JsonBody(body): JsonBody<LoginBody>,
) -> Result<Response, ApiError> {
    same_origin(&headers)?;
    let session = app.service.log_in(&body.code).await?;
    Ok(with_cookie(&app, &session, COOKIE_AGE_S))
}

async fn log_out(State(app): State<App>, operator: LoggedIn) -> Result<Response, ApiError> {
    app.service.log_out(&operator.0).await?;
    Ok(with_cookie(&app, "", 0))
}

fn with_cookie(app: &App, value: &str, age_s: u32) -> Response {
    let secure = app.options.secure_cookies;
    let name = cookie_name(secure);
    let end = if secure { "; Secure" } else { "" };
    let cookie = format!("{name}={value}; Path=/; Max-Age={age_s}; HttpOnly; SameSite=Lax{end}");
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

async fn session(State(app): State<App>, operator: LoggedIn) -> Result<Json<Value>, ApiError> {
    let project = app.service.project(&operator.0.tenant.project_id).await?;
    Ok(Json(json!({
        "project_id": project.id,
        "project_name": project.name,
        "development": app.service.settings().development,
    })))
}

async fn accounts(
    State(app): State<App>,
    operator: LoggedIn,
    query: Query,
) -> Result<Json<Value>, ApiError> {
    let filter = AccountFilter {
        page: query.number("page", 1, 1)?,
        page_size: query.number("page_size", 25, 1)?.min(100),
        statuses: query
            .list("status")
            .iter()
            .filter_map(|word| word.parse().ok())
            .collect(),
        search: query
            .first("search")
            .filter(|text| !text.is_empty())
            .map(str::to_owned),
        ..AccountFilter::default()
    };
    let tenant = &operator.0.tenant;
    let total = app.service.count_accounts_of(tenant, &filter).await?;
    let page = app.service.accounts_of(tenant, &filter).await?;
    let data = page.into_iter().map(wire).collect::<Result<Vec<_>, _>>()?;
    Ok(Json(json!({"data": data, "total": total})))
}

fn wire(account: AccountView) -> Result<Value, ApiError> {
    let connected_at = rfc3339(account.created_at_ms);
    let mut wire = serde_json::to_value(LinkedAccount::from(account))
        .map_err(linkyard_service::Error::from)?;
    if wire["granted_scopes"].is_null() {
        wire["granted_scopes"] = json!([]);
    }
    wire["connected_at"] = connected_at.into();
    Ok(wire)
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StatusBody {
    status: AccountStatus,
}

async fn set_status(
    State(app): State<App>,
    operator: LoggedIn,
    Path(text): Path<String>,
    JsonBody(body): JsonBody<StatusBody>,
) -> Result<Json<Value>, ApiError> {
    if !matches!(
        body.status,
        AccountStatus::Active | AccountStatus::Suspended
    ) {
        return Err(ApiError::bad_request(
            "status: expected active or suspended",
        ));
    }
    let change = AccountChange {
        status: Some(body.status),
        ..AccountChange::default()
    };
    let account = app
        .service
        .update_account_of(&operator.0.tenant, id(&text, "account")?, change)
        .await?;
    Ok(Json(wire(account)?))
}

async fn remove(
    State(app): State<App>,
    operator: LoggedIn,
    Path(text): Path<String>,
) -> Result<Json<Value>, ApiError> {
    let account = app
        .service
        .delete_account_of(&operator.0.tenant, id(&text, "account")?)
        .await?;
    Ok(Json(wire(account)?))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConnectBody {
    origin_owner_id: String,
    origin_owner_name: String,
    provider: Option<String>,
    account_id: Option<String>,
}

async fn connect(
    State(app): State<App>,
    operator: LoggedIn,
    JsonBody(body): JsonBody<ConnectBody>,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let request = NewSession {
        origin_owner_id: body.origin_owner_id,
        origin_owner_name: body.origin_owner_name,
        provider: body.provider,
        account_id: body
            .account_id
            .map(|text| id(&text, "account"))
            .transpose()?,
        ..NewSession::default()
    };
    let opened = app
        .service
        .open_session(&operator.0.tenant, request)
        .await?;
    Ok((
        StatusCode::CREATED,
        Json(json!({"token": opened.token, "auth_link_url": opened.auth_link_url})),
    ))
}
