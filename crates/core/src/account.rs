//! Words that describe an account.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A word that is not one of an enumeration's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected}")]
pub struct UnknownWord {
    /// The words that are allowed.
    pub expected: &'static str,
}

/// What can be done with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccountStatus {
    /// Usable.
    Active,
    /// Its integration is disabled.
    Inactive,
    /// Paused by an operator.
    Suspended,
    /// Deleted, but kept for the record.
    Archived,
    /// Its credential ran out.
    Expired,
    /// The last call or refresh failed to authenticate.
    Error,
}

impl AccountStatus {
    /// Every status, in the order of the documentation.
    pub const ALL: [Self; 6] = [
        Self::Active,
        Self::Inactive,
        Self::Suspended,
        Self::Archived,
        Self::Expired,
        Self::Error,
    ];

    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Suspended => "suspended",
            Self::Archived => "archived",
            Self::Expired => "expired",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for AccountStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for AccountStatus {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or(UnknownWord {
                expected: "active, inactive, suspended, archived, expired or error",
            })
    }
}

/// Whether an account holds real data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccountType {
    /// A real customer's account.
    #[default]
    Production,
    /// An account made to try things.
    Test,
}

impl AccountType {
    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Test => "test",
        }
    }
}

impl FromStr for AccountType {
    type Err = UnknownWord;

    /// Any letter case is accepted: older clients send the words in capitals.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.to_ascii_lowercase().as_str() {
            "production" => Ok(Self::Production),
            "test" => Ok(Self::Test),
            _ => Err(UnknownWord {
                expected: "production or test",
            }),
        }
    }
}

/// Why an account has its status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusReason {
    /// A stable code, for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// A sentence, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// When it was noticed.
    pub timestamp: DateTime<Utc>,
}
