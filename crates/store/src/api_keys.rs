//! API keys.

use linkyard_core::{ApiKeyId, Tenant};
use sea_query::{Expr, ExprTrait, Order, Value};

use crate::dialect::Row;
use crate::record::{Record, json};
use crate::{Error, Work};

/// An API key, without the key itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id, which is no secret.
    pub id: ApiKeyId,
    /// Whose it is.
    pub tenant: Tenant,
    /// For people.
    pub name: String,
    /// What of the key may be shown: its prefix and its last four characters.
    pub display: String,
    /// The keyed hash of the key.
    pub key_hash: [u8; 32],
    /// What it may be used for.
    pub scopes: Vec<String>,
    /// When it was made, in milliseconds since 1970.
    pub created_at_ms: i64,
    /// When it ends, in milliseconds since 1970.
    pub expires_at_ms: Option<i64>,
    /// When it was last used, in milliseconds since 1970; noted late.
    pub last_used_at_ms: Option<i64>,
    /// When it was disabled, in milliseconds since 1970.
    pub disabled_at_ms: Option<i64>,
}

impl Record for ApiKey {
    const TABLE: &'static str = "api_keys";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "name",
        "display",
        "key_hash",
        "scopes",
        "created_at_ms",
        "expires_at_ms",
        "last_used_at_ms",
        "disabled_at_ms",
    ];

    fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    fn values(&self) -> Result<Vec<Value>, Error> {
        Ok(vec![
            self.id.to_string().into(),
            self.name.as_str().into(),
            self.display.as_str().into(),
            self.key_hash.to_vec().into(),
            json(&self.scopes)?,
            self.created_at_ms.into(),
            self.expires_at_ms.into(),
            self.last_used_at_ms.into(),
            self.disabled_at_ms.into(),
        ])
    }

    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.parsed("id")?,
            tenant: row.tenant()?,
            name: row.get("name")?,
            display: row.get("display")?,
            key_hash: row.hash("key_hash")?,
            scopes: row.json("scopes")?,
            created_at_ms: row.get("created_at_ms")?,
            expires_at_ms: row.get("expires_at_ms")?,
            last_used_at_ms: row.get("last_used_at_ms")?,
            disabled_at_ms: row.get("disabled_at_ms")?,
        })
    }
}

/// # API keys
impl Work {
    /// Adds an API key.
    pub async fn insert_api_key(&mut self, key: &ApiKey) -> Result<(), Error> {
        self.insert(key).await
    }

    /// Every API key, oldest first.
    pub async fn api_keys(&mut self) -> Result<Vec<ApiKey>, Error> {
        let mut select = self.select::<ApiKey>();
        select
            .order_by("created_at_ms", Order::Asc)
            .order_by("id", Order::Asc);
        self.all(&select).await
    }

    /// The API key with this id.
    pub async fn api_key(&mut self, id: ApiKeyId) -> Result<Option<ApiKey>, Error> {
        let mut select = self.select::<ApiKey>();
        select.and_where(Expr::col("id").eq(id.to_string()));
        self.one(&select).await
    }

    /// Disables a key from the moment given, in milliseconds since 1970, or enables it again. `false` if it does not
    /// exist.
    pub async fn set_api_key_disabled(
        &mut self,
        id: ApiKeyId,
        disabled_at_ms: Option<i64>,
    ) -> Result<bool, Error> {
        let mut update = self.update(ApiKey::TABLE);
        update
            .value("disabled_at_ms", disabled_at_ms)
            .and_where(Expr::col("id").eq(id.to_string()));
        self.execute(&update, ApiKey::TABLE)
            .await
            .map(|rows| rows > 0)
    }

    /// Deletes a key. `false` if it does not exist.
    pub async fn delete_api_key(&mut self, id: ApiKeyId) -> Result<bool, Error> {
        let mut delete = self.delete(ApiKey::TABLE);
        delete.and_where(Expr::col("id").eq(id.to_string()));
        self.execute(&delete, ApiKey::TABLE)
            .await
            .map(|rows| rows > 0)
    }
}
