//! Regular expressions, matched in time linear in the text.

use std::borrow::Cow;

use regex::{Regex, RegexBuilder};

use super::arguments::with_text;
use super::{Arguments, Environment, Function};
use crate::error::{Budget, Detail, Error, Stop};
use crate::limits::Meter;
use crate::value::Val;

/// The longest pattern, in bytes.
const MAX_PATTERN_BYTES: usize = 1024;

/// The largest compiled pattern, in bytes.
const MAX_COMPILED_BYTES: usize = 1024 * 1024;

/// The largest cache of a matcher, in bytes: one that is too small makes hard patterns slow.
const MAX_CACHE_BYTES: usize = 8 * 1024 * 1024;

/// Bytes of text that count as one step, as a match cannot be interrupted.
const BYTES_PER_STEP: usize = 64;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "regexMatch",
        parameters: &["text", "pattern"],
        summary: "Whether the pattern is found in the text.",
        failures: "false when there is no text; an error when the pattern is not valid",
        examples: &[
            ("regexMatch(\"A-12\", \"^[A-Z]-\\d+$\")", "true"),
            ("regexMatch(nothing, \"a\")", "false"),
        ],
        takes_pattern: true,
        run: regex_match,
    },
    Function {
        name: "extractMatch",
        parameters: &["text", "pattern", "group?"],
        summary: "The first match: the given group, else group 1 if the pattern has one, else all.",
        failures: "missing when nothing is found; an error when the pattern is not valid",
        examples: &[
            ("extractMatch(\"id=42;\", \"id=(\\d+)\")", "\"42\""),
            ("extractMatch(\"id=42;\", \"id=(\\d+)\", 0)", "\"id=42\""),
            ("extractMatch(\"id=42;\", \"x\")", "null"),
        ],
        takes_pattern: true,
        run: extract_match,
    },
];

/// Compiles a pattern within its budgets.
pub(crate) fn compile(pattern: &str) -> Result<Regex, Detail> {
    if pattern.len() > MAX_PATTERN_BYTES {
        return Err(Detail::Limit(Budget::PatternLength));
    }
    RegexBuilder::new(pattern)
        .size_limit(MAX_COMPILED_BYTES)
        .dfa_size_limit(MAX_CACHE_BYTES)
        .build()
        .map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => Detail::Limit(Budget::PatternSize),
            _ => Detail::BadPattern,
        })
}

/// The compiled pattern of a call; one that is not a literal is compiled now.
fn pattern<'v>(arguments: &Arguments<'v>, meter: &Meter) -> Result<Option<Cow<'v, Regex>>, Error> {
    if let Some(pattern) = arguments.pattern() {
        return Ok(Some(Cow::Borrowed(pattern)));
    }
    let Some(text) = arguments.text(1, meter)? else {
        return Ok(None);
    };
    meter.steps(text.len())?;
    compile(&text)
        .map(|pattern| Some(Cow::Owned(pattern)))
        .map_err(Error::new)
}

fn charge(text: &str, meter: &Meter) -> Result<(), Error> {
    meter.steps(text.len() / BYTES_PER_STEP)?;
    meter.check_time()
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of Run")]
fn regex_match<'v>(arguments: Arguments<'v>, at: Environment<'v>) -> Result<Val<'v>, Stop> {
    let Some(pattern) = pattern(&arguments, at.meter)? else {
        return Ok(Val::bool(false));
    };
    let Some(text) = arguments.text(0, at.meter)? else {
        return Ok(Val::bool(false));
    };
    charge(&text, at.meter)?;
    Ok(Val::bool(pattern.is_match(&text)))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of Run")]
fn extract_match<'v>(arguments: Arguments<'v>, at: Environment<'v>) -> Result<Val<'v>, Stop> {
    let Some(pattern) = pattern(&arguments, at.meter)? else {
        return Ok(Val::Missing);
    };
    let default = usize::from(pattern.captures_len() > 1);
    let group = if arguments.get(2).is_nullish() {
        default
    } else {
        arguments.count(2, at.meter)?
    };
    with_text(&arguments, at.meter, |text| {
        charge(&text, at.meter)?;
        let found = pattern
            .captures(&text)
            .and_then(|captures| captures.get(group));
        Ok(found.map_or(Val::Missing, |found| Val::text(found.as_str())))
    })
}
