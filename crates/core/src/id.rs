//! Typed ids. Each is text on the wire and in the database, except the two that the wire wants as numbers.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    };
}

macro_rules! number_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

uuid_id! {
    /// An account: one end user's linked credential at one provider.
    AccountId
}
uuid_id! {
    /// An integration: a connector enabled in a project. Newer clients call it connector profile.
    IntegrationId
}
uuid_id! {
    /// An API key (its id, which is no secret).
    ApiKeyId
}
uuid_id! {
    /// An event in the outbox.
    EventId
}
number_id! {
    /// An organization. Older clients read it as a number, newer ones as text, so it is a number kept as such.
    OrganizationId
}
number_id! {
    /// A connect session. Clients read it as a number.
    ConnectSessionId
}

/// A project: a slug such as `dev-56501`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProjectId(String);

/// Why a text is not a project id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a project id has 1 to 40 lower-case letters, digits and hyphens, and starts with a letter"
)]
pub struct InvalidProjectId;

impl ProjectId {
    /// The slug.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for ProjectId {
    type Err = InvalidProjectId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let starts = text.starts_with(|c: char| c.is_ascii_lowercase());
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if starts && text.len() <= 40 && text.chars().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidProjectId)
        }
    }
}
