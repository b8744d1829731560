//! Query strings: `$limit`, `$skip`, `$sort`, `$asOf`, filters and `$or`.

use crate::{
    error::ApiError,
    schema::{Kind, Type},
};
use chrono::NaiveDate;
use std::cmp::Ordering;

use serde_json::Value;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Op {
    Eq,
    In,
    Nin,
    Gt,
    Gte,
    Lt,
    Lte,
}

#[derive(Debug)]
pub(crate) struct Filter {
    pub(crate) field: String,
    op: Op,
    values: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) limit: usize,
    pub(crate) skip: usize,
    pub(crate) sort: Vec<(String, bool)>,
    pub(crate) as_of: Option<NaiveDate>,
    /// The `status` of people; `None` is the default (active only).
    pub(crate) status: Option<String>,
    pub(crate) filters: Vec<Filter>,
    pub(crate) or: Vec<Vec<Filter>>,
}

const DEFAULT_LIMIT: usize = 100;
const MAX_LIMIT: usize = 250;

/// Decodes `%XX` and `+`.
pub(crate) fn decode(s: &str) -> String {
    let b = s.as_bytes();
    let mut out = Vec::with_capacity(b.len());
    let mut i = 0;
    while i < b.len() {
        let hex = (b[i] == b'%').then(|| s.get(i + 1..i + 3)).flatten();
        if let Some(byte) = hex.and_then(|h| u8::from_str_radix(h, 16).ok()) {
            out.push(byte);
            i += 3;
        } else {
            out.push(if b[i] == b'+' { b' ' } else { b[i] });
            i += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The decoded pairs of a query string or form body.
pub(crate) fn pairs(raw: &str) -> Vec<(String, String)> {
    raw.split('&')
        .filter(|s| !s.is_empty())
        .map(|s| {
            let (k, v) = s.split_once('=').unwrap_or((s, ""));
            (decode(k), decode(v))
        })
        .collect()
}

/// `a[b][c]` and `$or.a[b]` as `a b c`.
fn segments(key: &str) -> Vec<&str> {
    key.split(['[', ']'])
        .flat_map(|s| {
            if let Some(field) = s.strip_prefix("$or.") {
                vec!["$or", "0", field]
            } else {
                vec![s]
            }
        })
        .filter(|s| !s.is_empty())
        .collect()
}

fn operator(name: &str) -> Option<Op> {
    Some(match name {
        "$in" => Op::In,
        "$nin" => Op::Nin,
        "$gt" => Op::Gt,
        "$gte" => Op::Gte,
        "$lt" => Op::Lt,
        "$lte" => Op::Lte,
        _ => return None,
    })
}

fn add(list: &mut Vec<Filter>, kind: Kind, path: &[&str], value: String) -> Result<(), ApiError> {
    let name = path.first().copied().unwrap_or_default();
    let field = if kind == Kind::Compensations && name == "typeId" {
        "compensationTypeId"
    } else {
        name
    };
    let known = kind.field(field).is_some_and(|f| f.ty != Type::Other);
    let op = match path.get(1) {
        None => Some(Op::Eq),
        Some(o) => operator(o)
            .filter(|o| path.len() == 2 || (path.len() == 3 && matches!(o, Op::In | Op::Nin))),
    };
    let Some(op) = op.filter(|_| known) else {
        return Err(ApiError::invalid(name, "unknown field or operator"));
    };
    match list
        .iter_mut()
        .find(|f| f.field == field && f.op == op && matches!(op, Op::In | Op::Nin))
    {
        Some(f) => f.values.push(value),
        None => list.push(Filter {
            field: field.to_owned(),
            op,
            values: vec![value],
        }),
    }
    Ok(())
}

impl Query {
    pub(crate) fn parse(kind: Kind, raw: &str) -> Result<Query, ApiError> {
        let mut q = Query {
            limit: DEFAULT_LIMIT,
            skip: 0,
            sort: vec![],
            as_of: None,
            status: None,
            filters: vec![],
            or: vec![],
        };
        let mut arms: Vec<(String, Vec<Filter>)> = vec![];
        for (key, value) in pairs(raw) {
            let path = segments(&key);
            let number = || {
                value
                    .parse::<usize>()
                    .map_err(|_| ApiError::invalid(&key, "must be a whole number, 0 or more"))
            };
            match path.as_slice() {
                ["limit" | "skip"] => {}
                ["$limit"] => q.limit = number()?.min(MAX_LIMIT),
                ["$skip"] => q.skip = number()?,
                ["$sort", field] => {
                    let down = match value.as_str() {
                        "1" => false,
                        "-1" => true,
                        _ => return Err(ApiError::invalid(&key, "must be 1 or -1")),
                    };
                    if kind.field(field).is_none() {
                        return Err(ApiError::invalid(field, "unknown field"));
                    }
                    q.sort.push(((*field).to_owned(), down));
                }
                ["$asOf"] if matches!(kind, Kind::JobRoles | Kind::Compensations) => {
                    q.as_of = Some(
                        value
                            .parse()
                            .map_err(|_| ApiError::invalid("$asOf", "must be a date"))?,
                    );
                }
                ["$or", arm, rest @ ..] => {
                    let at = arms.iter().position(|(n, _)| n == arm).unwrap_or_else(|| {
                        arms.push(((*arm).to_owned(), vec![]));
                        arms.len() - 1
                    });
                    add(&mut arms[at].1, kind, rest, value)?;
                }
                ["status"] if kind == Kind::People => {
                    if !["all", "active", "newHire", "offboarded"].contains(&value.as_str()) {
                        return Err(ApiError::invalid(
                            "status",
                            "must be all, active, newHire or offboarded",
                        ));
                    }
                    q.status = Some(value);
                }
                other => add(&mut q.filters, kind, other, value)?,
            }
        }
        q.or = arms.into_iter().map(|(_, f)| f).collect();
        Ok(q)
    }

    /// Every field that a filter or the order names.
    pub(crate) fn holds<'a>(
        &self,
        value: impl Fn(&str) -> Option<std::borrow::Cow<'a, Value>> + Copy,
    ) -> bool {
        let all = |fs: &[Filter]| fs.iter().all(|f| f.holds(value(&f.field).as_deref()));
        all(&self.filters) && (self.or.is_empty() || self.or.iter().any(|arm| all(arm)))
    }
}

fn matches_one(value: &Value, wanted: &str) -> bool {
    match value {
        Value::Null => wanted.is_empty(),
        Value::String(s) => s == wanted,
        Value::Array(items) => items
            .iter()
            .any(|i| matches_one(i.get("name").or_else(|| i.get("day")).unwrap_or(i), wanted)),
        Value::Bool(b) => wanted == if *b { "true" } else { "false" },
        Value::Number(n) => n.as_f64() == wanted.parse().ok(),
        Value::Object(_) => false,
    }
}

fn order(value: &Value, wanted: &str) -> Option<Ordering> {
    match value {
        Value::String(s) => Some(match (s.parse::<f64>(), wanted.parse::<f64>()) {
            (Ok(a), Ok(b)) => a.partial_cmp(&b)?,
            _ => s.as_str().cmp(wanted),
        }),
        Value::Number(n) => n.as_f64()?.partial_cmp(&wanted.parse().ok()?),
        _ => None,
    }
}

impl Filter {
    /// A field that the caller cannot see matches nothing.
    fn holds(&self, value: Option<&Value>) -> bool {
        let Some(value) = value else { return false };
        let one = self.values.first().map_or("", String::as_str);
        let is = |test: fn(Ordering) -> bool| order(value, one).is_some_and(test);
        match self.op {
            Op::Eq | Op::In => self.values.iter().any(|w| matches_one(value, w)),
            Op::Nin => !self.values.iter().any(|w| matches_one(value, w)),
            Op::Gt => is(Ordering::is_gt),
            Op::Gte => is(Ordering::is_ge),
            Op::Lt => is(Ordering::is_lt),
            Op::Lte => is(Ordering::is_le),
        }
    }
}

/// The order of two values for `$sort`; nothing comes first.
pub(crate) fn compare(a: Option<&Value>, b: Option<&Value>) -> Ordering {
    match (a, b) {
        (Some(Value::String(a)), Some(Value::String(b))) => a.cmp(b),
        (Some(Value::Number(a)), Some(Value::Number(b))) => a
            .as_f64()
            .partial_cmp(&b.as_f64())
            .unwrap_or(Ordering::Equal),
        (a, b) => a
            .is_some_and(|v| !v.is_null())
            .cmp(&b.is_some_and(|v| !v.is_null())),
    }
}
