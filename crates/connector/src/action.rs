//! `actions[]`: inputs, steps, result.

use std::collections::BTreeSet;

use linkyard_expr::Template;

use crate::compile::{release_stage, scopes, unsupported};
use crate::reader::{At, Object};
use crate::{Action, ActionKind, Connector, InputValidator, Step, request, schema};

const KINDS: [(&str, ActionKind); 10] = [
    ("list", ActionKind::List),
    ("get", ActionKind::Get),
    ("create", ActionKind::Create),
    ("update", ActionKind::Update),
    ("delete", ActionKind::Delete),
    ("custom", ActionKind::Custom),
    ("refresh_token", ActionKind::RefreshToken),
    ("test", ActionKind::Test),
    ("event", ActionKind::Event),
    ("unknown", ActionKind::Unknown),
];
const METHODS: [(&str, &str); 5] = [
    ("get", "get"),
    ("post", "post"),
    ("put", "put"),
    ("patch", "patch"),
    ("delete", "delete"),
];

/// Compiles one action; `None` only if its outer shape is broken.
pub(crate) fn action(at: &At<'_, '_>, connector: &Connector) -> Option<Action> {
    let object = at.map()?;
    let inputs = schema::inputs(&object);
    let input_schema = schema::grouped(&inputs);
    let validator = match jsonschema::options()
        .with_pattern_options(jsonschema::PatternOptions::regex())
        .build(&schema::flattened(&inputs))
    {
        Ok(validator) => validator,
        Err(error) => {
            object.at.error("input-schema", error.to_string());
            return None;
        }
    };
    let steps = steps(&object, connector);
    let result = object.required("result").and_then(|at| at.template());
    if let Some(result) = &result {
        check_references(&object, result, &steps);
    }
    object.ignore(&[
        "schema",
        "schemaType",
        "authRequirements",
        "endpoint",
        "effects",
        "annotations",
        "executionMode",
        "responses",
        "providerEvents",
        "prerequisiteActions",
        "requiresManualSetup",
    ]);
    unsupported(
        &object,
        &[
            "validationRules",
            "fieldConfigs",
            "compositeIdentifiers",
            "dataSync",
        ],
    );
    let id = object.required_text("actionId");
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if let Some(at) = object.get("actionId")
        && !id.chars().all(legal)
    {
        at.error("action-id", "must be lower-case letters, digits and `_`");
    }
    let action = Action {
        id,
        label: object.required_text("label"),
        description: object.required_text("description"),
        details: object.text("details"),
        categories: object
            .required("categories")
            .map_or_else(Vec::new, |at| at.words()),
        kind: object
            .required_choice("actionType", &KINDS)
            .unwrap_or(ActionKind::Unknown),
        inputs,
        input_schema,
        validator: InputValidator(validator),
        required_scopes: scopes(&object, "requiredScopes", connector),
        steps,
        result,
        cursor_page_size: cursor(&object),
        tags: object.list("tags").iter().filter_map(At::text).collect(),
        release_stage: release_stage(&object),
        resources: object.text("resources"),
        examples: object
            .list("examples")
            .iter()
            .map(|at| at.node.to_json())
            .collect(),
        entrypoint: entrypoint(&object),
    };
    object.finish();
    Some(action)
}

fn entrypoint(object: &Object<'_, '_>) -> Option<(String, String)> {
    let method = object.choice("entrypointHttpMethod", &METHODS);
    let url = object.text("entrypointUrl");
    Some((method?.to_owned(), url?))
}

fn cursor(object: &Object<'_, '_>) -> Option<usize> {
    let cursor = object.map("cursor")?;
    let enabled = cursor.flag("enabled", false);
    let size = cursor
        .count("pageSize")
        .and_then(|size| usize::try_from(size).ok());
    cursor.finish();
    if enabled { size } else { None }
}

fn steps(object: &Object<'_, '_>, connector: &Connector) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let Some(list) = object.required("steps") else {
        return steps;
    };
    for at in list.list() {
        let Some(step) = step(&at, connector) else {
            continue;
        };
        if steps.iter().any(|other| other.id == step.id) {
            at.error(
                "duplicate-step",
                format!("there is another step `{}`", step.id),
            );
        }
        steps.push(step);
    }
    steps
}

fn step(at: &At<'_, '_>, connector: &Connector) -> Option<Step> {
    let object = at.map()?;
    let id = object.required_text("stepId");
    object.required_text("description");
    let condition = object.expression("condition");
    let ignore_error = object.flag("ignoreError", false);
    for key in ["iterator", "stepFunctions"] {
        if let Some(at) = object.get(key) {
            at.error(
                "unsupported-function",
                format!("`{key}` is not supported in this version"),
            );
        }
    }
    unsupported(&object, &["onConditionError", "async", "successCriteria"]);
    let function = if object.get("stepFunctions").is_some() {
        None
    } else {
        object.required("stepFunction")
    };
    object.finish();
    let function = request::function(&function?, connector)?;
    Some(Step {
        id,
        condition,
        ignore_error,
        function,
    })
}

fn check_references(object: &Object<'_, '_>, result: &Template, steps: &[Step]) {
    let known: BTreeSet<&str> = steps.iter().map(|step| step.id.as_str()).collect();
    for missing in result
        .step_references()
        .iter()
        .filter(|id| !known.contains(id.as_str()))
    {
        if let Some(at) = object.get("result") {
            at.warn("unknown-step", format!("there is no step `{missing}`"));
        }
    }
}
