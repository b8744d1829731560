//! Accounts: end users' linked credentials.

use linkyard_core::{AccountId, AccountStatus, AccountType, IntegrationId, StatusReason, Tenant};
use sea_query::{
    Alias, Condition, Expr, ExprTrait, LikeExpr, Order, Query, SelectStatement, Value,
};

use crate::dialect::Row;
use crate::record::{Record, is_tenants, json, optional_json};
use crate::{Error, Work};

/// One end user's linked credential at one provider.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Whose it is.
    pub tenant: Tenant,
    /// The integration it was linked through.
    pub integration_id: IntegrationId,
    /// The provider's key.
    pub provider: String,
    /// The way it authenticates.
    pub auth_method: String,
    /// The provider's environment.
    pub provider_environment: String,
    /// What can be done with it.
    pub status: AccountStatus,
    /// Why it has its status.
    pub status_reasons: Vec<StatusReason>,
    /// The end user's id in the customer's own system.
    pub origin_owner_id: String,
    /// The end user's organization or name.
    pub origin_owner_name: String,
    /// The end user's own name, such as an address.
    pub origin_username: Option<String>,
    /// The customer's label.
    pub label: Option<serde_json::Value>,
    /// Whether it holds real data.
    pub account_type: AccountType,
    /// Whether it is shared, if that was said.
    pub shared: Option<bool>,
    /// The customer's own data.
    pub metadata: Option<serde_json::Value>,
    /// The values of the fields that are no secret: an object.
    pub setup_information: serde_json::Value,
    /// The sealed values of the secret fields and tokens; `None` after deletion.
    pub credentials: Option<Vec<u8>>,
    /// Counts the changes of the credentials.
    pub credential_version: i64,
    /// The scopes the provider granted, if it said.
    pub granted_scopes: Option<Vec<String>>,
    /// When it was linked, in milliseconds since 1970.
    pub created_at_ms: i64,
    /// When it was last changed, in milliseconds since 1970.
    pub updated_at_ms: i64,
    /// When it was deleted, in milliseconds since 1970.
    pub deleted_at_ms: Option<i64>,
}

/// Which accounts are asked for. An empty list does not restrict.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccountFilter {
    /// The page, from 1 up.
    pub page: u32,
    /// How many accounts a page has.
    pub page_size: u32,
    /// Only of these providers.
    pub providers: Vec<String>,
    /// Only these accounts.
    pub account_ids: Vec<AccountId>,
    /// Only of these end users.
    pub origin_owner_ids: Vec<String>,
    /// Only with these statuses.
    pub statuses: Vec<AccountStatus>,
    /// Only with this text in the owner's id or name or in the label, in any letter case.
    pub search: Option<String>,
}

impl Record for Account {
    const TABLE: &'static str = "accounts";
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "integration_id",
        "provider",
        "auth_method",
        "provider_environment",
        "status",
        "status_reasons",
        "origin_owner_id",
        "origin_owner_name",
        "origin_username",
        "label",
        "account_type",
        "shared",
        "metadata",
        "setup_information",
        "credentials",
        "credential_version",
        "granted_scopes",
        "created_at_ms",
        "updated_at_ms",
        "deleted_at_ms",
        "search_text",
    ];

    fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    fn values(&self) -> Result<Vec<Value>, Error> {
        Ok(vec![
            self.id.to_string().into(),
            self.integration_id.to_string().into(),
            self.provider.as_str().into(),
            self.auth_method.as_str().into(),
            self.provider_environment.as_str().into(),
            self.status.as_str().into(),
            json(&self.status_reasons)?,
            self.origin_owner_id.as_str().into(),
            self.origin_owner_name.as_str().into(),
            self.origin_username.clone().into(),
            optional_json(self.label.as_ref())?,
            self.account_type.as_str().into(),
            self.shared.map(i64::from).into(),
            optional_json(self.metadata.as_ref())?,
            json(&self.setup_information)?,
            self.credentials.clone().into(),
            self.credential_version.into(),
            optional_json(self.granted_scopes.as_ref())?,
            self.created_at_ms.into(),
            self.updated_at_ms.into(),
            self.deleted_at_ms.into(),
            search_text(self).into(),
        ])
    }

    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.parsed("id")?,
            tenant: row.tenant()?,
            integration_id: row.parsed("integration_id")?,
            provider: row.get("provider")?,
            auth_method: row.get("auth_method")?,
            provider_environment: row.get("provider_environment")?,
            status: row.parsed("status")?,
            status_reasons: row.json("status_reasons")?,
            origin_owner_id: row.get("origin_owner_id")?,
            origin_owner_name: row.get("origin_owner_name")?,
            origin_username: row.get("origin_username")?,
            label: row.optional_json("label")?,
            account_type: row.parsed("account_type")?,
            shared: row.optional_flag("shared")?,
            metadata: row.optional_json("metadata")?,
            setup_information: row.json("setup_information")?,
            credentials: row.get("credentials")?,
            credential_version: row.get("credential_version")?,
            granted_scopes: row.optional_json("granted_scopes")?,
            created_at_ms: row.get("created_at_ms")?,
            updated_at_ms: row.get("updated_at_ms")?,
            deleted_at_ms: row.get("deleted_at_ms")?,
        })
    }
}

/// # Accounts
impl Work {
    /// Adds an account.
    pub async fn insert_account(&mut self, account: &Account) -> Result<(), Error> {
        self.insert(account).await
    }

    /// The account with this id, unless it was deleted.
    pub async fn account(&mut self, id: AccountId) -> Result<Option<Account>, Error> {
        let mut select = self.select::<Account>();
        select.cond_where(is_live(id));
        self.one(&select).await
    }

    /// One page of the accounts that were not deleted, newest first.
    pub async fn accounts(&mut self, filter: &AccountFilter) -> Result<Vec<Account>, Error> {
        let size = u64::from(filter.page_size);
        let mut select = self.select::<Account>();
        select.cond_where(matches(filter)).limit(size);
        select.offset(u64::from(filter.page.saturating_sub(1)) * size);
        self.all(newest_first(&mut select)).await
    }

    /// How many accounts there are on all pages of a filter.
    pub async fn count_accounts(&mut self, filter: &AccountFilter) -> Result<u64, Error> {
        let count = Query::select()
            .expr_as(Expr::col("id").count(), Alias::new("found"))
            .from(Account::TABLE)
            .cond_where(is_tenants(self.tenant()))
            .cond_where(matches(filter))
            .take();
        let rows = self.fetch(&count, Account::TABLE).await?;
        let row = rows.first().ok_or(Error::Corrupt {
            what: Account::TABLE,
        })?;
        u64::try_from(row.get::<i64>("found")?).map_err(|_| Error::Corrupt {
            what: Account::TABLE,
        })
    }

    /// The newest account of an end user at a provider, unless it was deleted.
    pub async fn account_of_owner(
        &mut self,
        origin_owner_id: &str,
        origin_owner_name: &str,
        provider: &str,
    ) -> Result<Option<Account>, Error> {
        let mut select = self.select::<Account>();
        select
            .and_where(Expr::col("deleted_at_ms").is_null())
            .and_where(Expr::col("origin_owner_id").eq(origin_owner_id))
            .and_where(Expr::col("origin_owner_name").eq(origin_owner_name))
            .and_where(Expr::col("provider").eq(provider))
            .limit(1);
        self.one(newest_first(&mut select)).await
    }

    /// Writes everything but the id and the moment it was linked, if the stored `credential_version` is still the
    /// expected one. `false` if it is not, or if the account does not exist or was deleted.
    pub async fn update_account(
        &mut self,
        account: &Account,
        expected_credential_version: i64,
    ) -> Result<bool, Error> {
        let same = Expr::col("credential_version").eq(expected_credential_version);
        self.replace(account, is_live(account.id).add(same)).await
    }

    /// Deletes an account: it is archived and its credentials are forgotten. Gives the row as it is afterwards, or
    /// `None` if it does not exist or was deleted before. `now_ms` is in milliseconds since 1970.
    pub async fn delete_account(
        &mut self,
        id: AccountId,
        now_ms: i64,
    ) -> Result<Option<Account>, Error> {
        let mut update = self.update(Account::TABLE);
        update
            .value("status", AccountStatus::Archived.as_str())
            .value("deleted_at_ms", now_ms)
            .value("updated_at_ms", now_ms)
            .value("credentials", Value::Bytes(None))
            .cond_where(is_live(id))
            .returning_all();
        let rows = self.fetch(&update, Account::TABLE).await?;
        rows.first().map(Account::from_row).transpose()
    }
}

fn is_live(id: AccountId) -> Condition {
    Condition::all()
        .add(Expr::col("id").eq(id.to_string()))
        .add(Expr::col("deleted_at_ms").is_null())
}

fn newest_first(select: &mut SelectStatement) -> &SelectStatement {
    select
        .order_by("created_at_ms", Order::Desc)
        .order_by("id", Order::Desc)
}

fn matches(filter: &AccountFilter) -> Condition {
    let among = |column: &'static str, words: Vec<String>| {
        (!words.is_empty()).then(|| Expr::col(column).is_in(words))
    };
    let ids = filter.account_ids.iter().map(ToString::to_string).collect();
    let statuses = filter.statuses.iter().map(ToString::to_string).collect();
    let search = filter
        .search
        .as_ref()
        .filter(|text| !text.is_empty())
        .map(|text| {
            // `!` instead of the usual backslash, which the two databases read differently in a literal.
            let mut pattern = String::from("%");
            for c in text.to_lowercase().chars() {
                if matches!(c, '%' | '_' | '!') {
                    pattern.push('!');
                }
                pattern.push(c);
            }
            pattern.push('%');
            Expr::col("search_text").like(LikeExpr::new(pattern).escape('!'))
        });
    Condition::all()
        .add(Expr::col("deleted_at_ms").is_null())
        .add_option(among("provider", filter.providers.clone()))
        .add_option(among("id", ids))
        .add_option(among("origin_owner_id", filter.origin_owner_ids.clone()))
        .add_option(among("status", statuses))
        .add_option(search)
}

/// What a search looks into, in lower case. Made here, because SQLite's `lower` knows ASCII only.
fn search_text(account: &Account) -> String {
    let label = match &account.label {
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    [&account.origin_owner_id, &account.origin_owner_name, &label]
        .map(|text| text.to_lowercase())
        .join("\n")
}
