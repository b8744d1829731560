//! Why a request came to nothing.

use std::error::Error as StdError;

/// Why a request came to nothing. No variant tells what stands at an internal address.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The target may not be reached: scheme, address, or a name that does not resolve. One text for all, so that
    /// nothing is learned about the network behind.
    #[error("the target is not allowed or does not exist")]
    Refused,
    /// No connection; nothing was sent.
    #[error("the connection could not be made")]
    Connect(#[source] Box<dyn StdError + Send + Sync>),
    /// No trusted connection; nothing was sent.
    #[error("the server could not prove its identity (TLS)")]
    Tls(#[source] Box<dyn StdError + Send + Sync>),
    /// A deadline passed.
    #[error("no answer in time")]
    Timeout {
        /// Whether the request may have reached the server.
        sent: bool,
    },
    /// The answer is larger than allowed, or unpacks to something larger.
    #[error("the answer is too large: {what}")]
    TooLarge {
        /// Which cap: `headers`, `body` or `compression ratio`.
        what: &'static str,
    },
    /// The connection broke or the answer is not HTTP. The request may have reached the server.
    #[error("the connection broke before the answer was complete")]
    Protocol(#[source] Box<dyn StdError + Send + Sync>),
    /// The client itself could not be set up: no trust anchors, for one.
    #[error("the client could not be set up")]
    Setup(#[source] Box<dyn StdError + Send + Sync>),
}

impl Error {
    /// Whether the server may have seen the request.
    pub fn may_have_been_sent(&self) -> bool {
        match self {
            Self::Refused | Self::Connect(_) | Self::Tls(_) | Self::Setup(_) => false,
            Self::Timeout { sent } => *sent,
            Self::TooLarge { .. } | Self::Protocol(_) => true,
        }
    }

    pub(crate) fn classify(error: reqwest::Error) -> Self {
        if chain(&error).any(<dyn StdError>::is::<crate::resolve::NoAddress>) {
            return Self::Refused;
        }
        let error = error.without_url();
        if error.is_connect() {
            return match () {
                () if error.is_timeout() => Self::Timeout { sent: false },
                () if chain(&error).any(is_tls) => Self::Tls(error.into()),
                () => Self::Connect(error.into()),
            };
        }
        if error.is_timeout() {
            Self::Timeout { sent: true }
        } else {
            Self::Protocol(error.into())
        }
    }
}

fn chain<'e>(
    error: &'e (dyn StdError + 'static),
) -> impl Iterator<Item = &'e (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// rustls hides its error inside I/O errors, which leaves it out of the chain of causes.
fn is_tls(error: &(dyn StdError + 'static)) -> bool {
    error.is::<rustls::Error>()
        || error
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref)
            .is_some_and(|inner| is_tls(inner))
}
