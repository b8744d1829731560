//! `authentication`: ways to authenticate, their fields, and the guides beside them.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::compile::{scopes, unsupported};
use crate::parse::Kind;
use crate::reader::{At, Object};
use crate::{
    ApiKeyLocation, AuthKind, AuthMethod, Authorization, Connector, Field, GrantType, Guide,
    GuideSection, GuideStep, NamedEnvironment, Support, TestAction, action,
};

const KINDS: [(&str, AuthKind); 3] = [
    ("custom", AuthKind::Custom),
    ("oauth2", AuthKind::OAuth2),
    ("apikey", AuthKind::Custom),
];
const GRANTS: [(&str, GrantType); 2] = [
    ("authorization_code", GrantType::AuthorizationCode),
    ("client_credentials", GrantType::ClientCredentials),
];
const FIELD_KINDS: [(&str, &str); 5] = [
    ("text", "text"),
    ("password", "password"),
    ("number", "number"),
    ("select", "select"),
    ("text_area", "text_area"),
];

/// Compiles the list `authentication`.
pub(crate) fn methods(list: &At<'_, '_>, connector: &Connector) -> IndexMap<String, AuthMethod> {
    let mut methods = IndexMap::new();
    for item in list.list() {
        let Some(object) = item.map() else { continue };
        if object.entries.len() != 1 {
            item.error(
                "shape",
                "each entry is a map with one key: the name of the way to authenticate",
            );
        }
        for (key, at) in object.each() {
            if methods.contains_key(key) {
                at.error(
                    "duplicate-key",
                    format!("there is another way to authenticate `{key}`"),
                );
            } else if let Some(method) = method(key, &at, connector) {
                methods.insert(key.to_owned(), method);
            }
        }
    }
    methods
}

fn method(key: &str, at: &At<'_, '_>, connector: &Connector) -> Option<AuthMethod> {
    let object = at.map()?;
    let kind = object.required_choice("type", &KINDS);
    let grant_type = object.choice("grantType", &GRANTS);
    let authorization = object
        .required("authorization")
        .and_then(|at| authorization(&at));
    unsupported(
        &object,
        &[
            "refreshAuthentication",
            "certificates",
            "authorizationFlow",
            "setupNotices",
        ],
    );
    let mut environments: Vec<_> = object
        .list("environments")
        .iter()
        .filter_map(environment)
        .collect();
    if environments.is_empty() {
        environments.push(NamedEnvironment {
            key: "production".to_owned(),
            name: "Production".to_owned(),
        });
    }
    let label = object.required_text("label");
    let method = AuthMethod {
        key: key.to_owned(),
        kind: kind.unwrap_or(AuthKind::Custom),
        grant_type: grant_type
            .or((kind == Some(AuthKind::OAuth2)).then_some(GrantType::AuthorizationCode)),
        label,
        authorization: authorization.unwrap_or(Authorization::None),
        config_fields: fields(&object, "configFields"),
        setup_fields: fields(&object, "setupFields"),
        config_notices: object
            .list("configNotices")
            .iter()
            .map(|at| at.node.to_json())
            .collect(),
        support: object
            .map("support")
            .map(|o| support(&o, connector))
            .unwrap_or_default(),
        environments,
        test_actions: object
            .list("testActions")
            .iter()
            .filter_map(|at| test_action(at, connector))
            .collect(),
        required_scopes: scopes(&object, "requiredScopes", connector),
    };
    object.finish();
    Some(method)
}

fn environment(at: &At<'_, '_>) -> Option<NamedEnvironment> {
    let object = at.map()?;
    let environment = NamedEnvironment {
        key: object.required_text("key"),
        name: object.required_text("name"),
    };
    object.finish();
    Some(environment)
}

/// Compiles an `authorization` block.
pub(crate) fn authorization(at: &At<'_, '_>) -> Option<Authorization> {
    let object = at.map()?;
    let kinds = [
        ("none", 0),
        ("basic", 1),
        ("bearer", 2),
        ("oauth2", 3),
        ("apiKey", 4),
    ];
    let found = match object.required_choice("type", &kinds)? {
        0 => Authorization::None,
        1 => Authorization::Basic {
            username: object.expression("username"),
            password: object.expression("password"),
        },
        4 => Authorization::ApiKey {
            name: object.required_expression("key")?,
            value: object.required_expression("value")?,
            location: object.required_choice(
                "in",
                &[
                    ("header", ApiKeyLocation::Header),
                    ("query", ApiKeyLocation::Query),
                ],
            )?,
        },
        kind => {
            if kind == 3 {
                object.ignore(&[
                    "authorizationUrl",
                    "authorizationParams",
                    "tokenUrl",
                    "tokenParams",
                    "customHeaders",
                    "tokenExpiresIn",
                    "tokenRefreshExpiresIn",
                    "scopes",
                    "scopeDelimiter",
                    "pkce",
                    "additionalTokenFields",
                    "callbackParams",
                    "issuer",
                    "tokenResponse",
                ]);
            }
            Authorization::Bearer {
                token: object.required_expression("token")?,
                include_bearer: object.flag("includeBearer", true),
            }
        }
    };
    unsupported(&object, &["signing", "encoding"]);
    object.ignore(&["redirectUri"]);
    object.finish();
    Some(found)
}

fn fields(object: &Object<'_, '_>, key: &str) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for at in object.list(key) {
        let Some(field) = field(&at) else { continue };
        if fields.iter().any(|other| other.key == field.key) {
            at.error(
                "duplicate-key",
                format!("there is another field `{}`", field.key),
            );
        }
        fields.push(field);
    }
    fields
}

fn field(at: &At<'_, '_>) -> Option<Field> {
    let object = at.map()?;
    let kind = object
        .required_choice("type", &FIELD_KINDS)
        .unwrap_or("text");
    let options: Vec<_> = object.list("options").iter().filter_map(option).collect();
    if (kind == "select") != object.get("options").is_some() {
        at.error(
            "select-options",
            "`options` belong to a `select` field, and every `select` field has them",
        );
    }
    let validation = object.map("validation").and_then(|o| validation(&o, kind));
    unsupported(&object, &["computed", "externalSystemAccountIdentifier"]);
    let field = Field {
        key: object.required_text("key"),
        label: object.required_text("label"),
        kind: kind.to_owned(),
        required: object.flag("required", false),
        secret: object.flag("secret", false),
        read_only: object.flag("readOnly", false),
        placeholder: object.text("placeholder"),
        description: object.text("description"),
        tooltip: object.text("tooltip"),
        options,
        validation,
        value: object.expression("value"),
    };
    object.finish();
    Some(field)
}

fn option(at: &At<'_, '_>) -> Option<(String, String)> {
    let object = at.map()?;
    let option = (object.required_text("value"), object.required_text("label"));
    object.finish();
    Some(option)
}

fn validation(object: &Object<'_, '_>, kind: &str) -> Option<(String, Option<String>)> {
    if kind == "select" {
        object
            .at
            .error("validation", "a `select` field takes no validation");
    }
    let pattern = object.text("pattern");
    let format = object.choice(
        "format",
        &[
            ("email", r"^[^\s@]+@[^\s@]+\.[^\s@]+$"),
            ("url", r"^https?://\S+$"),
            ("uri", r"^[A-Za-z][A-Za-z0-9+.-]*:\S+$"),
            (
                "uuid",
                r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
            ),
            ("date", r"^\d{4}-\d{2}-\d{2}$"),
            (
                "datetime",
                r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?$",
            ),
        ],
    );
    if pattern.is_some() == object.get("format").is_some() {
        object
            .at
            .error("validation", "give either `pattern` or `format`");
    }
    let message = object.text("errorMessage");
    object.finish();
    pattern
        .or(format.map(str::to_owned))
        .map(|pattern| (pattern, message))
}

fn support(object: &Object<'_, '_>, connector: &Connector) -> Support {
    let guides = object.map("guides");
    let guide_of = |key: &str| {
        guides
            .as_ref()
            .and_then(|g| g.map(key))
            .map(|g| guide(&g, connector))
    };
    let support = Support {
        link: object.text("link"),
        description: object.text("description"),
        config_guide: guide_of("config"),
        setup_guide: guide_of("setup"),
    };
    if let Some(guides) = guides {
        guides.finish();
    }
    object.finish();
    support
}

fn guide(object: &Object<'_, '_>, connector: &Connector) -> Guide {
    let sections = object
        .required("sections")
        .map_or_else(Vec::new, |at| at.list());
    let guide = Guide {
        warning: object.text("warning"),
        sections: sections
            .iter()
            .filter_map(|at| section(at, connector))
            .collect(),
    };
    object.finish();
    guide
}

fn texts(object: &Object<'_, '_>, key: &str) -> Vec<String> {
    object.list(key).iter().filter_map(At::text).collect()
}

fn section(at: &At<'_, '_>, connector: &Connector) -> Option<GuideSection> {
    let object = at.map()?;
    let extension = object.map("x-linkyard");
    let own = extension.as_ref().is_some_and(|o| o.flag("own", false));
    if let Some(extension) = extension {
        extension.finish();
    }
    unsupported(&object, &["image"]);
    let section = GuideSection {
        title: object.required_text("title"),
        content: object.required_text("content"),
        list: texts(&object, "list"),
        steps: object
            .list("steps")
            .iter()
            .filter_map(|at| step(at, connector))
            .collect(),
        applicable_scopes: scopes(&object, "applicableScopes", connector),
        own,
    };
    object.finish();
    Some(section)
}

fn step(at: &At<'_, '_>, connector: &Connector) -> Option<GuideStep> {
    let object = at.map()?;
    unsupported(&object, &["image"]);
    let step = GuideStep {
        title: object.required_text("title"),
        content: object.required_text("content"),
        list: texts(&object, "list"),
        display_scopes: object.flag("displayScopes", false),
        applicable_scopes: scopes(&object, "applicableScopes", connector),
    };
    object.finish();
    Some(step)
}

fn test_action(at: &At<'_, '_>, connector: &Connector) -> Option<TestAction> {
    let object = at.map()?;
    let (required, condition) = (
        object.flag("required", false),
        object.expression("condition"),
    );
    let target = object.required("action");
    object.finish();
    let target = target?;
    let action = match &target.node.kind {
        Kind::Text(id) => {
            let found = connector.actions.get(id).map(Arc::clone);
            if found.is_none() {
                target.error("unknown-action", format!("there is no action `{id}`"));
            }
            found?
        }
        _ => Arc::new(action::action(&target, connector)?),
    };
    Some(TestAction {
        action,
        required,
        condition,
    })
}
