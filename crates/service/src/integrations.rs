//! Integrations: a connector enabled in a project.

use std::collections::BTreeMap;

use linkyard_connector::{AuthMethod, Connector};
use linkyard_core::{ExposeSecret, IntegrationId, SecretString, Tenant};
use linkyard_store::{Integration, MissingScopes};
use zeroize::Zeroizing;

use crate::{Error, Service, service::auth_method};

/// What an operator asks for. Absent fields take the defaults of the connector file.
#[derive(Debug, Default)]
pub struct NewIntegration {
    /// The connector.
    pub connector_key: String,
    /// The auth method; the connector's first when absent.
    pub auth_method: Option<String>,
    /// Display name; the connector's title when absent.
    pub name: Option<String>,
    /// Values of the auth method's setup fields. Written, never read back.
    pub setup_values: BTreeMap<String, SecretString>,
    /// Action ids; all when absent.
    pub enabled_actions: Option<Vec<String>>,
    /// Whether credentials that lack scopes are linked too; allowed when absent.
    pub missing_scopes: Option<MissingScopes>,
    /// Whether it is offered; yes when absent.
    pub active: Option<bool>,
}

/// Changes to an integration. Absent fields stay.
#[derive(Debug, Default)]
pub struct IntegrationChange {
    /// Display name.
    pub name: Option<String>,
    /// Replaces the named setup values.
    pub setup_values: BTreeMap<String, SecretString>,
    /// Action ids; `Some(None)` enables all.
    pub enabled_actions: Option<Option<Vec<String>>>,
    /// Whether credentials that lack scopes are linked too.
    pub missing_scopes: Option<MissingScopes>,
    /// Whether it is offered.
    pub active: Option<bool>,
}

pub(crate) type Values = BTreeMap<String, Zeroizing<String>>;

impl Service {
    /// The integrations of a project, oldest first. Setup values stay sealed.
    pub async fn integrations(&self, tenant: &Tenant) -> Result<Vec<Integration>, Error> {
        let mut work = self.0.store.read(tenant).await?;
        Ok(work
            .integrations()
            .await?
            .into_iter()
            .map(without_setup)
            .collect())
    }

    /// Enables a connector in a project.
    pub async fn create_integration(
        &self,
        tenant: &Tenant,
        new: NewIntegration,
    ) -> Result<Integration, Error> {
        let connector = self.connector(&new.connector_key).map_err(|_| {
            Error::invalid(format!(
                "connector: there is no connector {:?}",
                new.connector_key
            ))
        })?;
        let auth = match &new.auth_method {
            Some(key) => auth_method(&connector, key).map_err(|_| {
                Error::invalid(format!("auth_method: {} has no {key:?}", connector.key))
            })?,
            None => connector
                .auth_methods
                .values()
                .next()
                .ok_or(Error::NotFound("authentication method"))?,
        };
        check_actions(&connector, new.enabled_actions.as_deref())?;
        let id = IntegrationId(self.uuid());
        let values = setup_values(auth, Values::new(), &new.setup_values)?;
        let now = self.now_ms();
        let row = Integration {
            id,
            tenant: tenant.clone(),
            connector_key: connector.key.clone(),
            connector_version: connector.version.clone(),
            auth_method: auth.key.clone(),
            provider_environment: auth.environments.first().map_or_else(
                || "production".to_owned(),
                |environment| environment.key.clone(),
            ),
            name: new.name.unwrap_or_else(|| connector.title.clone()),
            setup_values: Some(self.seal_setup(tenant, id, &values)?),
            enabled_actions: new.enabled_actions,
            missing_scopes: new.missing_scopes.unwrap_or(MissingScopes::Allow),
            active: new.active.unwrap_or(true),
            created_at_ms: now,
            updated_at_ms: now,
        };
        let mut work = self.0.store.begin(tenant).await?;
        work.insert_integration(&row).await?;
        work.commit().await?;
        Ok(without_setup(row))
    }

    /// Changes an integration.
    pub async fn update_integration(
        &self,
        tenant: &Tenant,
        id: IntegrationId,
        change: IntegrationChange,
    ) -> Result<Integration, Error> {
        let (mut row, connector) = self.integration(tenant, id).await?;
        let auth = auth_method(&connector, &row.auth_method)?;
        if let Some(actions) = change.enabled_actions {
            check_actions(&connector, actions.as_deref())?;
            row.enabled_actions = actions;
        }
        if !change.setup_values.is_empty() {
            let values = setup_values(auth, self.open_setup(&row)?, &change.setup_values)?;
            row.setup_values = Some(self.seal_setup(tenant, id, &values)?);
        }
        row.name = change.name.unwrap_or(row.name);
        row.missing_scopes = change.missing_scopes.unwrap_or(row.missing_scopes);
        row.active = change.active.unwrap_or(row.active);
        row.updated_at_ms = self.now_ms();
        let mut work = self.0.store.begin(tenant).await?;
        if !work.update_integration(&row).await? {
            return Err(Error::NotFound("integration"));
        }
        work.commit().await?;
        self.0.runnable.invalidate_all();
        Ok(without_setup(row))
    }

    fn seal_setup(
        &self,
        tenant: &Tenant,
        id: IntegrationId,
        values: &Values,
    ) -> Result<Vec<u8>, Error> {
        self.seal(
            tenant,
            "integrations",
            "setup_values",
            &id.to_string(),
            values,
        )
    }

    pub(crate) fn open_setup(&self, row: &Integration) -> Result<Values, Error> {
        match &row.setup_values {
            Some(sealed) => self.open_values(
                &row.tenant,
                "integrations",
                "setup_values",
                &row.id.to_string(),
                sealed,
            ),
            None => Ok(Values::new()),
        }
    }

    pub(crate) fn seal(
        &self,
        tenant: &Tenant,
        table: &str,
        column: &str,
        row: &str,
        values: &Values,
    ) -> Result<Vec<u8>, Error> {
        let plain: BTreeMap<&str, &str> = values
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .collect();
        let text = Zeroizing::new(serde_json::to_vec(&plain)?);
        let organization = tenant.organization_id.to_string();
        Ok(self
            .0
            .vault
            .seal(&binding(tenant, &organization, table, column, row), &text))
    }

    pub(crate) fn open_values(
        &self,
        tenant: &Tenant,
        table: &str,
        column: &str,
        row: &str,
        sealed: &[u8],
    ) -> Result<Values, Error> {
        let organization = tenant.organization_id.to_string();
        let opened = self
            .0
            .vault
            .open(&binding(tenant, &organization, table, column, row), sealed)?;
        let plain: BTreeMap<String, String> = serde_json::from_slice(&opened)?;
        Ok(plain
            .into_iter()
            .map(|(key, value)| (key, Zeroizing::new(value)))
            .collect())
    }
}

fn binding<'a>(
    tenant: &'a Tenant,
    organization: &'a str,
    table: &'a str,
    column: &'a str,
    row: &'a str,
) -> linkyard_vault::Binding<'a> {
    linkyard_vault::Binding {
        table,
        column,
        organization,
        project: tenant.project_id.as_str(),
        environment: tenant.environment.as_str(),
        row,
    }
}

fn without_setup(mut row: Integration) -> Integration {
    row.setup_values = None;
    row
}

fn check_actions(connector: &Connector, actions: Option<&[String]>) -> Result<(), Error> {
    let faults: Vec<String> = actions
        .unwrap_or_default()
        .iter()
        .filter(|id| {
            !connector
                .actions
                .get(*id)
                .is_some_and(|action| action.is_public())
        })
        .map(|id| format!("enabled_actions: {} has no action {id:?}", connector.key))
        .collect();
    if faults.is_empty() {
        return Ok(());
    }
    Err(Error::Invalid {
        message: faults.join("; "),
        faults,
    })
}

fn setup_values(
    auth: &AuthMethod,
    mut values: Values,
    new: &BTreeMap<String, SecretString>,
) -> Result<Values, Error> {
    let mut faults: Vec<String> = new
        .keys()
        .filter(|key| !auth.setup_fields.iter().any(|field| field.key == **key))
        .map(|key| format!("setup_values.{key}: no such setup field"))
        .collect();
    for (key, value) in new {
        values.insert(
            key.clone(),
            Zeroizing::new(value.expose_secret().to_owned()),
        );
    }
    for field in &auth.setup_fields {
        if !values.contains_key(&field.key)
            && let Some(default) = field.value.as_ref().filter(|value| value.is_literal())
        {
            values.insert(field.key.clone(), Zeroizing::new(default.text().to_owned()));
        }
        if field.required && values.get(&field.key).is_none_or(|value| value.is_empty()) {
            faults.push(format!("setup_values.{}: required", field.key));
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
