//! The one place where a failure becomes an answer: status, stable code, safe message, request id.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use linkyard_service::{Error, ProviderError};
use serde::Serialize;
use serde_json::Value;

/// The body of every failure.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ErrorBody {
    status_code: u16,
    message: String,
    timestamp: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<String>,
    #[serde(rename = "provider_errors", skip_serializing_if = "Vec::is_empty")]
    provider_errors: Vec<ProviderError>,
    /// Text that the hub component shows under the message.
    #[serde(rename = "provider_response", skip_serializing_if = "Option::is_none")]
    provider_response: Option<String>,
}

/// A failure on its way to the caller.
#[derive(Debug)]
pub(crate) struct ApiError {
    status: StatusCode,
    message: String,
    code: Option<&'static str>,
    errors: Vec<String>,
    provider_errors: Vec<ProviderError>,
    provider_response: Option<String>,
    retry_after_s: Option<u64>,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            code: None,
            errors: Vec::new(),
            provider_errors: Vec::new(),
            provider_response: None,
            retry_after_s: None,
        }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    fn code(mut self, code: &'static str) -> Self {
        self.code = Some(code);
        self
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound(what) => Self::new(StatusCode::NOT_FOUND, format!("{what} not found")),
            Error::Invalid { message, faults } => Self {
                errors: faults,
                ..Self::bad_request(message)
            },
            Error::Unauthenticated(message) => Self::new(StatusCode::UNAUTHORIZED, message),
            Error::Denied { code, message } => Self::new(StatusCode::FORBIDDEN, message).code(code),
            Error::Inactive(message) => Self::new(StatusCode::PRECONDITION_FAILED, message)
                .code("AccountIntegrationInactiveError"),
            Error::Conflict(message) => Self::new(StatusCode::CONFLICT, message),
            Error::Upstream {
                status,
                code,
                message,
                provider_errors,
                retry_after_s,
            } => Self {
                code,
                provider_response: provider_response(&provider_errors),
                provider_errors,
                retry_after_s,
                ..Self::new(
                    StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY),
                    message,
                )
            },
            Error::TimedOut => Self {
                retry_after_s: Some(60),
                ..Self::new(StatusCode::REQUEST_TIMEOUT, Error::TimedOut.to_string())
            },
            Error::OutcomeUnknown => {
                Self::new(StatusCode::BAD_GATEWAY, Error::OutcomeUnknown.to_string())
                    .code("OutcomeUnknown")
            }
            Error::Internal(source) => {
                tracing::error!(error = ?source, "a use case failed");
                Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "an internal error; the log has more",
                )
            }
        }
    }
}

/// What the provider said, as the text that the hub component shows.
fn provider_response(errors: &[ProviderError]) -> Option<String> {
    let raw = errors.first()?.raw.as_ref()?;
    Some(match raw.get("message") {
        Some(Value::String(message)) => message.clone(),
        _ => Value::Object(raw.clone()).to_string(),
    })
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = ErrorBody {
            status_code: self.status.as_u16(),
            message: self.message,
            timestamp: now(),
            error_code: self.code,
            errors: self.errors,
            provider_errors: self.provider_errors,
            provider_response: self.provider_response,
        };
        let mut response = (self.status, Json(body)).into_response();
        if let Some(seconds) = self.retry_after_s {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// The time of a failure. It stamps a message for people, so it need not be movable.
fn now() -> String {
    use linkyard_core::{Clock, SystemClock};
    SystemClock
        .now()
        .to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}
