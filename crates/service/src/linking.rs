//! Linking: the form, the check with the provider, the sealed account.

use std::collections::BTreeMap;
use std::sync::Arc;

use linkyard_connector::{AuthMethod, Connector, Field, Guide};
use linkyard_core::{AccountId, AccountStatus, IntegrationId};
use linkyard_store::{Account, ConnectSession, Integration, MissingScopes};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use crate::actions::Fixed;
use crate::events::AccountEvent;
use crate::integrations::Values;
use crate::scopes::{self, ScopeNeed};
use crate::service::auth_method;
use crate::{AccountView, Error, HubCaller, Service};

/// What stands in a form where a secret is stored. Sent back, it leaves the secret as it is.
pub const SECRET_PLACEHOLDER: &str = "__secretvalue:**redacted**";
/// The longest value of a field, in bytes.
const MAX_VALUE: usize = 8 * 1024;

/// An integration as the picker shows it.
#[derive(Debug, Clone)]
pub struct HubConnector {
    /// The integration.
    pub integration_id: IntegrationId,
    /// Its display name.
    pub name: String,
    /// The connector's key.
    pub provider: String,
    /// The connector's version.
    pub version: String,
    /// The main category.
    pub category: String,
    /// The auth method's key.
    pub auth_method: String,
    /// The provider environment's key.
    pub environment: String,
    /// URL of the icon.
    pub icon: Option<String>,
}

/// A form with its guide.
#[derive(Debug)]
pub struct HubForm {
    /// The connector.
    pub connector: Arc<Connector>,
    /// The auth method's key in it.
    pub auth_method: String,
    /// The fields to show.
    pub fields: Vec<Field>,
    /// The guide, cut to what is needed.
    pub guide: Option<Guide>,
    /// The scopes that are needed.
    pub scopes: Vec<ScopeNeed>,
}

/// An account as the form needs it for editing.
#[derive(Debug)]
pub struct HubAccount {
    /// The account.
    pub account: AccountView,
    /// The connector's version.
    pub version: String,
    /// The auth method's key.
    pub auth_method: String,
    /// The provider environment's key.
    pub environment: String,
    /// Keys of the secret fields that have a stored value.
    pub stored_secrets: Vec<String>,
}

/// Values of a form, by field key.
pub type FormValues = BTreeMap<String, Zeroizing<String>>;

impl Service {
    /// The account that this session edits, if it does: the one it names, or the owner's account with its provider.
    pub async fn hub_existing_account(&self, hub: &HubCaller) -> Result<Option<AccountId>, Error> {
        let session = &hub.session;
        let mut work = self.0.store.read(&session.tenant).await?;
        if let Some(id) = session.account_id {
            return Ok(work.account(id).await?.map(|account| account.id));
        }
        let Some(provider) = session.provider.as_deref().filter(|_| !session.multiple) else {
            return Ok(None);
        };
        let found = work
            .account_of_owner(
                &session.origin_owner_id,
                &session.origin_owner_name,
                provider,
            )
            .await?;
        Ok(found.map(|account| account.id))
    }

    /// The active integrations that this session may link, optionally of one provider.
    pub async fn hub_connectors(
        &self,
        hub: &HubCaller,
        provider: Option<&str>,
    ) -> Result<Vec<HubConnector>, Error> {
        let mut work = self.0.store.read(&hub.session.tenant).await?;
        let integrations = work.integrations().await?;
        Ok(integrations
            .into_iter()
            .filter(|integration| provider.is_none_or(|p| integration.connector_key == p))
            .filter_map(|integration| {
                let connector = self.0.catalog.get(&integration.connector_key)?;
                allows(&hub.session, &integration, connector)
                    .then(|| hub_connector(connector, integration))
            })
            .collect())
    }

    /// The form of an integration, with its guide.
    pub async fn hub_form(&self, hub: &HubCaller, id: IntegrationId) -> Result<HubForm, Error> {
        let (integration, connector) = self.linkable(hub, id).await?;
        let auth = auth_method(&connector, &integration.auth_method)?;
        let scopes = scopes::needed(&connector, auth, &integration);
        Ok(HubForm {
            fields: auth.config_fields.clone(),
            guide: auth
                .support
                .config_guide
                .clone()
                .map(|guide| cut(guide, &scopes)),
            auth_method: auth.key.clone(),
            scopes,
            connector,
        })
    }

    /// The guide of a connector for all its actions, for people who read it outside a session.
    pub fn public_guide(&self, connector_key: &str) -> Result<(Arc<Connector>, Guide), Error> {
        let connector = self.connector(connector_key)?;
        let guide = connector
            .auth_methods
            .values()
            .find_map(|auth| auth.support.config_guide.clone())
            .ok_or(Error::NotFound("guide"))?;
        Ok((connector, guide))
    }

    /// An account of this session's owner, for editing. Secrets stay where they are.
    pub async fn hub_account(&self, hub: &HubCaller, id: AccountId) -> Result<HubAccount, Error> {
        let account = self.own_account(hub, id).await?;
        let connector = self.connector(&account.provider)?;
        let stored = self.open_credentials(&account)?;
        let auth = auth_method(&connector, &account.auth_method)?;
        Ok(HubAccount {
            stored_secrets: auth
                .config_fields
                .iter()
                .filter(|field| field.secret && stored.contains_key(&field.key))
                .map(|field| field.key.clone())
                .collect(),
            version: connector.version.clone(),
            auth_method: account.auth_method.clone(),
            environment: account.provider_environment.clone(),
            account: self.view_with_integration(account).await?,
        })
    }

    /// Links an account: checks the form, asks the provider, seals the credential. If the owner has an account there
    /// already and the session does not allow several, that account gets the new credential.
    pub async fn link(
        &self,
        hub: &HubCaller,
        id: IntegrationId,
        form: FormValues,
    ) -> Result<AccountView, Error> {
        let (integration, connector) = self.linkable(hub, id).await?;
        let auth = auth_method(&connector, &integration.auth_method)?;
        let values = check_form(auth, form, &Values::new())?;
        let granted = self.verify(&connector, auth, &integration, &values).await?;
        refuse_missing(&connector, auth, &integration, granted.as_deref())?;
        // Two submissions of one form at the same time make one account, not two.
        let turn = self.turn(&hub.session, &integration.connector_key);
        let _guard = turn.lock().await;
        let mut work = self.0.store.begin(&hub.session.tenant).await?;
        let existing = self.existing(&mut work, &hub.session, &integration).await?;
        let account = if let Some(account) = existing {
            let account = self.renewed(account, auth, &integration, &values, granted)?;
            let before = account.credential_version - 1;
            if !work.update_account(&account, before).await? {
                return Err(Error::Conflict(
                    "the account was changed meanwhile; try again".to_owned(),
                ));
            }
            self.publish(&mut work, AccountEvent::Updated, &account)
                .await?;
            account
        } else {
            let account = self.new_account(&hub.session, auth, &integration, &values, granted)?;
            work.insert_account(&account).await?;
            self.publish(&mut work, AccountEvent::Created, &account)
                .await?;
            account
        };
        work.commit().await?;
        self.0
            .runnable
            .invalidate(&(account.tenant.clone(), account.id))
            .await;
        self.view_with_integration(account).await
    }

    /// Gives an account new field values. Secrets that are absent or sent back as the placeholder stay.
    pub async fn relink(
        &self,
        hub: &HubCaller,
        id: AccountId,
        form: FormValues,
    ) -> Result<AccountView, Error> {
        let account = self.own_account(hub, id).await?;
        let (integration, connector) = self.linkable(hub, account.integration_id).await?;
        let auth = auth_method(&connector, &integration.auth_method)?;
        let values = check_form(auth, form, &self.open_credentials(&account)?)?;
        let granted = self.verify(&connector, auth, &integration, &values).await?;
        refuse_missing(&connector, auth, &integration, granted.as_deref())?;
        let before = account.credential_version;
        let account = self.renewed(account, auth, &integration, &values, granted)?;
        let mut work = self.0.store.begin(&account.tenant).await?;
        if !work.update_account(&account, before).await? {
            return Err(Error::Conflict(
                "the account was changed meanwhile; try again".to_owned(),
            ));
        }
        self.publish(&mut work, AccountEvent::Updated, &account)
            .await?;
        work.commit().await?;
        self.0
            .runnable
            .invalidate(&(account.tenant.clone(), account.id))
            .await;
        self.view_with_integration(account).await
    }

    fn turn(&self, session: &ConnectSession, provider: &str) -> Arc<tokio::sync::Mutex<()>> {
        let t = &session.tenant;
        let key = serde_json::json!([
            t.organization_id,
            t.project_id,
            t.environment,
            provider,
            session.origin_owner_id,
            session.origin_owner_name
        ]);
        self.0.linking.get_with(key.to_string(), Arc::default)
    }

    async fn linkable(
        &self,
        hub: &HubCaller,
        id: IntegrationId,
    ) -> Result<(Integration, Arc<Connector>), Error> {
        let (integration, connector) = self.integration(&hub.session.tenant, id).await?;
        if allows(&hub.session, &integration, &connector) {
            return Ok((integration, connector));
        }
        Err(Error::NotFound("integration"))
    }

    async fn own_account(&self, hub: &HubCaller, id: AccountId) -> Result<Account, Error> {
        let session = &hub.session;
        let account = self.find_account(&session.tenant, id).await?;
        let same_owner = account.origin_owner_id == session.origin_owner_id;
        let same_provider = session
            .provider
            .as_ref()
            .is_none_or(|only| *only == account.provider);
        if same_owner && same_provider && session.account_id.is_none_or(|only| only == id) {
            return Ok(account);
        }
        Err(Error::NotFound("account"))
    }

    async fn existing(
        &self,
        work: &mut linkyard_store::Work,
        session: &ConnectSession,
        integration: &Integration,
    ) -> Result<Option<Account>, Error> {
        if let Some(id) = session.account_id {
            let account = work.account(id).await?.ok_or(Error::NotFound("account"))?;
            let fits = account.provider == integration.connector_key;
            return if fits {
                Ok(Some(account))
            } else {
                Err(Error::NotFound("account"))
            };
        }
        if session.multiple {
            return Ok(None);
        }
        Ok(work
            .account_of_owner(
                &session.origin_owner_id,
                &session.origin_owner_name,
                &integration.connector_key,
            )
            .await?)
    }

    /// Asks the provider whether the credential works and what it may do.
    async fn verify(
        &self,
        connector: &Connector,
        auth: &AuthMethod,
        integration: &Integration,
        values: &Values,
    ) -> Result<Option<Vec<String>>, Error> {
        let fixed = Fixed::new(0, &self.open_setup(integration)?, values);
        let context = self.call_context(connector, auth, integration, None, "test_action");
        for test in &auth.test_actions {
            let outcome = self
                .run_fixed(connector, auth, &test.action, &context, &fixed)
                .await;
            if let Err(error) = outcome
                && test.required
            {
                return Err(rejected(connector, error));
            }
        }
        let Some(read) = &connector.granted_scopes else {
            return Ok(None);
        };
        let action = connector
            .actions
            .get(&read.action_id)
            .ok_or(Error::NotFound("action"))?;
        let result = self
            .run_fixed(connector, auth, action, &context, &fixed)
            .await
            .map_err(|error| rejected(connector, error))?;
        let found = read
            .path
            .value(&result, &linkyard_expr::Limits::default())
            .map_err(|e| Error::Internal(e.into()))?;
        Ok(found.and_then(|value| words(&value)))
    }

    fn new_account(
        &self,
        session: &ConnectSession,
        auth: &AuthMethod,
        integration: &Integration,
        values: &Values,
        granted: Option<Vec<String>>,
    ) -> Result<Account, Error> {
        let id = AccountId(self.uuid());
        let now = self.now_ms();
        Ok(Account {
            id,
            tenant: session.tenant.clone(),
            integration_id: integration.id,
            provider: integration.connector_key.clone(),
            auth_method: auth.key.clone(),
            provider_environment: integration.provider_environment.clone(),
            status: AccountStatus::Active,
            status_reasons: Vec::new(),
            origin_owner_id: session.origin_owner_id.clone(),
            origin_owner_name: session.origin_owner_name.clone(),
            origin_username: session.origin_username.clone(),
            label: session.label.clone().map(Value::String),
            account_type: session.account_type,
            shared: session.shared,
            metadata: session.metadata.clone(),
            setup_information: plain(auth, values),
            credentials: Some(self.seal(
                &session.tenant,
                "accounts",
                "credentials",
                &id.to_string(),
                values,
            )?),
            credential_version: 1,
            granted_scopes: granted,
            created_at_ms: now,
            updated_at_ms: now,
            deleted_at_ms: None,
        })
    }

    fn renewed(
        &self,
        mut account: Account,
        auth: &AuthMethod,
        integration: &Integration,
        values: &Values,
        granted: Option<Vec<String>>,
    ) -> Result<Account, Error> {
        let sealed = self.seal(
            &account.tenant,
            "accounts",
            "credentials",
            &account.id.to_string(),
            values,
        )?;
        account.integration_id = integration.id;
        account.auth_method.clone_from(&auth.key);
        account.credentials = Some(sealed);
        account.credential_version += 1;
        account.granted_scopes = granted;
        account.setup_information = plain(auth, values);
        // A working credential ends what a failing one began; a pause by an operator stays.
        if matches!(
            account.status,
            AccountStatus::Error | AccountStatus::Expired
        ) {
            account.status = AccountStatus::Active;
            account.status_reasons.clear();
        }
        account.updated_at_ms = self.now_ms();
        Ok(account)
    }

    pub(crate) fn open_credentials(&self, account: &Account) -> Result<Values, Error> {
        let sealed = account
            .credentials
            .as_deref()
            .ok_or(Error::NotFound("account"))?;
        self.open_values(
            &account.tenant,
            "accounts",
            "credentials",
            &account.id.to_string(),
            sealed,
        )
    }
}

fn allows(session: &ConnectSession, integration: &Integration, connector: &Connector) -> bool {
    integration.active
        && session
            .integration_id
            .is_none_or(|only| only == integration.id)
        && session
            .provider
            .as_ref()
            .is_none_or(|only| *only == integration.connector_key)
        && session.categories.as_ref().is_none_or(|only| {
            only.is_empty() || connector.categories.iter().any(|c| only.contains(c))
        })
}

fn hub_connector(connector: &Connector, integration: Integration) -> HubConnector {
    HubConnector {
        integration_id: integration.id,
        name: integration.name,
        provider: connector.key.clone(),
        version: connector.version.clone(),
        category: connector.categories.first().cloned().unwrap_or_default(),
        auth_method: integration.auth_method,
        environment: integration.provider_environment,
        icon: connector.icon.clone(),
    }
}

/// Leaves out the parts of a guide that are for scopes that nobody needs here.
fn cut(mut guide: Guide, needed: &[ScopeNeed]) -> Guide {
    let applies =
        |only: &[String]| only.is_empty() || needed.iter().any(|need| only.contains(&need.name));
    guide
        .sections
        .retain(|section| applies(&section.applicable_scopes));
    for section in &mut guide.sections {
        section
            .steps
            .retain(|step| applies(&step.applicable_scopes));
    }
    guide
}

/// The values to seal: those of the form, completed by the stored ones that the form left alone.
fn check_form(auth: &AuthMethod, form: FormValues, stored: &Values) -> Result<Values, Error> {
    let mut faults = Vec::new();
    let mut values = Values::new();
    for (key, value) in form {
        let Some(field) = auth.config_fields.iter().find(|field| field.key == key) else {
            faults.push(format!("credentials.{}: no such field", shown(&key)));
            continue;
        };
        if field.secret && value.starts_with(SECRET_PLACEHOLDER) {
            continue;
        }
        if let Some(fault) = value_fault(field, &value) {
            faults.push(format!("credentials.{key}: {fault}"));
        } else if !value.is_empty() {
            values.insert(key, value);
        }
    }
    for field in &auth.config_fields {
        if !values.contains_key(&field.key)
            && let Some(value) = stored.get(&field.key)
        {
            values.insert(field.key.clone(), value.clone());
        }
        if field.required && !values.contains_key(&field.key) {
            faults.push(format!(
                "credentials.{}: {} is required",
                field.key, field.label
            ));
        }
    }
    if faults.is_empty() {
        return Ok(values);
    }
    Err(Error::Invalid {
        message: faults.join("; "),
        faults,
    })
}

/// A key that nobody declared, cut to what may be shown: a secret pasted into the wrong place is not repeated.
fn shown(key: &str) -> String {
    key.chars()
        .filter(|c| c.is_ascii_alphanumeric() || "_-".contains(*c))
        .take(20)
        .collect()
}

fn value_fault(field: &Field, value: &str) -> Option<String> {
    if value.len() > MAX_VALUE {
        return Some(format!("longer than {MAX_VALUE} bytes"));
    }
    let line_breaks = field.kind == "text_area";
    if value
        .chars()
        .any(|c| c.is_control() && !(line_breaks && matches!(c, '\n' | '\r' | '\t')))
    {
        return Some("has a control character; paste it again without line breaks".to_owned());
    }
    if field.kind == "number" && !value.chars().all(|c| c.is_ascii_digit()) {
        return Some("must be digits only".to_owned());
    }
    if field.kind == "select"
        && !value.is_empty()
        && !field.options.iter().any(|(option, _)| option == value)
    {
        return Some("is none of the choices".to_owned());
    }
    None
}

fn refuse_missing(
    connector: &Connector,
    auth: &AuthMethod,
    integration: &Integration,
    granted: Option<&[String]>,
) -> Result<(), Error> {
    if integration.missing_scopes == MissingScopes::Allow {
        return Ok(());
    }
    let missing = scopes::missing(connector, auth, integration, granted);
    if missing.is_empty() {
        return Ok(());
    }
    let faults: Vec<String> = missing
        .iter()
        .map(|need| format!("missing scope {}", need.name))
        .collect();
    let names: Vec<&str> = missing.iter().map(|need| need.name.as_str()).collect();
    Err(Error::Invalid {
        message: format!(
            "the token lacks scopes that are needed here: {}. Nothing was linked.",
            names.join(", ")
        ),
        faults,
    })
}

/// A provider's refusal while linking, in words for the person at the form. Never 401 or 403: the public hub component
/// reads those as an expired session.
fn rejected(connector: &Connector, error: Error) -> Error {
    match error {
        Error::Upstream {
            status,
            message,
            provider_errors,
            ..
        } => Error::Upstream {
            status: if status == 429 || status >= 500 {
                status
            } else {
                400
            },
            code: Some("AccountAuthenticationFailedError"),
            message: format!(
                "{} did not accept the credential: {message}",
                connector.title
            ),
            provider_errors,
            retry_after_s: None,
        },
        other => other,
    }
}

fn words(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Array(items) => Some(
            items
                .iter()
                .filter_map(|i| i.as_str().map(str::to_owned))
                .collect(),
        ),
        Value::String(text) => Some(text.split_whitespace().map(str::to_owned).collect()),
        _ => None,
    }
}

fn plain(auth: &AuthMethod, values: &Values) -> Value {
    let fields = auth.config_fields.iter().filter(|field| !field.secret);
    let shown: Map<String, Value> = fields
        .filter_map(|field| {
            Some((
                field.key.clone(),
                Value::String(values.get(&field.key)?.to_string()),
            ))
        })
        .collect();
    Value::Object(shown)
}
