//! Why a run came to nothing.

use serde::Serialize;
use serde_json::{Map, Value};

/// Why a run came to nothing. No text in it contains a credential.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The caller's inputs do not fit the action; one line for each fault, naming the input and never its value.
    #[error("invalid input: {}", .0.join("; "))]
    InvalidInput(Vec<String>),
    /// The provider answered with a failure, or the account's rate limit is used up (then `provider_errors` is empty).
    #[error("{message}")]
    Provider {
        /// The status to report: the provider's own if it speaks to the caller, else 502.
        status: u16,
        /// What the provider said.
        message: String,
        /// The answer, for the caller.
        provider_errors: Vec<ProviderError>,
        /// Seconds after which it makes sense to come again.
        retry_after_s: Option<u64>,
    },
    /// The request may not go where it was to go.
    #[error("the provider's address is not allowed")]
    Refused,
    /// No usable connection to the provider.
    #[error("the provider could not be reached")]
    Unreachable,
    /// No answer in time.
    #[error("the provider did not answer in time")]
    Timeout {
        /// Whether running the action again cannot do anything twice.
        safe_to_retry: bool,
    },
    /// The answer is larger than the engine reads.
    #[error("the provider's answer is too large")]
    TooLarge,
    /// An expression of the connector cannot be used.
    #[error("step `{step}`, {site}: {source}")]
    Expression {
        /// The step, or `result`.
        step: String,
        /// Where in the step.
        site: String,
        /// What is wrong.
        source: Fault,
    },
    /// A limit of the run was reached, or a rule of the engine broken by the connector.
    #[error("{0}")]
    Limit(String),
    /// No credential to work with.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// A write was sent and its outcome is not known. It must not be repeated blindly.
    #[error("the outcome of the write is not known")]
    OutcomeUnknown,
}

/// What is wrong with an expression.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// It cannot be evaluated.
    #[error(transparent)]
    Evaluation(#[from] linkyard_expr::Error),
    /// It yields nothing usable here.
    #[error("{0}")]
    Value(String),
}

/// A provider's failure, in the shape in which it is shown to the caller.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ProviderError {
    /// The provider's status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The URL asked, with the values of its query masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The body; text is wrapped as `{"message": text}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw: Option<Map<String, Value>>,
    /// Headers that help: request ids, rate limits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headers: Option<Map<String, Value>>,
}

/// Why there is no credential.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// There is nothing to renew it with: the provider's answer stands.
    #[error("the credential cannot be renewed")]
    NotRenewable,
    /// The provider does not accept it any more.
    #[error("the credential is no longer accepted: {0}")]
    Rejected(String),
    /// It cannot be had just now.
    #[error("the credential is not available")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    pub(crate) fn invalid(line: impl Into<String>) -> Self {
        Self::InvalidInput(vec![line.into()])
    }

    /// Whether a step with `ignoreError` may pass over it.
    pub(crate) fn is_ignorable(&self) -> bool {
        match self {
            Self::Expression {
                source: Fault::Evaluation(error),
                ..
            } => !error.is_limit(),
            Self::Provider { .. }
            | Self::Unreachable
            | Self::Timeout { .. }
            | Self::TooLarge
            | Self::Expression { .. } => true,
            Self::InvalidInput(_)
            | Self::Refused
            | Self::Limit(_)
            | Self::Credentials(_)
            | Self::OutcomeUnknown => false,
        }
    }
}
