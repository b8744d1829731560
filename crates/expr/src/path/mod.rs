//! JSONPath in the dialect of connector files.

mod evaluate;
mod filter;
mod parser;

use std::borrow::Cow;

use serde_json::Value;

pub(crate) use evaluate::Root;
use filter::Filter;

use crate::error::Error;
use crate::jexl::Reads;
use crate::limits::{Limits, Meter};
use crate::value::Val;

/// A parsed JSONPath.
///
/// Children (`.a`, `['a']`), indexes, slices and unions (`[0]`, `[-1:]`, `[a,b]`), wildcards,
/// descent (`..a`), filters (`[?(@.a == "b")]`), scripts (`[(@.length-1)]`), `.length`, the parent
/// (`^`) and the property name (`~`).
///
/// ```
/// use linkyard_expr::{JsonPath, Limits};
///
/// let body = serde_json::json!({"items": [{"id": 1}, {"id": 2}]});
/// let ids = JsonPath::parse("$.items[*].id")?.value(&body, &Limits::default())?;
/// assert_eq!(ids, Some(serde_json::json!([1, 2])));
/// # Ok::<(), linkyard_expr::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct JsonPath {
    text: String,
    segments: Vec<Segment>,
}

#[derive(Debug, Clone)]
pub(crate) enum Segment {
    Select(Vec<Selector>),
    /// `..`: the rest applies here and at everything below.
    Descend,
    Parent,
    PropertyName,
}

#[derive(Debug, Clone)]
pub(crate) enum Selector {
    Name(String),
    Wildcard,
    Slice {
        start: Option<i64>,
        end: Option<i64>,
        step: usize,
    },
    Filter(Filter),
    /// `[(…)]`: the computed value is the name or index.
    Script(Filter),
}

impl JsonPath {
    /// Parses a path, which starts with `$`.
    ///
    /// # Errors
    ///
    /// Of kind `Syntax` when the text is not a path, of kind `Limit` when it is too long or deep.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Ok(Self {
            text: text.to_owned(),
            segments: parser::parse(text)?,
        })
    }

    /// The path as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Everything the path finds, in the order of the document. What is computed (`~`, `.length`)
    /// is owned, everything else borrowed.
    ///
    /// # Errors
    ///
    /// Of kind `Limit` when a budget is used up.
    pub fn query<'v>(
        &self,
        root: &'v Value,
        limits: &Limits,
    ) -> Result<Vec<Cow<'v, Value>>, Error> {
        let meter = Meter::new(*limits);
        let hits = evaluate::query(&self.segments, Root::Value(root), &meter)?;
        hits.into_iter().map(|hit| hit.into_cow(&meter)).collect()
    }

    /// What the path finds as one value: nothing, the only hit itself, or the list of hits.
    ///
    /// # Errors
    ///
    /// Of kind `Limit` when a budget is used up.
    pub fn value(&self, root: &Value, limits: &Limits) -> Result<Option<Value>, Error> {
        let meter = Meter::new(*limits);
        self.find(Root::Value(root), &meter)?.into_value(&meter)
    }

    pub(crate) fn find<'v>(&self, root: Root<'v>, meter: &Meter) -> Result<Val<'v>, Error> {
        let mut hits = evaluate::query(&self.segments, root, meter)?;
        if hits.len() > 1 {
            let list: Result<_, Error> =
                hits.into_iter().map(|hit| hit.into_value(meter)).collect();
            return Ok(Val::Own(Value::Array(list?)));
        }
        hits.pop()
            .map_or(Ok(Val::Missing), |hit| hit.into_val(meter))
    }

    /// Notes what the path can read; `*` stands for the whole context.
    pub(crate) fn reads(&self, reads: &mut Reads) {
        let name = |segment: Option<&Segment>| match segment {
            Some(Segment::Select(selectors)) => match selectors.as_slice() {
                [Selector::Name(name)] => Some(name.clone()),
                _ => None,
            },
            _ => None,
        };
        let goes_up = self
            .segments
            .iter()
            .any(|segment| matches!(segment, Segment::Parent));
        match name(self.segments.first()) {
            Some(variable) if !goes_up => {
                reads.path(&variable, name(self.segments.get(1)).as_deref());
            }
            _ => reads.path("*", None),
        }
        for segment in &self.segments {
            let Segment::Select(selectors) = segment else {
                continue;
            };
            for selector in selectors {
                if let Selector::Filter(filter) | Selector::Script(filter) = selector {
                    filter.reads(reads);
                }
            }
        }
    }
}
