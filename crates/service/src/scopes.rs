//! Scopes from end to end: what an integration needs, what a credential has, what that leaves blocked.

use std::collections::BTreeSet;

use linkyard_connector::{Action, AuthMethod, Connector};
use linkyard_store::Integration;
use serde::Serialize;

/// A scope, what it allows, and the actions that need it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScopeNeed {
    /// The provider's name of the scope.
    pub name: String,
    /// What it allows.
    pub description: String,
    /// Labels of the enabled actions that need it.
    pub actions: Vec<String>,
    /// How to add it.
    pub how: String,
}

/// The actions that an integration offers, in file order.
pub(crate) fn enabled_actions<'a>(
    connector: &'a Connector,
    integration: &'a Integration,
) -> impl Iterator<Item = &'a Action> {
    connector
        .actions
        .values()
        .map(AsRef::as_ref)
        .filter(move |action| {
            action.is_public()
                && integration
                    .enabled_actions
                    .as_ref()
                    .is_none_or(|enabled| enabled.contains(&action.id))
        })
}

/// Every scope that an integration needs, in the order of the connector file.
pub(crate) fn needed(
    connector: &Connector,
    auth: &AuthMethod,
    integration: &Integration,
) -> Vec<ScopeNeed> {
    connector
        .scopes
        .iter()
        .filter_map(|(name, definition)| {
            let actions: Vec<String> = enabled_actions(connector, integration)
                .filter(|action| action.required_scopes.contains(name))
                .map(|action| action.label.clone())
                .collect();
            (!actions.is_empty() || auth.required_scopes.contains(name)).then(|| ScopeNeed {
                name: name.clone(),
                description: definition.description.clone(),
                actions,
                how: format!(
                    "Add the scope {name} to the token at {} (or make a new token with it), then connect again.",
                    connector.title
                ),
            })
        })
        .collect()
}

/// The needed scopes that a credential with `granted` lacks. Nothing is missing when the provider does not tell.
pub(crate) fn missing(
    connector: &Connector,
    auth: &AuthMethod,
    integration: &Integration,
    granted: Option<&[String]>,
) -> Vec<ScopeNeed> {
    let Some(granted) = granted else {
        return Vec::new();
    };
    let held = connector.expand_scopes(granted.iter().map(String::as_str));
    needed(connector, auth, integration)
        .into_iter()
        .filter(|need| !held.contains(&need.name))
        .collect()
}

/// The scopes that `action` needs and a credential with `granted` lacks.
pub(crate) fn missing_for_action(
    connector: &Connector,
    action: &Action,
    granted: Option<&[String]>,
) -> Vec<String> {
    let Some(granted) = granted else {
        return Vec::new();
    };
    let held: BTreeSet<String> = connector.expand_scopes(granted.iter().map(String::as_str));
    action
        .required_scopes
        .iter()
        .filter(|scope| !held.contains(*scope))
        .cloned()
        .collect()
}
