//! Lists and objects.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::{Arguments, Environment, Function};
use crate::error::{Detail, Error, Stop};
use crate::limits::NODE_BYTES;
use crate::value::{Val, fingerprint, property, to_text, write_text};

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "includes",
        parameters: &["list", "value"],
        summary: "Whether the list holds the value, or all values when a list is given.",
        failures: "false when the first is not a list or is empty, or the second is missing or \"\"",
        examples: &[
            ("includes([1, 2], 2)", "true"),
            ("includes([1, 2], \"2\")", "false"),
            ("includes([1, 2], [1, 3])", "false"),
            ("includes([1], [])", "true"),
            ("includes(\"text\", \"t\")", "false"),
        ],
        takes_pattern: false,
        run: includes,
    },
    Function {
        name: "includesSome",
        parameters: &["list", "value"],
        summary: "Whether the list holds the value, or any of the values when a list is given.",
        failures: "as for includes",
        examples: &[
            ("includesSome([1, 2], [2, 3])", "true"),
            ("includesSome([1], [])", "false"),
        ],
        takes_pattern: false,
        run: includes_some,
    },
    Function {
        name: "keys",
        parameters: &["object"],
        summary: "The keys of an object.",
        failures: "[] for anything but an object",
        examples: &[("keys({b: 1, a: 2})", "[\"b\",\"a\"]"), ("keys([1])", "[]")],
        takes_pattern: false,
        run: keys,
    },
    Function {
        name: "values",
        parameters: &["object"],
        summary: "The values of an object.",
        failures: "[] for anything but an object",
        examples: &[("values({b: 1, a: 2})", "[1,2]"), ("values(\"x\")", "[]")],
        takes_pattern: false,
        run: values,
    },
    Function {
        name: "dedupe",
        parameters: &["list"],
        summary: "The list without repeated values; the first of each stays.",
        failures: "missing when it is not a list",
        examples: &[("dedupe([2, 1, 2, \"1\"])", "[2,1,\"1\"]")],
        takes_pattern: false,
        run: dedupe,
    },
    Function {
        name: "join",
        parameters: &["list", "separator?"],
        summary: "The text forms of the elements with a separator between, a comma by default.",
        failures: "missing when it is not a list",
        examples: &[
            ("join([1, \"a\"])", "\"1,a\""),
            ("join([1, 2], \" - \")", "\"1 - 2\""),
        ],
        takes_pattern: false,
        run: join,
    },
    Function {
        name: "zipObject",
        parameters: &["keys", "values"],
        summary: "An object of the keys and the values at the same places.",
        failures: "missing when one is not a list; keys without a value are left out",
        examples: &[("zipObject([\"a\", \"b\"], [1, 2])", "{\"a\":1,\"b\":2}")],
        takes_pattern: false,
        run: zip_object,
    },
    Function {
        name: "groupBy",
        parameters: &["list", "key"],
        summary: "An object of lists: the elements under the text of their property.",
        failures: "missing when it is not a list; elements without the property are under \"undefined\"",
        examples: &[(
            "groupBy([{k: \"a\", n: 1}, {k: \"b\"}, {k: \"a\"}], \"k\")",
            "{\"a\":[{\"k\":\"a\",\"n\":1},{\"k\":\"a\"}],\"b\":[{\"k\":\"b\"}]}",
        )],
        takes_pattern: false,
        run: group_by,
    },
    Function {
        name: "reduce",
        parameters: &["list"],
        summary: "Not implemented: its meaning is not published.",
        failures: "always an error",
        examples: &[],
        takes_pattern: false,
        run: reduce,
    },
];

#[expect(clippy::needless_pass_by_value, reason = "the shape of Run")]
fn includes<'v>(arguments: Arguments<'v>, at: Environment<'v>) -> Result<Val<'v>, Stop> {
    membership(&arguments, at, |hits| !hits.contains(&false))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of Run")]
fn includes_some<'v>(arguments: Arguments<'v>, at: Environment<'v>) -> Result<Val<'v>, Stop> {
    membership(&arguments, at, |hits| hits.contains(&true))
}

/// Fingerprints make this linear, where comparing each with each would eat up the steps.
fn membership<'v>(
    arguments: &Arguments<'v>,
    at: Environment<'v>,
    decide: fn(&[bool]) -> bool,
) -> Result<Val<'v>, Stop> {
    let (Some(list), Some(wanted)) = (arguments.list(0), arguments.value(1)) else {
        return Ok(Val::bool(false));
    };
    if list.is_empty() || arguments.get(1).is_blank() {
        return Ok(Val::bool(false));
    }
    let prints = |items: &[Value]| -> Result<Vec<String>, Error> {
        items
            .iter()
            .map(|item| fingerprint(item, at.meter))
            .collect()
    };
    let wanted = match wanted {
        Value::Array(wanted) => prints(wanted)?,
        single => vec![fingerprint(single, at.meter)?],
    };
    let held: HashSet<String> = prints(list)?.into_iter().collect();
    let hits: Vec<bool> = wanted.iter().map(|print| held.contains(print)).collect();
    Ok(Val::bool(decide(&hits)))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of Run")]
fn keys<'v>(arguments: Arguments<'v>, at: Environment<'v>) -> Result<Val<'v>, Stop> {
    let mut keys = Vec::new();
    for key in arguments
        .value(0)
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(Map::keys)
    {
        at.meter.step()?;
        at.meter.bytes(NODE_BYTES + key.len())?;
        keys.push(Value::String(key.clone()));
    }
    Ok(Val::Own(Value::Array(keys)))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of Run")]
fn values<'v>(arguments: Arguments<'v>, at: Environment<'v>) -> Result<Val<'v>, Stop> {
    let mut values = Vec::new();
    for value in arguments
        .value(0)
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(Map::values)
    {
        at.meter.step()?;
        values.push(at.meter.copy(value)?);
    }
    Ok(Val::Own(Value::Array(values)))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of Run")]
fn dedupe<'v>(arguments: Arguments<'v>, at: Environment<'v>) -> Result<Val<'v>, Stop> {
    let Some(list) = arguments.list(0) else {
        return Ok(Val::Missing);
    };
    let mut seen = HashSet::new();
    let mut kept = Vec::new();
    for item in list {
        if seen.insert(fingerprint(item, at.meter)?) {
            kept.push(at.meter.copy(item)?);
        }
    }
    Ok(Val::Own(Value::Array(kept)))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of Run")]
fn join<'v>(arguments: Arguments<'v>, at: Environment<'v>) -> Result<Val<'v>, Stop> {
    let Some(list) = arguments.list(0) else {
        return Ok(Val::Missing);
    };
    let separator = arguments.text_or(1, ",", at.meter)?;
    let mut out = String::new();
    for (index, item) in list.iter().enumerate() {
        at.meter.step()?;
        if index > 0 {
            at.meter.bytes(separator.len())?;
            out.push_str(&separator);
        }
        if !item.is_null() {
            write_text(item, &mut out, at.meter, 1)?;
        }
    }
    Ok(Val::text(out))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of Run")]
fn zip_object<'v>(arguments: Arguments<'v>, at: Environment<'v>) -> Result<Val<'v>, Stop> {
    let (Some(keys), Some(values)) = (arguments.list(0), arguments.list(1)) else {
        return Ok(Val::Missing);
    };
    let mut map = Map::new();
    for (key, value) in keys.iter().zip(values) {
        at.meter.step()?;
        map.insert(to_text(key, at.meter)?, at.meter.copy(value)?);
    }
    Ok(Val::Own(Value::Object(map)))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of Run")]
fn group_by<'v>(arguments: Arguments<'v>, at: Environment<'v>) -> Result<Val<'v>, Stop> {
    let (Some(list), Some(key)) = (arguments.list(0), arguments.text(1, at.meter)?) else {
        return Ok(Val::Missing);
    };
    let mut groups = Map::new();
    for item in list {
        at.meter.step()?;
        let group = match property(item, &key).as_value() {
            Some(value) => to_text(value, at.meter)?,
            None => "undefined".to_owned(),
        };
        let item = at.meter.copy(item)?;
        at.meter.bytes(NODE_BYTES)?;
        match groups
            .entry(group)
            .or_insert_with(|| Value::Array(Vec::new()))
        {
            Value::Array(members) => members.push(item),
            other => *other = item,
        }
    }
    Ok(Val::Own(Value::Object(groups)))
}

fn reduce<'v>(_: Arguments<'v>, _: Environment<'v>) -> Result<Val<'v>, Stop> {
    Err(Error::new(Detail::Unimplemented("reduce")).into())
}
