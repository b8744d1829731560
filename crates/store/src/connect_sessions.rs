//! Connect sessions: short-lived permission for one end user to link an account.

use linkyard_core::{AccountId, AccountType, ConnectSessionId, IntegrationId, Tenant};
use sea_query::Value;

use crate::dialect::Row;
use crate::record::{Record, flag, optional_json};
use crate::{Error, Work};

/// Permission for one end user to link or re-link accounts, until it expires or is revoked.
#[derive(Debug, Clone, PartialEq)]
pub struct ConnectSession {
    /// Its number; 0 while it is not stored.
    pub id: ConnectSessionId,
    /// Whose it is.
    pub tenant: Tenant,
    /// The keyed hash of its token.
    pub token_hash: [u8; 32],
    /// The end user's id in the customer's own system.
    pub origin_owner_id: String,
    /// The end user's organization or name.
    pub origin_owner_name: String,
    /// The end user's own name, such as an address.
    pub origin_username: Option<String>,
    /// The only provider that may be linked.
    pub provider: Option<String>,
    /// The only categories of providers that may be linked.
    pub categories: Option<Vec<String>>,
    /// The only integration that may be used.
    pub integration_id: Option<IntegrationId>,
    /// The account to be linked again.
    pub account_id: Option<AccountId>,
    /// A label for the new account.
    pub label: Option<String>,
    /// The customer's own data for the new account.
    pub metadata: Option<serde_json::Value>,
    /// Whether more than one account may be linked.
    pub multiple: bool,
    /// The type of the new account.
    pub account_type: AccountType,
    /// Whether the new account is shared, if that was said.
    pub shared: Option<bool>,
    /// When it was made, in milliseconds since 1970.
    pub created_at_ms: i64,
    /// When it ends, in milliseconds since 1970.
    pub expires_at_ms: i64,
    /// When it was revoked, in milliseconds since 1970.
    pub revoked_at_ms: Option<i64>,
}

impl Record for ConnectSession {
    const TABLE: &'static str = "connect_sessions";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "token_hash",
        "origin_owner_id",
        "origin_owner_name",
        "origin_username",
        "provider",
        "categories",
        "integration_id",
        "account_id",
        "label",
        "metadata",
        "multiple",
        "account_type",
        "shared",
        "created_at_ms",
        "expires_at_ms",
        "revoked_at_ms",
    ];

    fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    fn values(&self) -> Result<Vec<Value>, Error> {
        Ok(vec![
            self.id.0.into(),
            self.token_hash.to_vec().into(),
            self.origin_owner_id.as_str().into(),
            self.origin_owner_name.as_str().into(),
            self.origin_username.clone().into(),
            self.provider.clone().into(),
            optional_json(self.categories.as_ref())?,
            self.integration_id.map(|id| id.to_string()).into(),
            self.account_id.map(|id| id.to_string()).into(),
            self.label.clone().into(),
            optional_json(self.metadata.as_ref())?,
            flag(self.multiple),
            self.account_type.as_str().into(),
            self.shared.map(i64::from).into(),
            self.created_at_ms.into(),
            self.expires_at_ms.into(),
            self.revoked_at_ms.into(),
        ])
    }

    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: ConnectSessionId(row.get("id")?),
            tenant: row.tenant()?,
            token_hash: row.hash("token_hash")?,
            origin_owner_id: row.get("origin_owner_id")?,
            origin_owner_name: row.get("origin_owner_name")?,
            origin_username: row.get("origin_username")?,
            provider: row.get("provider")?,
            categories: row.optional_json("categories")?,
            integration_id: row.optional_parsed("integration_id")?,
            account_id: row.optional_parsed("account_id")?,
            label: row.get("label")?,
            metadata: row.optional_json("metadata")?,
            multiple: row.flag("multiple")?,
            account_type: row.parsed("account_type")?,
            shared: row.optional_flag("shared")?,
            created_at_ms: row.get("created_at_ms")?,
            expires_at_ms: row.get("expires_at_ms")?,
            revoked_at_ms: row.get("revoked_at_ms")?,
        })
    }
}

/// # Connect sessions
impl Work {
    /// Adds a connect session and gives the number the database chose; the one in the row is passed over.
    pub async fn insert_connect_session(
        &mut self,
        session: &ConnectSession,
    ) -> Result<ConnectSessionId, Error> {
        let rows = self.insert_returning(session, &["id"]).await?;
        let row = rows.first().ok_or(Error::Corrupt {
            what: ConnectSession::TABLE,
        })?;
        Ok(ConnectSessionId(row.get("id")?))
    }
}
