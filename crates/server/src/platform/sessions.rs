//! `/connect_sessions`

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use linkyard_service::{NewSession, SessionView, rfc3339};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::App;
use crate::auth::Key;
use crate::error::ApiError;
use crate::extract::{JsonBody, id};

pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/connect_sessions", post(create))
        .route("/connect_sessions/authenticate", post(authenticate))
}

/// The categories that clients know; another one breaks them.
const CATEGORIES: [&str; 13] = [
    "ats",
    "hris",
    "hris-legacy",
    "crm",
    "iam",
    "marketing",
    "lms",
    "stackone",
    "documents",
    "ticketing",
    "screening",
    "messaging",
    "accounting",
];

#[derive(Debug, Deserialize)]
struct NewSessionBody {
    origin_owner_id: String,
    origin_owner_name: String,
    origin_username: Option<String>,
    provider: Option<String>,
    categories: Option<Vec<String>>,
    account_id: Option<String>,
    integration_id: Option<String>,
    connector_profile_id: Option<String>,
    label: Option<String>,
    metadata: Option<Value>,
    multiple: Option<bool>,
    #[serde(rename = "type")]
    account_type: Option<String>,
    expires_in: Option<f64>,
    shared: Option<bool>,
}

fn request(body: NewSessionBody) -> Result<NewSession, ApiError> {
    let known =
        |category: &String| CATEGORIES.contains(&category.as_str()) || category == "scheduling";
    if let Some(unknown) = body
        .categories
        .iter()
        .flatten()
        .position(|category| !known(category))
    {
        return Err(ApiError::bad_request(format!(
            "categories[{unknown}]: no such category"
        )));
    }
    if body
        .expires_in
        .is_some_and(|seconds| seconds.fract() != 0.0 || !(1.0..1e9).contains(&seconds))
    {
        return Err(ApiError::bad_request(
            "expires_in must be a whole number of seconds",
        ));
    }
    let account_type = body
        .account_type
        .map(|text| text.parse())
        .transpose()
        .map_err(|error| ApiError::bad_request(format!("type: {error}")))?;
    let integration = body
        .connector_profile_id
        .or(body.integration_id)
        .filter(|text| !text.is_empty());
    #[expect(
        clippy::cast_possible_truncation,
        reason = "checked above to be whole and small"
    )]
    Ok(NewSession {
        origin_owner_id: body.origin_owner_id,
        origin_owner_name: body.origin_owner_name,
        origin_username: body.origin_username,
        provider: body.provider.filter(|text| !text.is_empty()),
        categories: body.categories,
        integration_id: integration
            .map(|text| id(&text, "integration"))
            .transpose()?,
        account_id: body
            .account_id
            .map(|text| id(&text, "account"))
            .transpose()?,
        label: body.label,
        metadata: body.metadata,
        multiple: body.multiple.unwrap_or(false),
        account_type: account_type.unwrap_or_default(),
        shared: body.shared,
        expires_in_s: body.expires_in.map(|seconds| seconds as i64),
    })
}

async fn create(
    State(app): State<App>,
    key: Key,
    headers: HeaderMap,
    JsonBody(body): JsonBody<NewSessionBody>,
) -> Result<Response, ApiError> {
    let opened = app.service.create_session(&key.0, request(body)?).await?;
    let mut wire = wire(&opened.session, &headers);
    wire["token"] = opened.token.into();
    wire["auth_link_url"] = opened.auth_link_url.into();
    Ok(answer(wire))
}

#[derive(Debug, Deserialize)]
struct AuthenticateBody {
    token: String,
}

async fn authenticate(
    State(app): State<App>,
    key: Key,
    headers: HeaderMap,
    JsonBody(body): JsonBody<AuthenticateBody>,
) -> Result<Response, ApiError> {
    let session = app
        .service
        .authenticate_session(&key.0, &body.token)
        .await?;
    Ok(answer(wire(&session, &headers)))
}

fn answer(body: Value) -> Response {
    (
        StatusCode::CREATED,
        [(header::VARY, "User-Agent")],
        Json(body),
    )
        .into_response()
}

fn wire(session: &SessionView, headers: &HeaderMap) -> Value {
    let request = &session.request;
    let organization = session.tenant.organization_id;
    let number = wants_number(headers);
    json!({
        "id": session.id.0,
        "organization_id": if number { json!(organization.0) } else { json!(organization.to_string()) },
        "project_id": session.tenant.project_id,
        "origin_owner_id": request.origin_owner_id,
        "origin_owner_name": request.origin_owner_name,
        "origin_username": request.origin_username,
        "provider": request.provider,
        "account_id": request.account_id,
        "label": request.label,
        "integration_id": request.integration_id,
        "connector_profile_id": request.integration_id,
        "categories": request.categories,
        "metadata": request.metadata,
        "external_trigger_token": null,
        "type": request.account_type,
        "created_at": rfc3339(session.created_at_ms),
        "expires_at": rfc3339(session.expires_at_ms),
    })
}

/// Whether the client reads `organization_id` as a number: the TypeScript SDK before 4.34 does.
fn wants_number(headers: &HeaderMap) -> bool {
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let Some(rest) = agent.strip_prefix("speakeasy-sdk/typescript ") else {
        return false;
    };
    let mut parts = rest
        .split(['.', ' '])
        .map_while(|part| part.parse::<u32>().ok());
    matches!((parts.next(), parts.next()), (Some(major), Some(minor)) if (major, minor) < (4, 34))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agent(text: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(
            header::USER_AGENT,
            axum::http::HeaderValue::from_static(text),
        )])
    }

    #[test]
    fn the_organization_is_a_number_for_old_typescript_clients_alone() {
        assert!(wants_number(&agent(
            "speakeasy-sdk/typescript 4.33.9 2.1 1.0 x"
        )));
        assert!(wants_number(&agent("speakeasy-sdk/typescript 3.99.0")));
        assert!(!wants_number(&agent("speakeasy-sdk/typescript 4.34.0 2.1")));
        assert!(!wants_number(&agent("speakeasy-sdk/typescript 5.0.0")));
        assert!(!wants_number(&agent("curl/8")));
        assert!(!wants_number(&HeaderMap::new()));
    }
}
