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
    retry_after_s: Option<u64>,
    /// Boxed, so that every `Result` stays small.
    body: Box<ErrorBody>,
}

impl ApiError {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        let body = ErrorBody {
            status_code: status.as_u16(),
            message: message.into(),
            timestamp: now(),
            error_code: None,
            errors: Vec::new(),
            provider_errors: Vec::new(),
            provider_response: None,
        };
        Self {
            status,
            retry_after_s: None,
            body: Box::new(body),
        }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    fn code(mut self, code: Option<&'static str>) -> Self {
        self.body.error_code = code;
        self
    }

    fn retry_after(mut self, seconds: Option<u64>) -> Self {
        self.retry_after_s = seconds;
        self
    }

    fn faults(mut self, faults: Vec<String>) -> Self {
        self.body.errors = faults;
        self
    }

    fn provider(mut self, errors: Vec<ProviderError>) -> Self {
        self.body.provider_response = provider_response(&errors);
        self.body.provider_errors = errors;
        self
    }
}

impl From<Error> for ApiError {
    fn from(error: Error) -> Self {
        match error {
            Error::NotFound(what) => Self::new(StatusCode::NOT_FOUND, format!("{what} not found")),
            Error::Invalid { message, faults } => Self::bad_request(message).faults(faults),
            Error::Unauthenticated(message) => Self::new(StatusCode::UNAUTHORIZED, message),
            Error::Denied { code, message } => {
                Self::new(StatusCode::FORBIDDEN, message).code(Some(code))
            }
            Error::Inactive(message) => Self::new(StatusCode::PRECONDITION_FAILED, message)
                .code(Some("AccountIntegrationInactiveError")),
            Error::Conflict(message) => Self::new(StatusCode::CONFLICT, message),
            Error::Upstream {
                status,
                code,
                message,
                provider_errors,
                retry_after_s,
            } => {
                let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
                Self::new(status, message)
                    .code(code)
                    .provider(provider_errors)
                    .retry_after(retry_after_s)
            }
            Error::TimedOut => Self::new(StatusCode::REQUEST_TIMEOUT, Error::TimedOut.to_string())
                .retry_after(Some(60)),
            Error::OutcomeUnknown => {
                Self::new(StatusCode::BAD_GATEWAY, Error::OutcomeUnknown.to_string())
                    .code(Some("OutcomeUnknown"))
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
        let mut response = (self.status, Json(self.body)).into_response();
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
