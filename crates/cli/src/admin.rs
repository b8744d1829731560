//! `linkyard admin`: administration without a page.

use std::collections::BTreeMap;
use std::io::Write;

use anyhow::{Context, bail};
use linkyard_core::{Environment, ProjectId, SecretString, Tenant};
use linkyard_service::{IntegrationChange, KeyScope, MissingScopes, NewIntegration, Service};

use crate::args::{
    AdminArgs, AdminCommand, IntegrationCommand, KeyCommand, MissingScopesArg, ProjectCommand,
};
use crate::settings::Settings;
use crate::{serve, wiring};

/// Carries out one command on the database that the settings name.
pub(crate) async fn run(args: AdminArgs) -> anyhow::Result<()> {
    crate::settings::log_to_stderr("warn");
    let settings = Settings::read(&args.config)?;
    let public_url = settings
        .public_url
        .clone()
        .unwrap_or_else(|| format!("http://{}", settings.listen));
    let service = wiring::open(serve::plan(&settings, public_url)?, &|_| {}).await?;
    match args.command {
        AdminCommand::Project(command) => project(&service, command).await,
        AdminCommand::Key(command) => key(&service, command).await,
        AdminCommand::Integration(command) => integration(&service, command).await,
        AdminCommand::LoginLink { project } => {
            let tenant = tenant(&service, &project).await?;
            print(&service.create_login_link(&tenant).await?)
        }
    }
}

fn print(line: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{line}")?;
    Ok(())
}

async fn tenant(service: &Service, project: &str) -> anyhow::Result<Tenant> {
    let id: ProjectId = project
        .parse()
        .with_context(|| format!("--project {project:?}"))?;
    let found = service
        .projects()
        .await?
        .into_iter()
        .find(|project| project.id == id);
    let Some(project) = found else {
        bail!("there is no project {id}; `linkyard admin project list` shows them")
    };
    Ok(project.tenant())
}

async fn project(service: &Service, command: ProjectCommand) -> anyhow::Result<()> {
    match command {
        ProjectCommand::Create { id, name } => {
            let name = name.unwrap_or_else(|| id.clone());
            let project = service
                .create_project(id.parse()?, &name, Environment::Production)
                .await?;
            print(&format!("{}", project.id))
        }
        ProjectCommand::List => {
            for project in service.projects().await? {
                print(&format!(
                    "{}\t{}\t{}",
                    project.id, project.environment, project.name
                ))?;
            }
            Ok(())
        }
    }
}

async fn key(service: &Service, command: KeyCommand) -> anyhow::Result<()> {
    match command {
        KeyCommand::Create {
            project,
            name,
            scope,
        } => {
            let tenant = tenant(service, &project).await?;
            let scopes = if scope.is_empty() {
                KeyScope::DEFAULT.to_vec()
            } else {
                scope
                    .iter()
                    .map(|text| text.parse())
                    .collect::<Result<Vec<_>, _>>()?
            };
            let (_, key) = service.create_key(&tenant, &name, &scopes, None).await?;
            writeln!(std::io::stderr(), "This key is shown once:")?;
            print(&key)
        }
        KeyCommand::List { project } => {
            for key in service.keys(&tenant(service, &project).await?).await? {
                let state = if key.enabled { "enabled" } else { "disabled" };
                print(&format!(
                    "{}\t{}\t{state}\t{}\t{}",
                    key.id,
                    key.display,
                    key.name,
                    key.scopes.join(" ")
                ))?;
            }
            Ok(())
        }
        KeyCommand::Disable { project, id } => {
            let tenant = tenant(service, &project).await?;
            Ok(service.set_key_enabled(&tenant, id.parse()?, false).await?)
        }
        KeyCommand::Delete { project, id } => {
            let tenant = tenant(service, &project).await?;
            Ok(service.delete_key(&tenant, id.parse()?).await?)
        }
    }
}

async fn integration(service: &Service, command: IntegrationCommand) -> anyhow::Result<()> {
    match command {
        IntegrationCommand::Create {
            project,
            connector,
            name,
            set,
            action,
            missing_scopes,
        } => {
            let new = NewIntegration {
                connector_key: connector,
                name,
                setup_values: pairs(&set)?,
                enabled_actions: (!action.is_empty()).then_some(action),
                missing_scopes: missing_scopes.map(Into::into),
                ..NewIntegration::default()
            };
            let tenant = tenant(service, &project).await?;
            print(
                &service
                    .create_integration(&tenant, new)
                    .await?
                    .id
                    .to_string(),
            )
        }
        IntegrationCommand::List { project } => {
            for integration in service
                .integrations(&tenant(service, &project).await?)
                .await?
            {
                let state = if integration.active {
                    "active"
                } else {
                    "inactive"
                };
                print(&format!(
                    "{}\t{}\t{state}\t{}",
                    integration.id, integration.connector_key, integration.name
                ))?;
            }
            Ok(())
        }
        IntegrationCommand::Update {
            project,
            id,
            set,
            missing_scopes,
            active,
        } => {
            let change = IntegrationChange {
                setup_values: pairs(&set)?,
                missing_scopes: missing_scopes.map(Into::into),
                active,
                ..IntegrationChange::default()
            };
            let tenant = tenant(service, &project).await?;
            service
                .update_integration(&tenant, id.parse()?, change)
                .await?;
            Ok(())
        }
    }
}

fn pairs(texts: &[String]) -> anyhow::Result<BTreeMap<String, SecretString>> {
    texts
        .iter()
        .map(|text| {
            let (key, value) = text.split_once('=').context("--set: write KEY=VALUE")?;
            Ok((key.to_owned(), SecretString::from(value.to_owned())))
        })
        .collect()
}

impl From<MissingScopesArg> for MissingScopes {
    fn from(arg: MissingScopesArg) -> Self {
        match arg {
            MissingScopesArg::Allow => Self::Allow,
            MissingScopesArg::Refuse => Self::Refuse,
        }
    }
}
