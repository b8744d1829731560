//! Actions: what there is, what an account can run, and running it. Every door (RPC and those that follow) comes here.

use std::sync::Arc;

use async_trait::async_trait;
use linkyard_connector::{Action, AuthMethod, Connector};
use linkyard_core::{AccountId, AccountStatus, IntegrationId, Tenant};
use linkyard_engine::{Call, CallContext, Credential, Credentials, CredentialsError, Inputs};
use linkyard_store::{Account, Integration};
use serde_json::{Map, Value};

use crate::integrations::Values;
use crate::service::auth_method;
use crate::{Caller, Error, KeyScope, Service, scopes};

/// An account with all that a call needs, kept for a second.
pub(crate) struct Runnable {
    account: Account,
    integration: Integration,
    connector: Arc<Connector>,
}

/// Which connectors and actions to list.
#[derive(Debug, Clone, Default)]
pub struct ActionFilter {
    /// Connector keys; all when empty.
    pub connectors: Vec<String>,
    /// One entry for each of these accounts instead of one for each connector.
    pub account_ids: Vec<AccountId>,
    /// One action, by its name on the wire.
    pub action_key: Option<String>,
    /// Text to find in the connector's name, the label or the description.
    pub search: Option<String>,
}

/// A connector with the actions that match.
#[derive(Debug)]
pub struct ActionGroup {
    /// The connector.
    pub connector: Arc<Connector>,
    /// The account, when accounts were asked for.
    pub account_id: Option<AccountId>,
    /// Its integration.
    pub integration_id: Option<IntegrationId>,
    /// Ids of the actions, in file order.
    pub actions: Vec<String>,
}

impl Service {
    /// The connectors enabled in the project, each with the actions that match.
    pub async fn actions(
        &self,
        caller: &Caller,
        filter: &ActionFilter,
    ) -> Result<Vec<ActionGroup>, Error> {
        caller.require(KeyScope::ConnectorsRead)?;
        let mut work = self.0.store.read(&caller.tenant).await?;
        let integrations = work.integrations().await?;
        let mut groups = Vec::new();
        if filter.account_ids.is_empty() {
            for integration in integrations.iter().filter(|i| i.active) {
                groups.extend(self.group(integration, None, filter));
            }
            return Ok(groups);
        }
        for id in &filter.account_ids {
            if let Some(account) = work.account(*id).await?
                && let Some(integration) =
                    integrations.iter().find(|i| i.id == account.integration_id)
            {
                groups.extend(self.group(integration, Some(account.id), filter));
            }
        }
        Ok(groups)
    }

    fn group(
        &self,
        integration: &Integration,
        account_id: Option<AccountId>,
        filter: &ActionFilter,
    ) -> Option<ActionGroup> {
        let connector = self.0.catalog.get(&integration.connector_key)?.clone();
        if !filter.connectors.is_empty() && !filter.connectors.contains(&connector.key) {
            return None;
        }
        let actions: Vec<String> = scopes::enabled_actions(&connector, integration)
            .filter(|action| matches(filter, &connector, action))
            .map(|action| action.id.clone())
            .collect();
        let narrowed = filter.action_key.is_some() || filter.search.is_some();
        (!actions.is_empty() || !narrowed).then_some(ActionGroup {
            connector,
            account_id,
            integration_id: Some(integration.id),
            actions,
        })
    }

    /// Runs an action on an account. `action` is the name on the wire, such as `acme_list_users`. Gives the action's
    /// result, an object.
    ///
    /// # Errors
    ///
    /// Before anything goes out: unknown account or action, inactive account, missing scope, invalid input. After that:
    /// what the provider or the network said.
    pub async fn run_action(
        &self,
        caller: &Caller,
        account_id: AccountId,
        action: &str,
        inputs: Inputs,
    ) -> Result<Value, Error> {
        caller.require(KeyScope::ActionsExecute)?;
        let runnable = self.runnable(&caller.tenant, account_id).await?;
        let Runnable {
            account,
            integration,
            connector,
        } = runnable.as_ref();
        let action = find_action(connector, integration, action)?;
        refuse_inactive(account, integration)?;
        let missing =
            scopes::missing_for_action(connector, action, account.granted_scopes.as_deref());
        if !missing.is_empty() {
            return Err(missing_scope(connector, action, &missing));
        }
        let auth = auth_method(connector, &account.auth_method)?;
        let setup = self.open_setup(integration)?;
        let fixed = Fixed::new(
            account.credential_version,
            &setup,
            &self.open_credentials(account)?,
        );
        let context = self.call_context(connector, auth, integration, Some(account), "action");
        let call = Call {
            connector,
            auth,
            action,
            inputs,
            context,
            credentials: &fixed,
        };
        Ok(self.0.engine.run(call).await?.result)
    }

    async fn runnable(&self, tenant: &Tenant, id: AccountId) -> Result<Arc<Runnable>, Error> {
        let key = (tenant.clone(), id);
        if let Some(found) = self.0.runnable.get(&key).await {
            return Ok(found);
        }
        let account = self.find_account(tenant, id).await?;
        let (integration, connector) = self.integration(tenant, account.integration_id).await?;
        let runnable = Arc::new(Runnable {
            account,
            integration,
            connector,
        });
        self.0.runnable.insert(key, runnable.clone()).await;
        Ok(runnable)
    }

    pub(crate) async fn run_fixed(
        &self,
        connector: &Connector,
        auth: &AuthMethod,
        action: &Action,
        context: &CallContext,
        credentials: &Fixed,
    ) -> Result<Value, Error> {
        let call = Call {
            connector,
            auth,
            action,
            inputs: Inputs::default(),
            context: context.clone(),
            credentials,
        };
        Ok(self.0.engine.run(call).await?.result)
    }

    pub(crate) fn call_context(
        &self,
        connector: &Connector,
        auth: &AuthMethod,
        integration: &Integration,
        account: Option<&Account>,
        flow_type: &'static str,
    ) -> CallContext {
        let tenant = &integration.tenant;
        let account_id = account.map(|account| account.id.to_string());
        CallContext {
            authentication_type: auth.key.clone(),
            environment: integration.provider_environment.clone(),
            project_id: tenant.project_id.to_string(),
            organization_id: tenant.organization_id.to_string(),
            origin_owner_id: account.map(|account| account.origin_owner_id.clone()),
            integration_id: integration.id.to_string(),
            rate_key: format!(
                "{}/{}/{}/{}/{}",
                tenant.organization_id,
                tenant.project_id,
                tenant.environment,
                connector.key,
                account_id.as_deref().unwrap_or("linking")
            ),
            account_id,
            flow_type,
            action_run_id: self.uuid().to_string(),
        }
    }
}

/// A credential that does not change during the call: setup values, overlaid by the account's.
pub(crate) struct Fixed {
    version: i64,
    values: Map<String, Value>,
}

impl Fixed {
    pub(crate) fn new(version: i64, setup: &Values, account: &Values) -> Self {
        let values = setup
            .iter()
            .chain(account)
            .map(|(key, value)| (key.clone(), Value::String(value.to_string())))
            .collect();
        Self { version, values }
    }
}

#[async_trait]
impl Credentials for Fixed {
    async fn current(&self) -> Result<Credential, CredentialsError> {
        Ok(Credential {
            version: self.version,
            values: self.values.clone(),
        })
    }

    /// A pasted token cannot be renewed: only the end user can replace it.
    async fn renew(&self, _stale_version: i64) -> Result<Credential, CredentialsError> {
        Err(CredentialsError::NotRenewable)
    }
}

fn matches(filter: &ActionFilter, connector: &Connector, action: &Action) -> bool {
    let named = filter
        .action_key
        .as_ref()
        .is_none_or(|key| *key == connector.tool_name(&action.id));
    let found = filter.search.as_ref().is_none_or(|text| {
        let text = text.to_lowercase();
        [&connector.title, &action.label, &action.description]
            .iter()
            .any(|place| place.to_lowercase().contains(&text))
    });
    named && found
}

fn find_action<'a>(
    connector: &'a Connector,
    integration: &Integration,
    name: &str,
) -> Result<&'a Action, Error> {
    let not_found = || Error::NotFound("action");
    let id = name
        .strip_prefix(&connector.key)
        .and_then(|rest| rest.strip_prefix('_'))
        .ok_or_else(not_found)?;
    let action = connector.actions.get(id).ok_or_else(not_found)?;
    let enabled = integration
        .enabled_actions
        .as_ref()
        .is_none_or(|ids| ids.iter().any(|i| i == id));
    if enabled && action.is_public() {
        Ok(action)
    } else {
        Err(not_found())
    }
}

fn refuse_inactive(account: &Account, integration: &Integration) -> Result<(), Error> {
    if !integration.active {
        return Err(Error::Inactive(
            "the integration of this account is disabled".to_owned(),
        ));
    }
    match account.status {
        // An account in error may work again: the next call tells.
        AccountStatus::Active | AccountStatus::Error => Ok(()),
        AccountStatus::Inactive
        | AccountStatus::Suspended
        | AccountStatus::Archived
        | AccountStatus::Expired => Err(Error::Inactive(format!(
            "this account is {}",
            account.status
        ))),
    }
}

fn missing_scope(connector: &Connector, action: &Action, missing: &[String]) -> Error {
    Error::Denied {
        code: "MissingScope",
        message: format!(
            "{} needs {} at {}, which this account's credential lacks; add it there and connect the account again",
            connector.tool_name(&action.id),
            missing.join(", "),
            connector.title
        ),
    }
}
