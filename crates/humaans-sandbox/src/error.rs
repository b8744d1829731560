//! Errors of the library and the error body of the API.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

/// Why the sandbox could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The data folder cannot be read or written.
    #[error("cannot use the data file {path}")]
    Io {
        /// The file.
        path: std::path::PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The data file is not one of the sandbox.
    #[error("the data file is damaged")]
    Damaged(#[from] serde_json::Error),
    /// There is no such person.
    #[error("no person has the id {0}")]
    UnknownPerson(String),
    /// The system gives no random bytes.
    #[error("no randomness")]
    Random,
}

/// An answer that is an error.
#[derive(Debug)]
pub(crate) struct ApiError {
    pub(crate) status: u16,
    pub(crate) message: String,
    pub(crate) issue: Option<(String, String)>,
    pub(crate) retry_after: Option<u64>,
}

impl ApiError {
    pub(crate) fn new(status: u16, message: &str) -> Self {
        ApiError {
            status,
            message: message.to_owned(),
            issue: None,
            retry_after: None,
        }
    }
    pub(crate) fn invalid(field: &str, reason: &str) -> Self {
        ApiError {
            issue: Some((field.to_owned(), reason.to_owned())),
            ..Self::new(422, "Validation failed")
        }
    }
    pub(crate) fn not_found() -> Self {
        Self::new(404, "Not found")
    }
    pub(crate) fn forbidden(scope: &str) -> Self {
        Self::new(403, &format!("The access token needs the scope {scope}"))
    }
}

impl From<Error> for ApiError {
    fn from(e: Error) -> Self {
        match e {
            Error::UnknownPerson(_) => Self::invalid("personId", "no such person"),
            Error::Io { .. } | Error::Damaged(_) | Error::Random => {
                tracing::error!(error = %e, "a change was not kept");
                Self::new(500, "Something went wrong")
            }
        }
    }
}

const fn name(status: u16) -> &'static str {
    match status {
        400 => "BadRequest",
        401 => "NotAuthenticated",
        403 => "Forbidden",
        404 => "NotFound",
        405 => "MethodNotAllowed",
        409 => "Conflict",
        422 => "Unprocessable",
        429 => "TooManyRequests",
        500 => "GeneralError",
        _ => "Unavailable",
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut body = json!({"id": crate::token::random_id(24).unwrap_or_default(), "code": self.status, "name": name(self.status), "message": self.message});
        if let Some((field, reason)) = self.issue {
            body["issues"] = json!([{"name": field, "reason": reason}]);
        }
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut answer = (status, Json(body)).into_response();
        if let Some(s) = self.retry_after {
            answer.headers_mut().insert("retry-after", s.into());
        }
        answer
    }
}
