//! Whether a value is there.

use serde_json::Value;

use super::{Arguments, Environment, Function};
use crate::error::Stop;
use crate::value::Val;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "present",
        parameters: &["value"],
        summary: "True unless the value is null or missing; empty text, 0, false and [] are present.",
        failures: "never",
        examples: &[("present(\"\")", "true"), ("present(nothing)", "false")],
        takes_pattern: false,
        run: present,
    },
    Function {
        name: "missing",
        parameters: &["value"],
        summary: "True for null, missing and the empty text.",
        failures: "never",
        examples: &[("missing(\"\")", "true"), ("missing(0)", "false")],
        takes_pattern: false,
        run: missing,
    },
    Function {
        name: "empty",
        parameters: &["value"],
        summary: "True for null, missing, the empty text, [] and {}.",
        failures: "never",
        examples: &[("empty([])", "true"), ("empty(0)", "false")],
        takes_pattern: false,
        run: empty,
    },
];

#[expect(
    clippy::unnecessary_wraps,
    clippy::needless_pass_by_value,
    reason = "the shape of Run"
)]
fn present<'v>(arguments: Arguments<'v>, _: Environment<'v>) -> Result<Val<'v>, Stop> {
    Ok(Val::bool(!arguments.get(0).is_nullish()))
}

#[expect(
    clippy::unnecessary_wraps,
    clippy::needless_pass_by_value,
    reason = "the shape of Run"
)]
fn missing<'v>(arguments: Arguments<'v>, _: Environment<'v>) -> Result<Val<'v>, Stop> {
    Ok(Val::bool(arguments.get(0).is_blank()))
}

#[expect(
    clippy::unnecessary_wraps,
    clippy::needless_pass_by_value,
    reason = "the shape of Run"
)]
fn empty<'v>(arguments: Arguments<'v>, _: Environment<'v>) -> Result<Val<'v>, Stop> {
    Ok(Val::bool(match arguments.value(0) {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.is_empty(),
        Some(Value::Array(items)) => items.is_empty(),
        Some(Value::Object(map)) => map.is_empty(),
        Some(Value::Bool(_) | Value::Number(_)) => false,
    }))
}
