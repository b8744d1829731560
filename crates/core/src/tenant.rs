//! The tenant boundary.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{OrganizationId, ProjectId};

/// What a project is used for. Part of the tenant boundary: rows of one environment are not seen from the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// Real accounts of real end users.
    Production,
    /// Accounts made while developing, in a data folder that the production start refuses.
    Development,
}

impl Environment {
    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Development => "development",
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Environment {
    type Err = crate::UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "production" => Ok(Self::Production),
            "development" => Ok(Self::Development),
            _ => Err(crate::UnknownWord {
                expected: "production or development",
            }),
        }
    }
}

/// Whose rows a query may see. Every query on a tenant's table takes one, so an unscoped query cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tenant {
    /// The owner of the project.
    pub organization_id: OrganizationId,
    /// The project.
    pub project_id: ProjectId,
    /// The project's environment.
    pub environment: Environment,
}
