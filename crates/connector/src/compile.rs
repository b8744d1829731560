//! The document as a whole: identity, scopes, limits, authentication, actions.

use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::IndexMap;
use linkyard_expr::JsonPath;

use crate::expand::Merged;
use crate::fault::Fault;
use crate::parse::{Entry, Kind, Node};
use crate::reader::{At, Checker, Object};
use crate::{Action, Connector, GrantedScopes, ScopeDefinition, action, auth};

/// Requests per second and account, if the file says nothing.
const DEFAULT_RATE: f64 = 25.0;
/// Requests in flight per account, if the file says nothing.
const DEFAULT_CONCURRENCY: usize = 30;
/// Words of `releaseStage`.
const RELEASE_STAGES: [(&str, &str); 5] = [
    ("preview", "preview"),
    ("beta", "beta"),
    ("ga", "ga"),
    ("deprecated", "deprecated"),
    ("internal", "internal"),
];

/// Checks and compiles a parsed document. There is no connector if its outer shape is broken.
pub(crate) fn compile(root: &Node, merged: &Merged) -> (Option<Connector>, Vec<Fault>) {
    let root = join_lists(root);
    let checker = Checker::new(merged);
    let connector = document(&At {
        checker: &checker,
        node: &root,
        path: String::new(),
    });
    (connector, checker.into_faults())
}

/// Several partials may each bring a top-level list: the lists are joined.
fn join_lists(root: &Node) -> Node {
    let Kind::Map(entries) = &root.kind else {
        return root.clone();
    };
    let mut joined: Vec<Entry> = Vec::new();
    for entry in entries {
        let earlier = joined.iter_mut().find(|e| {
            e.key == entry.key && ["actions", "authentication"].contains(&e.key.as_str())
        });
        match (earlier.map(|e| &mut e.value.kind), &entry.value.kind) {
            (Some(Kind::List(all)), Kind::List(more)) => all.extend(more.iter().cloned()),
            _ => joined.push(entry.clone()),
        }
    }
    Node {
        kind: Kind::Map(joined),
        ..root.clone()
    }
}

fn document(root: &At<'_, '_>) -> Option<Connector> {
    let object = root.map()?;
    object.required_choice("StackOne", &[("1.0.0", ())]);
    object.ignore(&[
        "resources",
        "documentation",
        "changelog",
        "mcp",
        "forkedFrom",
        "owner",
    ]);
    let info = object.required("info").and_then(|at| at.map());
    let scopes = scope_definitions(&object);
    let mut connector = Connector {
        key: String::new(),
        title: String::new(),
        version: String::new(),
        description: String::new(),
        icon: None,
        categories: object.words("categories"),
        release_stage: release_stage(&object),
        base_url: object.expression("baseUrl"),
        scopes,
        auth_methods: IndexMap::new(),
        actions: IndexMap::new(),
        requests_per_second: DEFAULT_RATE,
        max_concurrency: DEFAULT_CONCURRENCY,
        granted_scopes: None,
    };
    if let Some(info) = info {
        identity(&info, &mut connector);
    }
    limits(&object, &mut connector);
    if let Some(list) = object.required("actions") {
        connector.actions = actions(&list, &connector);
    }
    if let Some(list) = object.required("authentication") {
        connector.auth_methods = auth::methods(&list, &connector);
    }
    connector.granted_scopes = granted_scopes(&object, &connector.actions);
    for unsupported in ["events", "syncedActions"] {
        if let Some(at) = object.get(unsupported) {
            at.warn(
                "unsupported-key",
                format!("`{unsupported}` has no effect in this version"),
            );
        }
    }
    object.finish();
    Some(connector)
}

pub(crate) fn release_stage(object: &Object<'_, '_>) -> Option<String> {
    object
        .choice("releaseStage", &RELEASE_STAGES)
        .map(str::to_owned)
}

fn identity(info: &Object<'_, '_>, connector: &mut Connector) {
    connector.title = info.required_text("title");
    connector.key = info.required_text("key");
    connector.version = info.required_text("version");
    connector.description = info.text("description").unwrap_or_default();
    info.ignore(&["details"]);
    if let Some(assets) = info.map("assets") {
        connector.icon = assets.text("icon");
        assets.finish();
    }
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    if let Some(at) = info.get("key")
        && (connector.key.is_empty() || !connector.key.chars().all(legal))
    {
        at.error(
            "connector-key",
            "must be lower-case letters, digits, `_` and `-`",
        );
    }
    if let Some(at) = info.get("version")
        && !is_semver(&connector.version)
    {
        at.error("semver", "must be a version like 1.2.0");
    }
    info.finish();
}

fn is_semver(text: &str) -> bool {
    let core = text.split(['-', '+']).next().unwrap_or_default();
    let parts: Vec<&str> = core.split('.').collect();
    parts.len() == 3
        && parts
            .iter()
            .all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit()))
}

fn scope_definitions(object: &Object<'_, '_>) -> IndexMap<String, ScopeDefinition> {
    let mut scopes = IndexMap::new();
    let Some(map) = object.map("scopeDefinitions") else {
        return scopes;
    };
    let known: BTreeSet<&str> = map.entries.iter().map(|entry| entry.key.as_str()).collect();
    for (name, at) in map.each() {
        let Some(definition) = at.map() else { continue };
        let includes = definition.words("includes");
        for missing in includes
            .iter()
            .filter(|scope| !known.contains(scope.as_str()))
        {
            at.error(
                "unknown-scope",
                format!("`{missing}` is not in scopeDefinitions"),
            );
        }
        let description = definition.required_text("description");
        definition.finish();
        scopes.insert(
            name.to_owned(),
            ScopeDefinition {
                description,
                includes,
            },
        );
    }
    scopes
}

fn limits(object: &Object<'_, '_>, connector: &mut Connector) {
    if let Some(limit) = object.map("rateLimit") {
        if let Some(rate) = limit.decimal("mainRatelimit") {
            if rate > 0.0 {
                connector.requests_per_second = rate;
            } else {
                limit
                    .at
                    .error("range", "`mainRatelimit` must be more than 0");
            }
        }
        unsupported(&limit, &["subPools", "mappedRateLimitErrors"]);
        limit.finish();
    }
    if let Some(limit) = object.map("concurrency") {
        if let Some(count) = limit.count("mainMaxConcurrency") {
            match usize::try_from(count) {
                Ok(count) if count > 0 => connector.max_concurrency = count,
                _ => limit
                    .at
                    .error("range", "`mainMaxConcurrency` must be more than 0"),
            }
        }
        unsupported(&limit, &["subPools"]);
        limit.finish();
    }
}

/// Warns about keys of the format that this version does not carry out.
pub(crate) fn unsupported(object: &Object<'_, '_>, keys: &[&str]) {
    for key in keys {
        if let Some(at) = object.get(key) {
            at.warn(
                "unsupported-key",
                format!("`{key}` has no effect in this version"),
            );
        }
    }
}

/// Scopes by name; those that the connector does not define are faults.
pub(crate) fn scopes(object: &Object<'_, '_>, key: &str, connector: &Connector) -> Vec<String> {
    let Some(at) = object.get(key) else {
        return Vec::new();
    };
    let words = at.words();
    for scope in words
        .iter()
        .filter(|scope| !connector.scopes.contains_key(*scope))
    {
        at.error(
            "unknown-scope",
            format!("`{scope}` is not in scopeDefinitions"),
        );
    }
    words
}

fn actions(list: &At<'_, '_>, connector: &Connector) -> IndexMap<String, Arc<Action>> {
    let mut actions = IndexMap::new();
    for at in list.list() {
        let Some(action) = action::action(&at, connector) else {
            continue;
        };
        if actions.contains_key(&action.id) {
            at.error(
                "duplicate-action",
                format!("there is another action `{}`", action.id),
            );
        } else {
            actions.insert(action.id.clone(), Arc::new(action));
        }
    }
    actions
}

fn granted_scopes(
    object: &Object<'_, '_>,
    actions: &IndexMap<String, Arc<Action>>,
) -> Option<GrantedScopes> {
    let extension = object.map("x-linkyard")?;
    let granted = extension.map("grantedScopes");
    extension.finish();
    let granted = granted?;
    let action_id = granted.required_text("action");
    let path = granted.required("path").and_then(|at| {
        let text = at.text()?;
        JsonPath::parse(&text)
            .map_err(|error| at.error("expression", error.to_string()))
            .ok()
    });
    granted.finish();
    if !action_id.is_empty() && !actions.contains_key(&action_id) {
        granted.at.error(
            "unknown-action",
            format!("there is no action `{action_id}`"),
        );
    }
    Some(GrantedScopes {
        action_id,
        path: path?,
    })
}
