//! Inputs of an action and their JSON Schema.

use serde_json::{Map, Value, json};

use crate::reader::Object;
use crate::{Input, InputLocation};

const TYPES: [(&str, &str); 6] = [
    ("string", "string"),
    ("number", "number"),
    ("boolean", "boolean"),
    ("datetime_string", "datetime_string"),
    ("object", "object"),
    ("enum", "enum"),
];
const PLACES: [(&str, InputLocation); 5] = [
    ("path", InputLocation::Path),
    ("query", InputLocation::Query),
    ("headers", InputLocation::Headers),
    ("header", InputLocation::Headers),
    ("body", InputLocation::Body),
];
/// Names that `oneOf.ref` may give, and their values.
const REFERENCES: [(&str, &[&str]); 4] = [
    (
        "employment_status",
        &["active", "inactive", "terminated", "pending", "leave"],
    ),
    (
        "employment_type",
        &[
            "full_time",
            "part_time",
            "contractor",
            "intern",
            "temporary",
        ],
    ),
    (
        "gender",
        &["male", "female", "non_binary", "other", "prefer_not_to_say"],
    ),
    (
        "marital_status",
        &[
            "single",
            "married",
            "divorced",
            "widowed",
            "domestic_partnership",
        ],
    ),
];

/// One line for each fault of `inputs`, naming the input and never its value.
pub(crate) fn faults(validator: &jsonschema::Validator, inputs: &Value) -> Vec<String> {
    validator
        .iter_errors(inputs)
        .map(|error| {
            let path = error.instance_path().to_string();
            let place = path.trim_start_matches('/').replace('/', ".");
            if place.is_empty() {
                error.masked().to_string()
            } else {
                format!("{place}: {}", error.masked())
            }
        })
        .collect()
}

/// Reads `inputs`.
pub(crate) fn inputs(action: &Object<'_, '_>) -> Vec<Input> {
    let mut inputs: Vec<Input> = Vec::new();
    for at in action.list("inputs") {
        let Some(object) = at.map() else { continue };
        let location = object.required_choice("in", &PLACES);
        let name = object.required_text("name");
        if inputs.iter().any(|other| other.name == name) {
            at.error(
                "duplicate-input",
                format!("there is another input `{name}`"),
            );
        }
        let (required, schema) = property(&object);
        object.finish();
        let Some(location) = location else { continue };
        let description = object.text("description").unwrap_or_default();
        let default = object.json("default");
        inputs.push(Input {
            name,
            location,
            required,
            description,
            schema,
            default,
        });
    }
    inputs
}

/// Whether the property is required, and its schema.
fn property(object: &Object<'_, '_>) -> (bool, Value) {
    let required = object.flag("required", false);
    let description = object.required_text("description");
    let mut schema = shape(object);
    if let Some(map) = schema.as_object_mut() {
        map.insert("description".to_owned(), Value::String(description));
        if let Some(default) = object.json("default") {
            map.insert("default".to_owned(), default);
        }
    }
    (required, schema)
}

fn shape(object: &Object<'_, '_>) -> Value {
    let variants: Vec<Value> = object
        .list("variants")
        .iter()
        .filter_map(|at| {
            let object = at.map()?;
            let schema = shape(&object);
            object.ignore(&["description"]);
            object.finish();
            Some(schema)
        })
        .collect();
    if !variants.is_empty() {
        object.ignore(&["type"]);
        return json!({ "anyOf": variants });
    }
    let kind = object.required_choice("type", &TYPES).unwrap_or("object");
    let mut schema = Map::new();
    let word = if ["datetime_string", "enum"].contains(&kind) {
        "string"
    } else {
        kind
    };
    schema.insert("type".to_owned(), json!(word));
    if kind == "datetime_string" {
        // A hint only: the validator does not assert formats, so a plain date passes.
        schema.insert("format".to_owned(), json!("date-time"));
    }
    choices(object, kind, &mut schema);
    nested(object, kind, &mut schema);
    if let Some(rules) = object.map("rules") {
        apply_rules(&rules, &mut schema);
    }
    let schema = Value::Object(schema);
    if object.flag("array", false) {
        json!({ "type": "array", "items": schema })
    } else {
        schema
    }
}

fn choices(object: &Object<'_, '_>, kind: &str, schema: &mut Map<String, Value>) {
    let one_of = object.map("oneOf");
    if (kind == "enum") != one_of.is_some() {
        object.at.error(
            "enum-values",
            "`oneOf` belongs to `type: enum`, and every `enum` has it",
        );
    }
    let Some(one_of) = one_of else { return };
    if let Some(values) = one_of.get("values") {
        schema.insert(
            "enum".to_owned(),
            values.list().iter().map(|at| at.node.to_json()).collect(),
        );
    } else if let Some(values) = one_of.required_choice("ref", &REFERENCES) {
        schema.insert("enum".to_owned(), json!(values));
    }
    one_of.finish();
}

fn nested(object: &Object<'_, '_>, kind: &str, schema: &mut Map<String, Value>) {
    let Some(list) = object.get("properties") else {
        return;
    };
    if kind != "object" {
        list.error("properties", "`properties` belong to `type: object`");
    }
    let mut properties = Map::new();
    let mut required = Vec::new();
    for at in list.list() {
        let Some(inner) = at.map() else { continue };
        let name = inner.required_text("name");
        let (needed, inner_schema) = property(&inner);
        inner.ignore(&["in"]);
        inner.finish();
        if needed {
            required.push(name.clone());
        }
        properties.insert(name, inner_schema);
    }
    schema.insert("properties".to_owned(), Value::Object(properties));
    schema.insert("required".to_owned(), json!(required));
}

fn apply_rules(rules: &Object<'_, '_>, schema: &mut Map<String, Value>) {
    for (key, word) in [("minLength", "minLength"), ("maxLength", "maxLength")] {
        if let Some(count) = rules.count(key) {
            schema.insert(word.to_owned(), json!(count));
        }
    }
    for (key, word) in [("min", "minimum"), ("max", "maximum")] {
        if let Some(number) = rules.decimal(key) {
            schema.insert(word.to_owned(), json!(number));
        }
    }
    if let Some(pattern) = rules.text("pattern") {
        schema.insert("pattern".to_owned(), json!(pattern));
    }
    if let Some(format) = rules.choice("format", &FORMATS) {
        schema.insert("pattern".to_owned(), json!(format));
    }
    rules.ignore(&["errorMessage"]);
    rules.finish();
}

/// The formats of rules, as patterns.
const FORMATS: [(&str, &str); 6] = [
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
];

fn object_of<'i>(inputs: impl Iterator<Item = &'i Input>) -> (Value, bool) {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for input in inputs {
        properties.insert(input.name.clone(), input.schema.clone());
        if input.required && input.default.is_none() {
            required.push(input.name.as_str());
        }
    }
    let needed = !required.is_empty();
    (
        json!({ "type": "object", "properties": properties, "required": required }),
        needed,
    )
}

/// The schema of the flattened inputs.
pub(crate) fn flattened(inputs: &[Input]) -> Value {
    object_of(inputs.iter()).0
}

/// The schema of the caller's groups.
pub(crate) fn grouped(inputs: &[Input]) -> Value {
    let mut groups = Map::new();
    let mut required = Vec::new();
    for place in [
        InputLocation::Path,
        InputLocation::Query,
        InputLocation::Headers,
        InputLocation::Body,
    ] {
        if inputs.iter().any(|input| input.location == place) {
            let (schema, needed) = object_of(inputs.iter().filter(|input| input.location == place));
            groups.insert(place.as_str().to_owned(), schema);
            if needed {
                required.push(place.as_str());
            }
        }
    }
    json!({ "type": "object", "properties": groups, "required": required })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn required_inputs_make_their_group_required() {
        let input = Input {
            name: "id".to_owned(),
            location: InputLocation::Path,
            required: true,
            description: String::new(),
            schema: json!({ "type": "string" }),
            default: None,
        };
        assert_eq!(
            grouped(std::slice::from_ref(&input))["required"],
            json!(["path"])
        );
        let validator = jsonschema::validator_for(&flattened(&[input])).unwrap();
        assert_eq!(faults(&validator, &json!({})).len(), 1);
        assert_eq!(faults(&validator, &json!({ "id": 7 })).len(), 1);
        assert!(faults(&validator, &json!({ "id": "a" })).is_empty());
    }
}
