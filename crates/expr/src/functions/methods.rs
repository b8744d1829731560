//! Methods of texts and lists, for expressions such as `name.toUpperCase()`.

use serde_json::Value;

use super::arguments::with_text;
use super::{Arguments, Environment, Run};
use crate::error::Stop;
use crate::limits::NODE_BYTES;
use crate::number;
use crate::value::{Val, strict_equal, to_number, to_text};

/// A method; its receiver is the first argument.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Method(Run);

impl Method {
    pub(crate) fn call<'v>(
        self,
        arguments: Arguments<'v>,
        at: Environment<'v>,
    ) -> Result<Val<'v>, Stop> {
        match arguments.value(0) {
            None | Some(Value::Null) => Ok(Val::Missing),
            Some(_) => (self.0)(arguments, at),
        }
    }
}

const METHODS: &[(&str, Run)] = &[
    ("toUpperCase", |arguments, at| {
        mapped(&arguments, at, str::to_uppercase)
    }),
    ("toLowerCase", |arguments, at| {
        mapped(&arguments, at, str::to_lowercase)
    }),
    ("trim", |arguments, at| {
        mapped(&arguments, at, |text| text.trim().to_owned())
    }),
    ("toString", |arguments, at| {
        with_text(&arguments, at.meter, |text| Ok(Val::text(text)))
    }),
    ("startsWith", |arguments, at| {
        tested(&arguments, at, |text, part| text.starts_with(part))
    }),
    ("endsWith", |arguments, at| {
        tested(&arguments, at, |text, part| text.ends_with(part))
    }),
    ("includes", includes),
    ("split", split),
    ("join", |arguments, at| match super::find("join") {
        Some(join) => (join.run)(arguments, at),
        None => Ok(Val::Missing),
    }),
    ("replace", |arguments, at| replaced(&arguments, at, 1)),
    ("replaceAll", |arguments, at| {
        replaced(&arguments, at, usize::MAX)
    }),
    ("slice", |arguments, at| cut(&arguments, at, from_end)),
    ("substring", |arguments, at| {
        cut(&arguments, at, |place, _| place.max(0.0))
    }),
];

pub(crate) fn method(name: &str) -> Option<Method> {
    METHODS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, run)| Method(*run))
}

fn mapped<'v>(
    arguments: &Arguments<'v>,
    at: Environment<'v>,
    map: fn(&str) -> String,
) -> Result<Val<'v>, Stop> {
    with_text(arguments, at.meter, |text| {
        at.meter.bytes(text.len())?;
        Ok(Val::text(map(&text)))
    })
}

fn tested<'v>(
    arguments: &Arguments<'v>,
    at: Environment<'v>,
    test: fn(&str, &str) -> bool,
) -> Result<Val<'v>, Stop> {
    let part = arguments.text_or(1, "", at.meter)?;
    with_text(arguments, at.meter, |text| {
        Ok(Val::bool(test(&text, &part)))
    })
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of Run")]
fn includes<'v>(arguments: Arguments<'v>, at: Environment<'v>) -> Result<Val<'v>, Stop> {
    let Some(items) = arguments.list(0) else {
        return tested(&arguments, at, |text, part| text.contains(part));
    };
    for item in items {
        if let Some(wanted) = arguments.value(1)
            && strict_equal(item, wanted, at.meter, 1)?
        {
            return Ok(Val::bool(true));
        }
    }
    Ok(Val::bool(false))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of Run")]
fn split<'v>(arguments: Arguments<'v>, at: Environment<'v>) -> Result<Val<'v>, Stop> {
    let separator = arguments.text(1, at.meter)?;
    with_text(&arguments, at.meter, |text| {
        let pieces: Box<dyn Iterator<Item = String>> = match separator.as_deref() {
            None => Box::new(std::iter::once(text.clone())),
            Some("") => Box::new(text.chars().map(String::from)),
            Some(separator) => Box::new(text.split(separator).map(str::to_owned)),
        };
        let mut list = Vec::new();
        for piece in pieces {
            at.meter.step()?;
            at.meter.bytes(NODE_BYTES + piece.len())?;
            list.push(Value::String(piece));
        }
        Ok(Val::Own(Value::Array(list)))
    })
}

fn replaced<'v>(
    arguments: &Arguments<'v>,
    at: Environment<'v>,
    most: usize,
) -> Result<Val<'v>, Stop> {
    let old = arguments.text_or(1, "", at.meter)?;
    let new = arguments.text_or(2, "", at.meter)?;
    with_text(arguments, at.meter, |text| {
        let hits = text.matches(old.as_str()).take(most).count();
        at.meter
            .bytes(text.len().saturating_add(hits.saturating_mul(new.len())))?;
        Ok(Val::text(text.replacen(old.as_str(), &new, most)))
    })
}

/// `slice` counts negative places from the end.
fn from_end(place: f64, length: f64) -> f64 {
    if place < 0.0 {
        (place + length).max(0.0)
    } else {
        place
    }
}

/// The part between two places, in characters of a text or elements of a list.
fn cut<'v>(
    arguments: &Arguments<'v>,
    at: Environment<'v>,
    place: fn(f64, f64) -> f64,
) -> Result<Val<'v>, Stop> {
    let bounds = |length: usize| -> Result<(usize, usize), Stop> {
        let size = number::from_count(length);
        let bound = |index: usize, default: f64| -> Result<usize, Stop> {
            let asked = match arguments.value(index) {
                None => default,
                some => to_number(some, at.meter)?,
            };
            Ok(number::to_index(place(asked, size).trunc())
                .unwrap_or(0)
                .min(length))
        };
        let (start, end) = (bound(1, 0.0)?, bound(2, size)?);
        Ok((start, end.saturating_sub(start)))
    };
    match arguments.value(0) {
        Some(Value::Array(items)) => {
            let (start, count) = bounds(items.len())?;
            let part = items.iter().skip(start).take(count);
            let part: Result<_, _> = part.map(|item| at.meter.copy(item)).collect();
            Ok(Val::Own(Value::Array(part?)))
        }
        Some(value) => {
            let text = to_text(value, at.meter)?;
            let (start, count) = bounds(text.chars().count())?;
            Ok(Val::text(
                text.chars().skip(start).take(count).collect::<String>(),
            ))
        }
        None => Ok(Val::Missing),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::{Context, Expression};

    #[test]
    fn methods_give_what_scripts_expect() {
        let cases: [(&str, Value); 17] = [
            ("\"aß\".toUpperCase()", json!("ASS")),
            ("\"AB\".toLowerCase()", json!("ab")),
            ("\" a \".trim()", json!("a")),
            ("5.toString()", json!("5")),
            ("\"abc\".startsWith(\"ab\")", json!(true)),
            ("\"abc\".endsWith(\"ab\")", json!(false)),
            ("\"abc\".includes(\"b\")", json!(true)),
            ("[1, 2].includes(2)", json!(true)),
            ("\"a-b\".split(\"-\")", json!(["a", "b"])),
            ("\"ab\".split(\"\")", json!(["a", "b"])),
            ("[1, 2].join(\"+\")", json!("1+2")),
            ("\"aa\".replace(\"a\", \"b\")", json!("ba")),
            ("\"aa\".replaceAll(\"a\", \"b\")", json!("bb")),
            ("\"abcd\".slice(-2)", json!("cd")),
            ("\"abcd\".substring(1, 3)", json!("bc")),
            ("[1, 2, 3].slice(1)", json!([2, 3])),
            ("nothing.trim()", json!(null)),
        ];
        for (text, expected) in cases {
            let expression = Expression::parse_bare(text).unwrap();
            let result = expression
                .evaluate(&Context::new(chrono::DateTime::UNIX_EPOCH))
                .unwrap();
            assert_eq!(result.unwrap_or_default(), expected, "{text}");
        }
    }
}
