//! Who asks. A use case that takes one of these has an authorized caller.

use std::str::FromStr;

use linkyard_core::{ApiKeyId, Tenant};

use crate::Error;

/// What an API key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyScope {
    /// Read accounts, sessions and events.
    PlatformRead,
    /// Change accounts, open sessions.
    PlatformWrite,
    /// Run actions.
    ActionsExecute,
    /// Read connectors and their actions.
    ConnectorsRead,
    /// Change connectors.
    ConnectorsWrite,
    /// Read stored provider credentials.
    CredentialsRead,
    /// Read through the unified API.
    UnifiedRead,
    /// Write through the unified API.
    UnifiedWrite,
    /// Send any request to a provider.
    ProxyExecute,
    /// Manage integrations and keys.
    AdminWrite,
}

impl KeyScope {
    /// Every scope.
    pub const ALL: [Self; 10] = [
        Self::PlatformRead,
        Self::PlatformWrite,
        Self::ActionsExecute,
        Self::ConnectorsRead,
        Self::ConnectorsWrite,
        Self::CredentialsRead,
        Self::UnifiedRead,
        Self::UnifiedWrite,
        Self::ProxyExecute,
        Self::AdminWrite,
    ];

    /// What a key has when its maker names no scopes: no proxy, no credentials, no administration.
    pub const DEFAULT: [Self; 6] = [
        Self::PlatformRead,
        Self::PlatformWrite,
        Self::ActionsExecute,
        Self::ConnectorsRead,
        Self::UnifiedRead,
        Self::UnifiedWrite,
    ];

    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PlatformRead => "platform:read",
            Self::PlatformWrite => "platform:write",
            Self::ActionsExecute => "actions:execute",
            Self::ConnectorsRead => "connectors:read",
            Self::ConnectorsWrite => "connectors:write",
            Self::CredentialsRead => "credentials:read",
            Self::UnifiedRead => "unified:read",
            Self::UnifiedWrite => "unified:write",
            Self::ProxyExecute => "proxy:execute",
            Self::AdminWrite => "admin:write",
        }
    }
}

impl FromStr for KeyScope {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|scope| scope.as_str() == text)
            .ok_or_else(|| {
                let known: Vec<_> = Self::ALL.iter().map(|scope| scope.as_str()).collect();
                Error::invalid(format!(
                    "unknown key scope; the scopes are {}",
                    known.join(", ")
                ))
            })
    }
}

/// An application that showed a valid API key.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Whose rows it may see.
    pub tenant: Tenant,
    /// The key.
    pub key_id: ApiKeyId,
    /// What the key may do.
    pub scopes: Vec<KeyScope>,
}

impl Caller {
    /// Refuses the caller unless its key has `scope`.
    pub fn require(&self, scope: KeyScope) -> Result<(), Error> {
        if self.scopes.contains(&scope) {
            return Ok(());
        }
        Err(Error::Denied {
            code: "MissingKeyScope",
            message: format!("this API key lacks the scope {}", scope.as_str()),
        })
    }
}

/// An end user who holds a valid session token.
#[derive(Debug, Clone)]
pub struct HubCaller {
    pub(crate) session: linkyard_store::ConnectSession,
}

/// An operator who is logged in to the dashboard.
#[derive(Debug, Clone)]
pub struct Operator {
    /// The project whose dashboard is open.
    pub tenant: Tenant,
    pub(crate) session_hash: [u8; 32],
}
