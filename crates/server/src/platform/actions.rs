//! `/actions`

use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::{get, post};
use axum::{Json, Router};
use linkyard_service::{Action, ActionFilter, ActionGroup, Connector, Inputs};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::App;
use crate::auth::Key;
use crate::error::ApiError;
use crate::extract::{JsonBody, id};
use crate::query::Query;

pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/actions", get(list))
        .route("/actions/rpc", post(rpc))
}

async fn list(State(app): State<App>, key: Key, query: Query) -> Result<Json<Value>, ApiError> {
    let filter = ActionFilter {
        connectors: query.list("filter[connectors]"),
        account_ids: query
            .list("filter[account_ids]")
            .iter()
            .filter_map(|id| id.parse().ok())
            .collect(),
        action_key: query.first("filter[action_key]").map(str::to_owned),
        search: query
            .first("search")
            .filter(|text| !text.is_empty())
            .map(str::to_owned),
    };
    let size = usize::try_from(query.number("page_size", 25, 1)?.min(100)).unwrap_or(25);
    let start = usize::try_from(query.number("next", 0, 0)?).unwrap_or_default();
    let details = query
        .list("include")
        .iter()
        .any(|word| word == "action_details");
    let guides = query
        .list("include")
        .iter()
        .any(|word| word == "authentication_guides");
    let actions = !query.list("exclude").iter().any(|word| word == "actions");
    let groups = app.service.actions(&key.0, &filter).await?;
    let next = (groups.len() > start + size).then(|| (start + size).to_string());
    let data: Vec<Value> = groups
        .iter()
        .skip(start)
        .take(size)
        .map(|group| group_wire(group, actions, details, guides))
        .collect();
    Ok(Json(json!({"next": next, "data": data})))
}

fn group_wire(group: &ActionGroup, with_actions: bool, details: bool, guides: bool) -> Value {
    let connector = &group.connector;
    let scopes: Vec<Value> = connector
        .scopes
        .iter()
        .map(|(name, scope)| json!({"name": name, "description": scope.description, "includes": scope.includes.join(" ")}))
        .collect();
    let mut wire = json!({
        "key": connector.key,
        "name": connector.title,
        "description": connector.description,
        "icon": connector.icon,
        "version": connector.version,
        "release_stage": connector.release_stage,
        "categories": connector.categories,
        "authentication": authentication(connector, guides),
        "scope_definitions": scopes,
    });
    if let Some(account) = group.account_id {
        wire["account_id"] = json!(account);
        wire["integration_id"] = json!(group.integration_id);
    }
    if with_actions {
        let actions = group
            .actions
            .iter()
            .filter_map(|id| connector.actions.get(id));
        wire["actions"] = actions
            .map(|action| action_wire(connector, action, details))
            .collect();
    }
    wire
}

fn authentication(connector: &Connector, guides: bool) -> Vec<Value> {
    connector
        .auth_methods
        .values()
        .map(|auth| {
            let mut support =
                json!({"link": auth.support.link, "description": auth.support.description});
            if guides {
                support["guides"] =
                    json!({"config": auth.support.config_guide, "setup": auth.support.setup_guide});
            }
            json!({
                "type": if auth.kind_is_oauth2() { "oauth2" } else { "custom" },
                "label": auth.label,
                "key": auth.key,
                "required_scopes": auth.required_scopes,
                "support": support,
            })
        })
        .collect()
}

fn action_wire(connector: &Connector, action: &Action, details: bool) -> Value {
    let mut wire = json!({
        "id": connector.tool_name(&action.id),
        "label": action.label,
        "description": action.description,
        "schema_type": "native",
        "tags": action.tags,
        "authentication": connector.auth_methods.keys().map(|key| json!({"key": key})).collect::<Vec<_>>(),
        "required_scopes": action.required_scopes,
    });
    if details {
        let (method, path) = action.entrypoint.clone().unzip();
        wire["action_details"] = json!({"inputs": action.input_schema, "examples": action.examples, "method": method, "path": path});
    }
    wire
}

#[derive(Debug, Deserialize)]
struct Rpc {
    action: String,
    path: Option<Map<String, Value>>,
    query: Option<Map<String, Value>>,
    headers: Option<Map<String, Value>>,
    body: Option<Map<String, Value>>,
}

async fn rpc(
    State(app): State<App>,
    key: Key,
    headers: HeaderMap,
    JsonBody(mut rpc): JsonBody<Rpc>,
) -> Result<Json<Value>, ApiError> {
    let account = account(&headers, rpc.headers.as_mut())?;
    let inputs = Inputs {
        path: rpc.path.unwrap_or_default(),
        query: rpc.query.unwrap_or_default(),
        headers: rpc.headers.unwrap_or_default(),
        body: rpc.body.unwrap_or_default(),
    };
    let result = app
        .service
        .run_action(&key.0, id(&account, "account")?, &rpc.action, inputs)
        .await?;
    Ok(Json(objects_only(result)))
}

/// The account: the header, or else the body's headers, from which it is taken away so that no provider sees it.
fn account(headers: &HeaderMap, body: Option<&mut Map<String, Value>>) -> Result<String, ApiError> {
    let in_body = body.and_then(|map| {
        let name = map
            .keys()
            .find(|key| key.eq_ignore_ascii_case("x-account-id"))
            .cloned()?;
        map.remove(&name)?.as_str().map(str::to_owned)
    });
    let mut values = headers.get_all("x-account-id").iter();
    let in_header = values
        .next()
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    if values.next().is_some() {
        return Err(ApiError::bad_request("x-account-id header is given twice"));
    }
    in_header
        .or(in_body)
        .filter(|text| !text.is_empty())
        .ok_or_else(|| ApiError::bad_request("Missing x-account-id header in request"))
}

/// Clients reject `data` that is a primitive, or a list of primitives: such a value is wrapped.
fn objects_only(mut result: Value) -> Value {
    let Some(data) = result.get_mut("data") else {
        return result;
    };
    let fits = match data {
        Value::Null | Value::Object(_) => true,
        Value::Array(items) => items.iter().all(Value::is_object),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    };
    if !fits {
        *data = json!({"result": data.take()});
    }
    result
}
