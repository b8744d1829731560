//! Why a use case could not be carried out. Knows no HTTP: `server` translates.

use linkyard_engine::ProviderError;

/// A failed use case. Messages are safe to show to the caller; what is not stands in `Internal` and goes to the log.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or it belongs to somebody else.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// The request cannot be carried out as it is.
    #[error("{message}")]
    Invalid {
        /// What was wrong and what to do.
        message: String,
        /// One line for each fault, naming the field and never its value.
        faults: Vec<String>,
    },
    /// The credential of the caller is missing, unknown, expired or revoked.
    #[error("{0}")]
    Unauthenticated(&'static str),
    /// The caller is known but may not do this.
    #[error("{message}")]
    Denied {
        /// Stable code, such as `MissingScope`.
        code: &'static str,
        /// What is missing.
        message: String,
    },
    /// The account or its integration is switched off.
    #[error("{0}")]
    Inactive(String),
    /// It is there already, or changed meanwhile.
    #[error("{0}")]
    Conflict(String),
    /// The provider refused or failed.
    #[error("{message}")]
    Upstream {
        /// The status to report.
        status: u16,
        /// Stable code.
        code: Option<&'static str>,
        /// What the provider said.
        message: String,
        /// The provider's answers.
        provider_errors: Vec<ProviderError>,
        /// When to try again, in seconds.
        retry_after_s: Option<u64>,
    },
    /// No answer in time, and nothing can have changed.
    #[error("the provider did not answer in time; nothing was changed")]
    TimedOut,
    /// No answer in time, and the provider may have carried the write out.
    #[error("the provider did not answer; whether it carried out the change is not known")]
    OutcomeUnknown,
    /// Something on our side.
    #[error("an internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// An invalid request with a message alone.
    pub fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid {
            message: message.into(),
            faults: Vec::new(),
        }
    }
}

impl From<linkyard_store::Error> for Error {
    fn from(error: linkyard_store::Error) -> Self {
        Self::Internal(Box::new(error))
    }
}

impl From<linkyard_vault::Error> for Error {
    fn from(error: linkyard_vault::Error) -> Self {
        Self::Internal(Box::new(error))
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(Box::new(error))
    }
}

impl From<linkyard_engine::Error> for Error {
    fn from(error: linkyard_engine::Error) -> Self {
        use linkyard_engine::Error as Engine;
        match error {
            Engine::InvalidInput(faults) => Self::Invalid {
                message: format!("invalid input: {}", faults.join("; ")),
                faults,
            },
            Engine::Provider {
                status,
                message,
                provider_errors,
                retry_after_s,
            } => Self::Upstream {
                status,
                code: (status == 401).then_some("AccountInvalidCredentialsError"),
                message,
                provider_errors,
                retry_after_s,
            },
            Engine::Timeout {
                safe_to_retry: true,
            } => Self::TimedOut,
            Engine::Timeout {
                safe_to_retry: false,
            }
            | Engine::OutcomeUnknown => Self::OutcomeUnknown,
            other @ (Engine::Refused
            | Engine::Unreachable
            | Engine::TooLarge
            | Engine::Expression { .. }
            | Engine::Limit(_)
            | Engine::Credentials(_)) => Self::Upstream {
                status: 502,
                code: None,
                message: other.to_string(),
                provider_errors: Vec::new(),
                retry_after_s: None,
            },
        }
    }
}
