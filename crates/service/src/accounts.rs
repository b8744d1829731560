//! Accounts: list, read, change, delete.

use linkyard_core::{AccountId, AccountStatus, AccountType, IntegrationId, StatusReason, Tenant};
use linkyard_store::{Account, AccountFilter};
use serde_json::Value;

use crate::events::AccountEvent;
use crate::scopes::{self, ScopeNeed};
use crate::{Caller, Error, KeyScope, Service, service::auth_method};

/// An account as the outside may see it: no credential in any form.
#[derive(Debug, Clone)]
pub struct AccountView {
    /// Its id.
    pub id: AccountId,
    /// The connector's key.
    pub provider: String,
    /// The connector's display name.
    pub provider_name: String,
    /// What can be done with it.
    pub status: AccountStatus,
    /// Why.
    pub status_reasons: Vec<StatusReason>,
    /// The end user's organization in the application.
    pub origin_owner_id: String,
    /// Its name.
    pub origin_owner_name: String,
    /// The end user.
    pub origin_username: Option<String>,
    /// Free text or object.
    pub label: Option<Value>,
    /// Real data or a trial.
    pub account_type: AccountType,
    /// Kept for the application.
    pub shared: Option<bool>,
    /// Kept for the application.
    pub metadata: Option<Value>,
    /// The fields of the form that are no secrets.
    pub setup_information: Value,
    /// The integration that it was linked with.
    pub integration_id: IntegrationId,
    /// What the credential may do; absent if the provider does not tell.
    pub granted_scopes: Option<Vec<String>>,
    /// What it lacks.
    pub missing_scopes: Vec<ScopeNeed>,
    /// In ms since 1970.
    pub created_at_ms: i64,
    /// In ms since 1970.
    pub updated_at_ms: i64,
}

/// Changes to an account. Absent fields stay.
#[derive(Debug, Clone, Default)]
pub struct AccountChange {
    /// The end user's organization in the application.
    pub origin_owner_id: Option<String>,
    /// Its name.
    pub origin_owner_name: Option<String>,
    /// The end user.
    pub origin_username: Option<String>,
    /// Free text or object.
    pub label: Option<Value>,
    /// Kept for the application.
    pub metadata: Option<Value>,
    /// Real data or a trial.
    pub account_type: Option<AccountType>,
    /// Kept for the application.
    pub shared: Option<bool>,
    /// Pause or resume.
    pub status: Option<AccountStatus>,
}

impl Service {
    /// The accounts that match, newest first.
    pub async fn accounts(
        &self,
        caller: &Caller,
        filter: &AccountFilter,
    ) -> Result<Vec<AccountView>, Error> {
        caller.require(KeyScope::PlatformRead)?;
        self.accounts_of(&caller.tenant, filter).await
    }

    /// The accounts of a project that match, newest first. The caller must have been authorized.
    pub async fn accounts_of(
        &self,
        tenant: &Tenant,
        filter: &AccountFilter,
    ) -> Result<Vec<AccountView>, Error> {
        let mut work = self.0.store.read(tenant).await?;
        let integrations = work.integrations().await?;
        let accounts = work.accounts(filter).await?;
        Ok(accounts
            .into_iter()
            .map(|account| {
                let integration = integrations.iter().find(|i| i.id == account.integration_id);
                self.view(account, integration)
            })
            .collect())
    }

    /// How many accounts of a project match.
    pub async fn count_accounts_of(
        &self,
        tenant: &Tenant,
        filter: &AccountFilter,
    ) -> Result<u64, Error> {
        let mut work = self.0.store.read(tenant).await?;
        Ok(work.count_accounts(filter).await?)
    }

    /// One account.
    pub async fn account(&self, caller: &Caller, id: AccountId) -> Result<AccountView, Error> {
        caller.require(KeyScope::PlatformRead)?;
        let account = self.find_account(&caller.tenant, id).await?;
        self.view_with_integration(account).await
    }

    /// Changes an account for an application.
    pub async fn update_account(
        &self,
        caller: &Caller,
        id: AccountId,
        change: AccountChange,
    ) -> Result<AccountView, Error> {
        caller.require(KeyScope::PlatformWrite)?;
        self.update_account_of(&caller.tenant, id, change).await
    }

    /// Changes an account. The caller must have been authorized.
    pub async fn update_account_of(
        &self,
        tenant: &Tenant,
        id: AccountId,
        change: AccountChange,
    ) -> Result<AccountView, Error> {
        let mut work = self.0.store.begin(tenant).await?;
        let mut account = work.account(id).await?.ok_or(Error::NotFound("account"))?;
        apply(&mut account, change, self.now_ms());
        if !work
            .update_account(&account, account.credential_version)
            .await?
        {
            return Err(Error::Conflict(
                "the account was changed meanwhile; try again".to_owned(),
            ));
        }
        self.publish(&mut work, AccountEvent::Updated, &account)
            .await?;
        work.commit().await?;
        self.0.runnable.invalidate(&(tenant.clone(), id)).await;
        self.view_with_integration(account).await
    }

    /// Deletes an account for an application: its credential is erased at once.
    pub async fn delete_account(
        &self,
        caller: &Caller,
        id: AccountId,
    ) -> Result<AccountView, Error> {
        caller.require(KeyScope::PlatformWrite)?;
        self.delete_account_of(&caller.tenant, id).await
    }

    /// Deletes an account. The caller must have been authorized.
    pub async fn delete_account_of(
        &self,
        tenant: &Tenant,
        id: AccountId,
    ) -> Result<AccountView, Error> {
        let mut work = self.0.store.begin(tenant).await?;
        let deleted = work
            .delete_account(id, self.now_ms())
            .await?
            .ok_or(Error::NotFound("account"))?;
        self.publish(&mut work, AccountEvent::Deleted, &deleted)
            .await?;
        work.commit().await?;
        self.0.runnable.invalidate(&(tenant.clone(), id)).await;
        self.view_with_integration(deleted).await
    }

    pub(crate) async fn find_account(
        &self,
        tenant: &Tenant,
        id: AccountId,
    ) -> Result<Account, Error> {
        let mut work = self.0.store.read(tenant).await?;
        work.account(id).await?.ok_or(Error::NotFound("account"))
    }

    pub(crate) async fn view_with_integration(
        &self,
        account: Account,
    ) -> Result<AccountView, Error> {
        let mut work = self.0.store.read(&account.tenant).await?;
        let integration = work.integration(account.integration_id).await?;
        Ok(self.view(account, integration.as_ref()))
    }

    fn view(
        &self,
        account: Account,
        integration: Option<&linkyard_store::Integration>,
    ) -> AccountView {
        let connector = self.0.catalog.get(&account.provider);
        let missing_scopes = connector
            .zip(integration)
            .and_then(|(connector, integration)| {
                let auth = auth_method(connector, &account.auth_method).ok()?;
                Some(scopes::missing(
                    connector,
                    auth,
                    integration,
                    account.granted_scopes.as_deref(),
                ))
            })
            .unwrap_or_default();
        AccountView {
            provider_name: connector.map_or_else(|| account.provider.clone(), |c| c.title.clone()),
            missing_scopes,
            id: account.id,
            provider: account.provider,
            status: account.status,
            status_reasons: account.status_reasons,
            origin_owner_id: account.origin_owner_id,
            origin_owner_name: account.origin_owner_name,
            origin_username: account.origin_username,
            label: account.label,
            account_type: account.account_type,
            shared: account.shared,
            metadata: account.metadata,
            setup_information: account.setup_information,
            integration_id: account.integration_id,
            granted_scopes: account.granted_scopes,
            created_at_ms: account.created_at_ms,
            updated_at_ms: account.updated_at_ms,
        }
    }
}

fn apply(account: &mut Account, change: AccountChange, now_ms: i64) {
    if let Some(value) = change.origin_owner_id {
        account.origin_owner_id = value;
    }
    if let Some(value) = change.origin_owner_name {
        account.origin_owner_name = value;
    }
    account.origin_username = change.origin_username.or(account.origin_username.take());
    account.label = change.label.or(account.label.take());
    account.metadata = change.metadata.or(account.metadata.take());
    account.account_type = change.account_type.unwrap_or(account.account_type);
    account.shared = change.shared.or(account.shared);
    if let Some(status) = change.status {
        account.status = status;
        account.status_reasons.clear();
    }
    account.updated_at_ms = now_ms;
}
