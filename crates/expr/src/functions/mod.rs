//! Functions that expressions can call, a file for each group.
//!
//! A function is one entry of its group's table: name, parameters, meaning, failures and examples,
//! which a test runs. To add one, write its entry and its `run` in the file it belongs to.

mod arguments;
pub mod dates;
mod encoding;
mod lists;
mod methods;
pub(crate) mod pattern;
mod presence;
mod text;

pub(crate) use arguments::{Arguments, Environment};
pub(crate) use methods::{Method, method};

use crate::error::Stop;
use crate::value::Val;

/// How a function is computed.
pub(crate) type Run = for<'v> fn(Arguments<'v>, Environment<'v>) -> Result<Val<'v>, Stop>;

/// A function of the expression language, with its documentation.
#[derive(Debug)]
pub struct Function {
    /// The name it is called by.
    pub name: &'static str,
    /// The parameters in order; a `?` marks those that can be left out.
    pub parameters: &'static [&'static str],
    /// What it gives, in one sentence.
    pub summary: &'static str,
    /// What it gives when it cannot be computed.
    pub failures: &'static str,
    /// Expressions (the inside of `{{ }}`) and their results as JSON.
    pub examples: &'static [(&'static str, &'static str)],
    pub(crate) takes_pattern: bool,
    pub(crate) run: Run,
}

const GROUPS: [&[Function]; 6] = [
    presence::FUNCTIONS,
    lists::FUNCTIONS,
    text::FUNCTIONS,
    pattern::FUNCTIONS,
    encoding::FUNCTIONS,
    dates::FUNCTIONS,
];

/// All functions, by group.
pub fn all() -> impl Iterator<Item = &'static Function> {
    GROUPS.into_iter().flatten()
}

pub(crate) fn find(name: &str) -> Option<&'static Function> {
    all().find(|function| function.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use chrono::{TimeZone, Utc};
    use serde_json::Value;

    use super::all;
    use crate::{Context, Expression};

    #[test]
    fn examples_of_every_function_hold() {
        let now = Utc.with_ymd_and_hms(2026, 11, 24, 12, 30, 0).unwrap();
        for function in all() {
            assert!(!function.examples.is_empty() || function.name == "reduce");
            for (text, expected) in function.examples {
                let expression = Expression::parse_bare(text).unwrap();
                let result = expression.evaluate(&Context::new(now)).unwrap();
                let expected: Value = serde_json::from_str(expected).unwrap();
                assert_eq!(result.unwrap_or_default(), expected, "{text}");
            }
        }
    }

    #[test]
    fn names_are_unique() {
        let names: BTreeSet<_> = all().map(|function| function.name).collect();
        assert_eq!(names.len(), all().count());
    }

    #[test]
    fn functions_bear_any_arguments() {
        let values = [
            "",
            "null",
            "1.5",
            "\"\"",
            "\"2024-02-29\"",
            "[1, [2], {a: 1}]",
            "{a: 1}",
        ];
        for function in all().filter(|function| function.name != "reduce") {
            for first in values {
                for second in values {
                    for third in ["", ", -1", ", 99999999999", ", \"x\""] {
                        let text = format!("{}({first}, {second}{third})", function.name);
                        if let Ok(expression) = Expression::parse_bare(&text) {
                            drop(expression.evaluate(&Context::new(chrono::DateTime::UNIX_EPOCH)));
                        }
                    }
                }
            }
        }
    }
}
