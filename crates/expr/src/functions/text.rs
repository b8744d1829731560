//! Text.

use super::arguments::with_text;
use super::{Arguments, Environment, Function};
use crate::error::Stop;
use crate::value::Val;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "capitalize",
        parameters: &["text"],
        summary: "The text with its first letter in upper case and the rest unchanged.",
        failures: "missing when there is no text",
        examples: &[
            ("capitalize(\"full Time\")", "\"Full Time\""),
            ("capitalize(\"\")", "\"\""),
        ],
        takes_pattern: false,
        run: capitalize,
    },
    Function {
        name: "truncate",
        parameters: &["text", "length", "suffix?"],
        summary: "The first characters of a text; a suffix follows when something was cut off.",
        failures: "missing when there is no text",
        examples: &[
            ("truncate(\"abcdef\", 3, \"…\")", "\"abc…\""),
            ("truncate(\"abc\", 3)", "\"abc\""),
        ],
        takes_pattern: false,
        run: truncate,
    },
    Function {
        name: "padStart",
        parameters: &["text", "length", "fill?"],
        summary: "The text filled up in front to a length in characters, with spaces by default.",
        failures: "missing when there is no text",
        examples: &[
            ("padStart(7, 3, \"0\")", "\"007\""),
            ("padStart(\"abcd\", 2)", "\"abcd\""),
        ],
        takes_pattern: false,
        run: pad_start,
    },
];

#[expect(clippy::needless_pass_by_value, reason = "the shape of Run")]
fn capitalize<'v>(arguments: Arguments<'v>, at: Environment<'v>) -> Result<Val<'v>, Stop> {
    with_text(&arguments, at.meter, |text| {
        let mut rest = text.chars();
        let first = rest.next();
        at.meter.bytes(text.len())?;
        let upper = first.into_iter().flat_map(char::to_uppercase);
        Ok(Val::text(upper.chain(rest).collect::<String>()))
    })
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of Run")]
fn truncate<'v>(arguments: Arguments<'v>, at: Environment<'v>) -> Result<Val<'v>, Stop> {
    let length = arguments.count(1, at.meter)?;
    let suffix = arguments.text_or(2, "", at.meter)?;
    with_text(&arguments, at.meter, |mut text| {
        if let Some((cut, _)) = text.char_indices().nth(length) {
            text.truncate(cut);
            text.push_str(&suffix);
        }
        Ok(Val::text(text))
    })
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of Run")]
fn pad_start<'v>(arguments: Arguments<'v>, at: Environment<'v>) -> Result<Val<'v>, Stop> {
    let length = arguments.count(1, at.meter)?;
    let fill = arguments.text_or(2, " ", at.meter)?;
    with_text(&arguments, at.meter, |text| {
        let short = length.saturating_sub(text.chars().count());
        if short == 0 || fill.is_empty() {
            return Ok(Val::text(text));
        }
        at.meter
            .bytes(short.saturating_mul(4).saturating_add(text.len()))?;
        let mut padded: String = fill.chars().cycle().take(short).collect();
        padded.push_str(&text);
        Ok(Val::text(padded))
    })
}
