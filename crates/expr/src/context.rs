//! What an expression can see.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::limits::Limits;

/// The named values an expression reads, the time it takes for now, and its budgets.
///
/// Values are borrowed: reading one field of a large variable copies that field only.
///
/// ```
/// use linkyard_expr::{Context, Expression};
///
/// let inputs = serde_json::json!({"name": "Ada"});
/// let context = Context::new(chrono::DateTime::UNIX_EPOCH).with("inputs", &inputs);
/// let name = Expression::parse("$.inputs.name")?.evaluate(&context)?;
/// assert_eq!(name, Some("Ada".into()));
/// # Ok::<(), linkyard_expr::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Context<'a> {
    now: DateTime<Utc>,
    limits: Limits,
    variables: Vec<(&'a str, &'a Value)>,
}

impl<'a> Context<'a> {
    /// A context without variables and with the default budgets.
    pub fn new(now: DateTime<Utc>) -> Self {
        Self {
            now,
            limits: Limits::default(),
            variables: Vec::new(),
        }
    }

    /// Adds a variable. A later one of the same name wins.
    #[must_use]
    pub fn with(mut self, name: &'a str, value: &'a Value) -> Self {
        self.variables.retain(|(known, _)| *known != name);
        self.variables.push((name, value));
        self
    }

    /// Adds every field of an object as a variable, as record contexts need; anything else adds
    /// nothing.
    #[must_use]
    pub fn with_fields(mut self, record: &'a Value) -> Self {
        for (name, value) in record.as_object().into_iter().flatten() {
            self = self.with(name, value);
        }
        self
    }

    /// Replaces the budgets.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The budgets of an evaluation in this context.
    pub fn limits(&self) -> Limits {
        self.limits
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.now
    }

    pub(crate) fn get(&self, name: &str) -> Option<&'a Value> {
        self.variables
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| *value)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'a str, &'a Value)> + '_ {
        self.variables.iter().copied()
    }
}
