//! One text at a place where an expression may stand.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::context::Context;
use crate::error::Error;
use crate::interpolation::Interpolation;
use crate::jexl::{self, Expr, Reads};
use crate::limits::Meter;
use crate::path::{JsonPath, Root};

/// A parsed expression: a literal, a JSONPath (`$.a.b`), an interpolation (`a ${b} c`) or an
/// expression in double braces (`{{ a + b }}`).
///
/// ```
/// use linkyard_expr::{Context, Expression};
///
/// let inputs = serde_json::json!({"first": "Ada", "tags": []});
/// let context = Context::new(chrono::DateTime::UNIX_EPOCH).with("inputs", &inputs);
/// let greeting = Expression::parse("Hello ${inputs.first}!")?;
/// assert_eq!(greeting.evaluate(&context)?, Some("Hello Ada!".into()));
/// assert!(Expression::parse("{{ present($.inputs.tags) }}")?.is_true(&context)?);
/// # Ok::<(), linkyard_expr::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Expression {
    text: String,
    form: Form,
}

#[derive(Debug, Clone)]
enum Form {
    Literal,
    Path(JsonPath),
    Interpolation(Interpolation),
    Tree(Expr),
}

impl Expression {
    /// Parses a text as connector files mean it; a text in no other form is a literal.
    ///
    /// # Errors
    ///
    /// Of kind `Syntax` when the text has the form of an expression and is not one, of kind
    /// `Limit` when it is too long or nested too deep.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Ok(Self {
            text: text.to_owned(),
            form: Form::parse(text)?,
        })
    }

    /// Parses the inside of `{{ }}` where it stands without braces.
    ///
    /// # Errors
    ///
    /// As for [`parse`](Self::parse).
    pub fn parse_bare(text: &str) -> Result<Self, Error> {
        let source = Source::new(text, text.trim());
        Ok(Self {
            text: text.to_owned(),
            form: source.tree()?,
        })
    }

    /// Computes the value; `None` is missing, which is not null.
    ///
    /// # Errors
    ///
    /// Of kind `Limit` when a budget is used up, of kind `Evaluation` when a function cannot be
    /// computed, of kind `Syntax` when a computed pattern is not valid.
    pub fn evaluate(&self, context: &Context<'_>) -> Result<Option<Value>, Error> {
        self.evaluate_metered(context, &Meter::new(context.limits()))
    }

    pub(crate) fn evaluate_metered(
        &self,
        context: &Context<'_>,
        meter: &Meter,
    ) -> Result<Option<Value>, Error> {
        match &self.form {
            Form::Literal => {
                meter.bytes(self.text.len())?;
                Ok(Some(Value::String(self.text.clone())))
            }
            Form::Path(path) => path.find(Root::Context(context), meter)?.into_value(meter),
            Form::Interpolation(parts) => parts.evaluate(context, meter).map(Some),
            Form::Tree(tree) => jexl::evaluate_tree(tree, context, meter)?.into_value(meter),
        }
    }

    /// Whether the value is exactly `true`, as conditions require.
    ///
    /// # Errors
    ///
    /// As for [`evaluate`](Self::evaluate).
    pub fn is_true(&self, context: &Context<'_>) -> Result<bool, Error> {
        Ok(self.evaluate(context)? == Some(Value::Bool(true)))
    }

    /// Whether the text stands for itself.
    pub fn is_literal(&self) -> bool {
        matches!(self.form, Form::Literal)
    }

    /// The text as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The names at the top of the context that the expression can read; `*` when it can read all.
    pub fn variables(&self) -> BTreeSet<String> {
        self.reads().variables
    }

    /// The ids that follow `steps.`.
    pub fn step_references(&self) -> BTreeSet<String> {
        self.reads().steps
    }

    pub(crate) fn reads(&self) -> Reads {
        let mut reads = Reads::default();
        match &self.form {
            Form::Literal => {}
            Form::Path(path) => path.reads(&mut reads),
            Form::Interpolation(parts) => parts.reads(&mut reads),
            Form::Tree(tree) => reads.tree(tree),
        }
        reads
    }
}

impl Form {
    fn parse(text: &str) -> Result<Self, Error> {
        let trimmed = text.trim();
        let inside = trimmed
            .strip_prefix("{{")
            .and_then(|rest| rest.strip_suffix("}}"));
        let source = Source::new(text, inside.unwrap_or(trimmed).trim());
        if let Some(parts) = source.interpolation()? {
            return Ok(Self::Interpolation(parts));
        }
        if inside.is_some() {
            return source.tree();
        }
        if trimmed.starts_with('$') {
            let start = source.start;
            let path = JsonPath::parse(trimmed);
            return path
                .map(Self::Path)
                .map_err(|error| error.map_position(|at| at + start));
        }
        Ok(Self::Literal)
    }
}

/// A part of a text without its `$.`, which knows where each byte was.
struct Source {
    text: String,
    /// Where the part starts in the whole text.
    start: usize,
    /// Bytes of the stripped text before which a `$.` was removed.
    cuts: Vec<usize>,
}

impl Source {
    /// `part` must be a slice of `whole`.
    fn new(whole: &str, part: &str) -> Self {
        let start = part.as_ptr().addr().saturating_sub(whole.as_ptr().addr());
        let mut text = String::with_capacity(part.len());
        let mut cuts = Vec::new();
        for (index, piece) in part.split("$.").enumerate() {
            if index > 0 {
                cuts.push(text.len());
            }
            text.push_str(piece);
        }
        Self { text, start, cuts }
    }

    fn original(&self, position: usize) -> usize {
        let removed = self.cuts.iter().filter(|cut| **cut <= position).count() * "$.".len();
        self.start + position + removed
    }

    fn tree(&self) -> Result<Form, Error> {
        let tree = jexl::parse(&self.text);
        tree.map(Form::Tree)
            .map_err(|error| error.map_position(|at| self.original(at)))
    }

    fn interpolation(&self) -> Result<Option<Interpolation>, Error> {
        let parts = Interpolation::parse(&self.text);
        parts.map_err(|error| error.map_position(|at| self.original(at)))
    }
}
