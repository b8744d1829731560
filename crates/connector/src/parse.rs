//! YAML text to a tree that knows where each node stands.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use serde_saphyr::{DuplicateKeyPolicy, MergeKeyPolicy, Spanned};

use crate::expand::Merged;
use crate::fault::{Fault, Faults, Severity};

/// Deepest nesting of a document.
const MAX_DEPTH: usize = 64;
/// Stack of the parsing thread.
const STACK_BYTES: usize = 64 << 20;
/// Most nodes of a document.
const MAX_NODES: usize = 100_000;

/// A value and where it stands in the merged text.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) kind: Kind,
}

/// What a [`Node`] is.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// A key with its value; keys may repeat until they are checked.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) value: Node,
}

impl Node {
    /// The node as plain data.
    pub(crate) fn to_json(&self) -> Value {
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Bool(value) => Value::Bool(*value),
            Kind::Number(value) => Value::Number(value.clone()),
            Kind::Text(value) => Value::String(value.clone()),
            Kind::List(items) => Value::Array(items.iter().map(Self::to_json).collect()),
            Kind::Map(entries) => Value::Object(
                entries
                    .iter()
                    .map(|e| (e.key.clone(), e.value.to_json()))
                    .collect::<Map<_, _>>(),
            ),
        }
    }

    /// What the node is, for messages.
    pub(crate) fn kind_name(&self) -> &'static str {
        match self.kind {
            Kind::Null => "nothing",
            Kind::Bool(_) => "true or false",
            Kind::Number(_) => "a number",
            Kind::Text(_) => "text",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a map",
        }
    }
}

/// Parses the merged text. A fault in the YAML itself ends the reading, so there is one at most.
///
/// The parser recurses with large frames, so it gets a stack that the deepest allowed document cannot exhaust, whatever
/// thread asks.
pub(crate) fn parse(merged: &Merged) -> Result<Node, Faults> {
    let failed = |why: &str| crate::load::whole(merged.origin(1, 1).0, "yaml", why.to_owned());
    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, || parse_here(merged))
            .map_err(|error| failed(&format!("no thread to parse with: {error}")))?
            .join()
            .unwrap_or_else(|_| Err(failed("the YAML parser failed")))
    })
}

fn parse_here(merged: &Merged) -> Result<Node, Faults> {
    let mut budget = serde_saphyr::Budget::default();
    budget.max_depth = MAX_DEPTH;
    budget.max_nodes = MAX_NODES;
    budget.max_aliases = 0;
    budget.max_anchors = 0;
    budget.max_documents = 1;
    let mut options = serde_saphyr::Options::default();
    options.budget = Some(budget);
    options.duplicate_keys = DuplicateKeyPolicy::PassThrough;
    options.merge_keys = MergeKeyPolicy::Error;
    options.strict_booleans = true;
    options.reject_unsupported_tags = true;
    options.with_snippet = false;
    serde_saphyr::from_str_with_options::<Spanned<Kind>>(&merged.text, options)
        .map(Node::from)
        .map_err(|error| Faults(vec![yaml_fault(merged, &error)]))
}

fn yaml_fault(merged: &Merged, error: &serde_saphyr::Error) -> Fault {
    let (line, column) = error
        .location()
        .map_or((1, 1), |at| (number(at.line()), number(at.column())));
    let (file, line, column) = merged.origin(line, column);
    let rule = match error.without_snippet() {
        serde_saphyr::Error::Budget { .. } => "yaml-limit",
        serde_saphyr::Error::MultipleDocuments { .. } => "second-document",
        _ => "yaml",
    };
    Fault {
        file: file.to_owned(),
        line,
        column,
        path: String::new(),
        rule,
        message: error.to_string(),
        severity: Severity::Error,
    }
}

fn number(value: u64) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

impl From<Spanned<Kind>> for Node {
    fn from(spanned: Spanned<Kind>) -> Self {
        Self {
            line: number(spanned.referenced.line()),
            column: number(spanned.referenced.column()),
            kind: spanned.value,
        }
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KindVisitor)
    }
}

struct KindVisitor;

impl<'de> Visitor<'de> for KindVisitor {
    type Value = Kind;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Kind, E> {
        Ok(Kind::Null)
    }

    fn visit_none<E>(self) -> Result<Kind, E> {
        Ok(Kind::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Kind, D::Error> {
        Kind::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Kind, E> {
        Ok(Kind::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Kind, E> {
        Ok(Kind::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Kind, E> {
        Ok(Kind::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Kind, E> {
        Number::from_f64(value)
            .map(Kind::Number)
            .ok_or_else(|| E::custom("the number is not finite"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Kind, E> {
        Ok(Kind::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Kind, E> {
        Ok(Kind::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Kind, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element::<Spanned<Kind>>()? {
            list.push(Node::from(item));
        }
        Ok(Kind::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Kind, A::Error> {
        let mut map = Vec::new();
        while let Some(key) = entries.next_key::<Spanned<Kind>>()? {
            let key = Node::from(key);
            let text = match &key.kind {
                Kind::Text(text) => text.clone(),
                Kind::Number(value) => value.to_string(),
                Kind::Bool(value) => value.to_string(),
                Kind::Null | Kind::List(_) | Kind::Map(_) => {
                    return Err(A::Error::custom("a key must be text"));
                }
            };
            let value = Node::from(entries.next_value::<Spanned<Kind>>()?);
            map.push(Entry {
                key: text,
                line: key.line,
                column: key.column,
                value,
            });
        }
        Ok(Kind::Map(map))
    }
}
