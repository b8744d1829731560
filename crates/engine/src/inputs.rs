//! From the caller's groups to the `inputs` that expressions see.

use linkyard_connector::{Action, Input, InputLocation, StepFunction};
use serde_json::{Map, Number, Value};

use crate::cursor::Cursor;
use crate::{Error, Inputs};

/// Inputs that have been checked.
#[derive(Debug)]
pub(crate) struct Accepted {
    /// By name, with defaults; an object.
    pub(crate) inputs: Value,
    /// Records that a paginated step gathers, if caller or connector say so.
    pub(crate) page_size: Option<usize>,
    /// Where paginated steps go on.
    pub(crate) cursor: Cursor,
}

/// Flattens and checks. What is not declared is dropped.
pub(crate) fn accept(
    action: &Action,
    connector_key: &str,
    mut given: Inputs,
) -> Result<Accepted, Error> {
    let mut flat = Map::new();
    for input in &action.inputs {
        let value = take(&mut given, action, input).map(|value| coerce(input, value));
        if let Some(value) = value.or_else(|| input.default.clone()) {
            flat.insert(input.name.clone(), value);
        }
    }
    let mut inputs = Value::Object(flat);
    let mut faults = action.validator.faults(&inputs);
    let page_size = match page_size(&inputs, &mut given) {
        Ok(size) => size,
        Err(fault) => {
            faults.push(fault);
            None
        }
    };
    if !faults.is_empty() {
        return Err(Error::InvalidInput(faults));
    }
    let page_size = page_size.or(action.cursor_page_size);
    if let (Some(size), Value::Object(flat)) = (page_size, &mut inputs) {
        flat.insert("page_size".to_owned(), size.into());
    }
    let cursor = cursor(action, connector_key, &mut given)?;
    Ok(Accepted {
        inputs,
        page_size,
        cursor,
    })
}

fn group(given: &mut Inputs, location: InputLocation) -> &mut Map<String, Value> {
    match location {
        InputLocation::Path => &mut given.path,
        InputLocation::Query => &mut given.query,
        InputLocation::Headers => &mut given.headers,
        InputLocation::Body => &mut given.body,
    }
}

fn declares(action: &Action, name: &str, location: InputLocation) -> bool {
    action
        .inputs
        .iter()
        .any(|input| input.name == name && input.location == location)
}

/// The input's value from its own group, else from the body, where some clients put everything.
fn take(given: &mut Inputs, action: &Action, input: &Input) -> Option<Value> {
    let own = group(given, input.location);
    let value = match input.location {
        InputLocation::Headers => remove_ignoring_case(own, &input.name),
        _ => own.remove(&input.name),
    };
    if input.location == InputLocation::Body {
        return value;
    }
    value
        .filter(|value| !value.is_null())
        .or_else(|| {
            let elsewhere = !declares(action, &input.name, InputLocation::Body);
            elsewhere.then(|| given.body.remove(&input.name)).flatten()
        })
        .filter(|value| !value.is_null())
}

fn remove_ignoring_case(group: &mut Map<String, Value>, name: &str) -> Option<Value> {
    let key = group
        .keys()
        .find(|key| key.eq_ignore_ascii_case(name))?
        .clone();
    group.remove(&key)
}

/// Text where a number or truth value is declared is read as one, and the other way round: queries have only text.
fn coerce(input: &Input, value: Value) -> Value {
    if input.location == InputLocation::Body {
        return value;
    }
    let is = |word: &str| match input.schema.get("type") {
        Some(Value::String(kind)) => kind == word,
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind == word),
        _ => false,
    };
    match &value {
        Value::String(text) if !is("string") => {
            let text = text.trim();
            let number = if is("integer") {
                text.parse::<i64>().ok().map(Number::from)
            } else if is("number") {
                text.parse::<i64>()
                    .ok()
                    .map(Number::from)
                    .or_else(|| text.parse().ok().and_then(Number::from_f64))
            } else {
                None
            };
            match (number, text) {
                (Some(number), _) => Value::Number(number),
                (None, "true") if is("boolean") => Value::Bool(true),
                (None, "false") if is("boolean") => Value::Bool(false),
                _ => value,
            }
        }
        Value::Number(number) if is("string") && !is("number") && !is("integer") => {
            Value::String(number.to_string())
        }
        Value::Bool(flag) if is("string") && !is("boolean") => Value::String(flag.to_string()),
        _ => value,
    }
}

fn page_size(inputs: &Value, given: &mut Inputs) -> Result<Option<usize>, String> {
    let value = inputs.get("page_size").cloned();
    let value = value
        .or_else(|| given.query.remove("page_size"))
        .or_else(|| given.body.remove("page_size"));
    let size = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Number(number)) => number.as_u64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(_) => None,
    };
    let size = size
        .filter(|&size| size > 0)
        .and_then(|size| usize::try_from(size).ok());
    size.map(Some)
        .ok_or_else(|| "query.page_size: must be a whole number of at least 1".to_owned())
}

/// The engine's own cursor. An action that declares an input of the name pages by itself, and one that has no paginated
/// step has no use for it.
fn cursor(action: &Action, connector_key: &str, given: &mut Inputs) -> Result<Cursor, Error> {
    let pages = action
        .steps
        .iter()
        .any(|step| matches!(step.function, StepFunction::PaginatedRequest(_)));
    if !pages {
        return Ok(Cursor::default());
    }
    let found = ["next", "cursor"]
        .into_iter()
        .filter(|name| !action.inputs.iter().any(|input| input.name == *name))
        .find_map(|name| {
            let value = given.query.remove(name).or_else(|| given.body.remove(name));
            value
                .filter(|value| !value.is_null() && value != "")
                .map(|value| (name, value))
        });
    let Some((name, value)) = found else {
        return Ok(Cursor::default());
    };
    let cursor = value
        .as_str()
        .and_then(|text| Cursor::decode(text, &owner(connector_key, action)));
    cursor.ok_or_else(|| Error::invalid(format!("query.{name}: is not a cursor of this action")))
}

/// What a cursor belongs to.
pub(crate) fn owner(connector_key: &str, action: &Action) -> String {
    format!("{connector_key}_{}", action.id)
}
