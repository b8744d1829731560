//! Nested values with expressions at their leaves.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::context::Context;
use crate::error::{Budget, Error};
use crate::expression::Expression;
use crate::limits::{MAX_NESTING, Meter, NODE_BYTES};

/// A value whose text leaves are expressions; keys never are.
///
/// A field whose expression is missing is left out; an element of a list is null then, so that the
/// others keep their places. All leaves share one set of budgets.
///
/// ```
/// use linkyard_expr::{Context, Template};
/// use serde_json::json;
///
/// let inputs = json!({"name": "Ada"});
/// let template = Template::compile(&json!({"who": "$.inputs.name", "age": "$.inputs.age"}))?;
/// let context = Context::new(chrono::DateTime::UNIX_EPOCH).with("inputs", &inputs);
/// assert_eq!(template.evaluate(&context)?, Some(json!({"who": "Ada"})));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Template {
    root: Node,
}

/// A leaf of a template that is not an expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the expression is not valid: {source}")]
pub struct TemplateError {
    /// Where the leaf is, such as `body.items[0]`; empty at the top.
    pub path: String,
    /// What is wrong with it.
    pub source: Error,
}

#[derive(Debug, Clone)]
enum Node {
    Constant(Value),
    Leaf(Box<Leaf>),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

#[derive(Debug, Clone)]
struct Leaf {
    path: String,
    expression: Result<Expression, Error>,
}

/// What becomes of a leaf that cannot be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OnError {
    Fail,
    Null,
}

impl Template {
    /// Parses every text leaf.
    ///
    /// # Errors
    ///
    /// The first leaf that is not an expression, or that is nested too deep.
    pub fn compile(value: &Value) -> Result<Self, TemplateError> {
        let (template, errors) = Self::compile_lenient(value);
        errors.into_iter().next().map_or(Ok(template), Err)
    }

    /// Parses every text leaf and keeps going: a leaf that is not an expression is null in
    /// [`evaluate_safe`](Self::evaluate_safe) and an error in [`evaluate`](Self::evaluate).
    pub fn compile_lenient(value: &Value) -> (Self, Vec<TemplateError>) {
        let mut errors = Vec::new();
        let root = compile(value, &mut String::new(), 1, &mut errors);
        (Self { root }, errors)
    }

    /// Computes the value; the first leaf that fails ends it.
    ///
    /// # Errors
    ///
    /// As for [`Expression::evaluate`]; the error names the field.
    pub fn evaluate(&self, context: &Context<'_>) -> Result<Option<Value>, Error> {
        let meter = Meter::new(context.limits());
        evaluate(&self.root, context, &meter, OnError::Fail)
    }

    /// Computes the value; a leaf that fails is null.
    ///
    /// # Errors
    ///
    /// Of kind `Limit` only, as a budget is never ignored; the error names the field.
    pub fn evaluate_safe(&self, context: &Context<'_>) -> Result<Option<Value>, Error> {
        let meter = Meter::new(context.limits());
        evaluate(&self.root, context, &meter, OnError::Null)
    }

    /// The names at the top of the context that any leaf can read; `*` when one can read all.
    pub fn variables(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        each_expression(&self.root, &mut |expression| {
            names.extend(expression.variables());
        });
        names
    }

    /// The ids that follow `steps.` in any leaf.
    pub fn step_references(&self) -> BTreeSet<String> {
        let mut ids = BTreeSet::new();
        each_expression(&self.root, &mut |expression| {
            ids.extend(expression.step_references());
        });
        ids
    }
}

fn compile(
    value: &Value,
    path: &mut String,
    depth: usize,
    errors: &mut Vec<TemplateError>,
) -> Node {
    match value {
        _ if depth > MAX_NESTING => leaf(path, Err(Error::limit(Budget::Depth)), errors),
        Value::String(text) => leaf(path, Expression::parse(text), errors),
        Value::Array(items) => Node::List(
            items
                .iter()
                .enumerate()
                .map(|(index, item)| {
                    within(path, &format!("[{index}]"), |path| {
                        compile(item, path, depth + 1, errors)
                    })
                })
                .collect(),
        ),
        Value::Object(map) => Node::Map(
            map.iter()
                .map(|(key, item)| {
                    let link = if path.is_empty() {
                        key.clone()
                    } else {
                        format!(".{key}")
                    };
                    let node = within(path, &link, |path| compile(item, path, depth + 1, errors));
                    (key.clone(), node)
                })
                .collect(),
        ),
        Value::Null | Value::Bool(_) | Value::Number(_) => Node::Constant(value.clone()),
    }
}

fn within<T>(path: &mut String, link: &str, body: impl FnOnce(&mut String) -> T) -> T {
    let length = path.len();
    path.push_str(link);
    let result = body(path);
    path.truncate(length);
    result
}

fn leaf(
    path: &str,
    expression: Result<Expression, Error>,
    errors: &mut Vec<TemplateError>,
) -> Node {
    if let Err(error) = &expression {
        errors.push(TemplateError {
            path: path.to_owned(),
            source: error.clone(),
        });
    }
    Node::Leaf(Box::new(Leaf {
        path: path.to_owned(),
        expression,
    }))
}

fn evaluate(
    node: &Node,
    context: &Context<'_>,
    meter: &Meter,
    on_error: OnError,
) -> Result<Option<Value>, Error> {
    meter.step()?;
    match node {
        Node::Constant(value) => Ok(Some(value.clone())),
        Node::Leaf(leaf) => {
            let expression = leaf.expression.as_ref().map_err(Clone::clone);
            let result = expression.and_then(|leaf| leaf.evaluate_metered(context, meter));
            match result {
                Err(error) if on_error == OnError::Fail || error.is_limit() => {
                    Err(error.in_field(&leaf.path))
                }
                Err(_) => Ok(Some(Value::Null)),
                Ok(value) => Ok(value),
            }
        }
        Node::List(items) => {
            let mut list = Vec::with_capacity(items.len());
            for item in items {
                meter.bytes(NODE_BYTES)?;
                list.push(evaluate(item, context, meter, on_error)?.unwrap_or_default());
            }
            Ok(Some(Value::Array(list)))
        }
        Node::Map(entries) => {
            let mut map = Map::new();
            for (key, item) in entries {
                meter.bytes(NODE_BYTES + key.len())?;
                if let Some(value) = evaluate(item, context, meter, on_error)? {
                    map.insert(key.clone(), value);
                }
            }
            Ok(Some(Value::Object(map)))
        }
    }
}

fn each_expression(node: &Node, visit: &mut impl FnMut(&Expression)) {
    match node {
        Node::Constant(_) => {}
        Node::Leaf(leaf) => leaf.expression.iter().for_each(visit),
        Node::List(items) => items.iter().for_each(|item| each_expression(item, visit)),
        Node::Map(entries) => entries
            .iter()
            .for_each(|(_, item)| each_expression(item, visit)),
    }
}
