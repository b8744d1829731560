//! A form on the wire: what the public component reads, and our guide beside it.

use linkyard_service::{AuthMethod, Field, GuideSection, GuideStep, HubForm, ScopeNeed};
use serde_json::{Map, Value, json};

/// `GET /hub/connectors/{id}`
pub(crate) fn wire(form: &HubForm, public_url: &str) -> Value {
    let connector = &form.connector;
    let auth = connector.auth_methods.get(&form.auth_method);
    let oauth2 = auth.is_some_and(AuthMethod::kind_is_oauth2);
    let fields: Vec<Value> = form.fields.iter().map(field).collect();
    let support = json!({
        "link": format!("{public_url}/guides/{}", connector.key),
        "description": auth.and_then(|auth| auth.support.description.clone()),
    });
    json!({
        "config": {
            "key": connector.key,
            "name": connector.title,
            "type": if oauth2 { "oauth2" } else { "custom" },
            "configFields": fields,
            "configNotices": auth.map(|auth| auth.config_notices.clone()).unwrap_or_default(),
            "assets": {"icon": connector.icon.clone().unwrap_or_default()},
            "support": support,
        },
        "hub_settings": {"configured_webhook_events": {}, "project_settings": {}},
        "linkyard": {"guide": guide(form), "scopes": form.scopes},
    })
}

fn field(field: &Field) -> Value {
    let mut wire = json!({
        "key": field.key,
        "type": field.kind,
        "label": field.label,
        "required": field.required,
        "readOnly": field.read_only,
        "secret": field.secret,
        "placeholder": field.placeholder.clone().unwrap_or_default(),
    });
    if let Some(text) = &field.description {
        wire["description"] = json!(text);
    }
    if let Some(text) = &field.tooltip {
        wire["tooltip"] = json!(text);
    }
    if !field.options.is_empty() {
        let options = field
            .options
            .iter()
            .map(|(value, label)| json!({"value": value, "label": label}));
        wire["options"] = options.collect();
    }
    if let Some((pattern, error)) = &field.validation {
        wire["validation"] = json!({"type": "html-pattern", "pattern": pattern, "error": error});
    }
    if let Some(value) = field.value.as_ref().filter(|value| value.is_literal()) {
        wire["value"] = json!(value.text());
    }
    wire
}

fn guide(form: &HubForm) -> Option<Value> {
    let guide = form.guide.as_ref()?;
    let label = form
        .connector
        .auth_methods
        .get(&form.auth_method)
        .map(|auth| auth.label.as_str());
    Some(json!({
        "title": format!("{} with {}", form.connector.title, label.unwrap_or("a credential")),
        "warning": guide.warning,
        "sections": guide.sections.iter().map(|s| section(s, &form.scopes)).collect::<Vec<_>>(),
    }))
}

fn section(section: &GuideSection, scopes: &[ScopeNeed]) -> Value {
    let mut wire = entry(&section.title, &section.content, &section.list);
    wire.insert(
        "steps".to_owned(),
        section.steps.iter().map(|s| step(s, scopes)).collect(),
    );
    Value::Object(wire)
}

fn step(step: &GuideStep, scopes: &[ScopeNeed]) -> Value {
    let mut wire = entry(&step.title, &step.content, &step.list);
    if step.display_scopes {
        wire.insert("scopes".to_owned(), json!(scopes));
    }
    Value::Object(wire)
}

fn entry(title: &str, content: &str, list: &[String]) -> Map<String, Value> {
    let mut wire = Map::new();
    wire.insert("title".to_owned(), title.into());
    wire.insert("content".to_owned(), content.into());
    if !list.is_empty() {
        wire.insert("list".to_owned(), json!(list));
    }
    wire
}
