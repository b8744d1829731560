//! What a function is given.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::pattern::Pattern;
use crate::error::{Error, Stop};
use crate::limits::Meter;
use crate::number;
use crate::value::{Val, to_number, to_text};

/// The budgets and the time of the evaluation.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Environment<'v> {
    pub(crate) meter: &'v Meter,
    pub(crate) now: DateTime<Utc>,
}

/// The computed arguments of a call.
#[derive(Debug)]
pub(crate) struct Arguments<'v> {
    values: Vec<Val<'v>>,
    pattern: Option<&'v Pattern>,
}

impl<'v> Arguments<'v> {
    pub(crate) fn new(values: Vec<Val<'v>>, pattern: Option<&'v Pattern>) -> Self {
        Self { values, pattern }
    }

    /// The compiled second argument, if it was a literal.
    pub(crate) fn pattern(&self) -> Option<&'v Pattern> {
        self.pattern
    }

    pub(crate) fn get(&self, index: usize) -> &Val<'v> {
        self.values.get(index).unwrap_or(&Val::Missing)
    }

    pub(crate) fn value(&self, index: usize) -> Option<&Value> {
        self.get(index).as_value()
    }

    /// A list argument; anything else is none.
    pub(crate) fn list(&self, index: usize) -> Option<&Vec<Value>> {
        self.value(index).and_then(Value::as_array)
    }

    /// The text form of an argument; null and missing have none.
    pub(crate) fn text(&self, index: usize, meter: &Meter) -> Result<Option<String>, Error> {
        match self.value(index) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => to_text(value, meter).map(Some),
        }
    }

    /// The text form of an optional argument, or `default`.
    pub(crate) fn text_or(
        &self,
        index: usize,
        default: &str,
        meter: &Meter,
    ) -> Result<String, Error> {
        Ok(self
            .text(index, meter)?
            .unwrap_or_else(|| default.to_owned()))
    }

    /// A count; what is not a number or below zero is zero.
    pub(crate) fn count(&self, index: usize, meter: &Meter) -> Result<usize, Error> {
        let number = to_number(self.value(index), meter)?;
        Ok(number::to_index(number.trunc()).unwrap_or(0))
    }
}

/// Runs `body` with the text of the first argument; without one the result is missing.
pub(crate) fn with_text<'v>(
    arguments: &Arguments<'v>,
    meter: &Meter,
    body: impl FnOnce(String) -> Result<Val<'v>, Stop>,
) -> Result<Val<'v>, Stop> {
    arguments.text(0, meter)?.map_or(Ok(Val::Missing), body)
}
