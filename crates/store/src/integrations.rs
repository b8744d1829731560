//! Integrations: connectors enabled in a project.

use linkyard_core::{IntegrationId, Tenant};
use sea_query::{Condition, Expr, ExprTrait, Order, Value};

use crate::dialect::Row;
use crate::record::{Record, flag, optional_json};
use crate::{Error, Work};

/// What happens when an account was granted fewer scopes than an action needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum MissingScopes {
    /// The action is tried; the provider decides.
    #[default]
    Allow,
    /// The action is refused before the provider is called.
    Refuse,
}

impl MissingScopes {
    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Refuse => "refuse",
        }
    }
}

impl std::str::FromStr for MissingScopes {
    type Err = linkyard_core::UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "allow" => Ok(Self::Allow),
            "refuse" => Ok(Self::Refuse),
            _ => Err(linkyard_core::UnknownWord {
                expected: "allow or refuse",
            }),
        }
    }
}

/// A connector enabled in a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Integration {
    /// Its id.
    pub id: IntegrationId,
    /// Whose it is.
    pub tenant: Tenant,
    /// The connector's key, such as the provider's name in lower case.
    pub connector_key: String,
    /// The connector's version.
    pub connector_version: String,
    /// The way to authenticate, one of the connector's.
    pub auth_method: String,
    /// The provider's environment, one of the connector's.
    pub provider_environment: String,
    /// For people.
    pub name: String,
    /// The sealed values of the operator's own fields, such as a client secret.
    pub setup_values: Option<Vec<u8>>,
    /// The actions that may be run; `None` is all of them.
    pub enabled_actions: Option<Vec<String>>,
    /// What happens when scopes are missing.
    pub missing_scopes: MissingScopes,
    /// Whether accounts can be linked and used.
    pub active: bool,
    /// When it was made, in milliseconds since 1970.
    pub created_at_ms: i64,
    /// When it was last changed, in milliseconds since 1970.
    pub updated_at_ms: i64,
}

impl Record for Integration {
    const TABLE: &'static str = "integrations";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "connector_key",
        "connector_version",
        "auth_method",
        "provider_environment",
        "name",
        "setup_values",
        "enabled_actions",
        "missing_scopes",
        "active",
        "created_at_ms",
        "updated_at_ms",
    ];

    fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    fn values(&self) -> Result<Vec<Value>, Error> {
        Ok(vec![
            self.id.to_string().into(),
            self.connector_key.as_str().into(),
            self.connector_version.as_str().into(),
            self.auth_method.as_str().into(),
            self.provider_environment.as_str().into(),
            self.name.as_str().into(),
            self.setup_values.clone().into(),
            optional_json(self.enabled_actions.as_ref())?,
            self.missing_scopes.as_str().into(),
            flag(self.active),
            self.created_at_ms.into(),
            self.updated_at_ms.into(),
        ])
    }

    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.parsed("id")?,
            tenant: row.tenant()?,
            connector_key: row.get("connector_key")?,
            connector_version: row.get("connector_version")?,
            auth_method: row.get("auth_method")?,
            provider_environment: row.get("provider_environment")?,
            name: row.get("name")?,
            setup_values: row.get("setup_values")?,
            enabled_actions: row.optional_json("enabled_actions")?,
            missing_scopes: row.parsed("missing_scopes")?,
            active: row.flag("active")?,
            created_at_ms: row.get("created_at_ms")?,
            updated_at_ms: row.get("updated_at_ms")?,
        })
    }
}

/// # Integrations
impl Work {
    /// Adds an integration.
    pub async fn insert_integration(&mut self, integration: &Integration) -> Result<(), Error> {
        self.insert(integration).await
    }

    /// The integration with this id.
    pub async fn integration(&mut self, id: IntegrationId) -> Result<Option<Integration>, Error> {
        let mut select = self.select::<Integration>();
        select.and_where(Expr::col("id").eq(id.to_string()));
        self.one(&select).await
    }

    /// Every integration, oldest first.
    pub async fn integrations(&mut self) -> Result<Vec<Integration>, Error> {
        let mut select = self.select::<Integration>();
        select
            .order_by("created_at_ms", Order::Asc)
            .order_by("id", Order::Asc);
        self.all(&select).await
    }

    /// Writes everything but the id and the moment it was made. `false` if it does not exist.
    pub async fn update_integration(&mut self, integration: &Integration) -> Result<bool, Error> {
        let is_it = Expr::col("id").eq(integration.id.to_string());
        self.replace(integration, Condition::all().add(is_it)).await
    }
}
