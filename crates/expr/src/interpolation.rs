//! Text with `${…}` inside.

use serde_json::Value;

use crate::context::Context;
use crate::error::{Budget, Detail, Error};
use crate::jexl::{self, Expr, Reads};
use crate::limits::{MAX_TEXT_BYTES, Meter};
use crate::value::{Val, element, write_text};

/// A parsed interpolation.
#[derive(Debug, Clone)]
pub(crate) struct Interpolation {
    parts: Vec<Part>,
}

#[derive(Debug, Clone)]
enum Part {
    Text(String),
    Hole(Hole),
}

#[derive(Debug, Clone)]
struct Hole {
    /// With its braces, as it stays in the output when nothing is found.
    text: String,
    /// None when the inside is no expression; then only the plain path is looked up.
    expr: Option<Expr>,
    path: Vec<String>,
}

impl Interpolation {
    /// Parses `text`; nothing when no `${…}` is in it.
    pub(crate) fn parse(text: &str) -> Result<Option<Self>, Error> {
        if find_hole(text).is_none() {
            return Ok(None);
        }
        if text.len() > MAX_TEXT_BYTES {
            return Err(Error::limit(Budget::TextLength));
        }
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, inside, after)) = find_hole(rest) {
            if !before.is_empty() {
                parts.push(Part::Text(before.to_owned()));
            }
            if inside.trim().is_empty() {
                let position = text.len() - rest.len() + before.len();
                return Err(Error::at(Detail::EmptyInterpolation, position));
            }
            parts.push(Part::Hole(Hole::parse(inside)?));
            rest = after;
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Some(Self { parts }))
    }

    pub(crate) fn evaluate(&self, context: &Context<'_>, meter: &Meter) -> Result<Value, Error> {
        if let [Part::Hole(hole)] = self.parts.as_slice() {
            let value = hole.evaluate(context, meter)?;
            if matches!(value.as_value(), Some(Value::Array(_) | Value::Object(_))) {
                return Ok(value.into_value(meter)?.unwrap_or_default());
            }
        }
        let mut out = String::new();
        for part in &self.parts {
            meter.step()?;
            match part {
                Part::Text(text) => {
                    meter.bytes(text.len())?;
                    out.push_str(text);
                }
                Part::Hole(hole) => {
                    if let Some(value) = hole.evaluate(context, meter)?.as_value() {
                        write_text(value, &mut out, meter, 1)?;
                    } else {
                        meter.bytes(hole.text.len())?;
                        out.push_str(&hole.text);
                    }
                }
            }
        }
        Ok(Value::String(out))
    }

    pub(crate) fn reads(&self, reads: &mut Reads) {
        for part in &self.parts {
            let Part::Hole(hole) = part else { continue };
            if let Some(expr) = &hole.expr {
                reads.tree(expr);
            }
            if let Some(first) = hole.path.first() {
                reads.path(first, hole.path.get(1).map(String::as_str));
            }
        }
    }
}

impl Hole {
    fn parse(inside: &str) -> Result<Self, Error> {
        let expr = match jexl::parse(inside) {
            Ok(expr) => Some(expr),
            Err(error) if error.is_limit() => return Err(error),
            Err(_) => None,
        };
        Ok(Self {
            text: format!("${{{inside}}}"),
            expr,
            path: plain_path(inside),
        })
    }

    fn evaluate<'v>(
        &'v self,
        context: &'v Context<'v>,
        meter: &'v Meter,
    ) -> Result<Val<'v>, Error> {
        if let Some(expr) = &self.expr {
            let value = jexl::evaluate_tree(expr, context, meter)?;
            if value.as_value().is_some() {
                return Ok(value);
            }
        }
        self.look_up(context, meter)
    }

    fn look_up<'v>(&'v self, context: &'v Context<'v>, meter: &Meter) -> Result<Val<'v>, Error> {
        let Some((first, rest)) = self.path.split_first() else {
            return Ok(Val::Missing);
        };
        let mut value = Val::of(context.get(first));
        for key in rest {
            meter.step()?;
            let key = Value::String(key.clone());
            value = value.map_ref(meter, |value| element(value, &key))?;
        }
        Ok(value)
    }
}

/// The keys of `a.b-c[0]['d']`; empty when the text is no such path.
fn plain_path(text: &str) -> Vec<String> {
    let keys = text.trim().replace('[', ".").replace(']', "");
    let keys = keys
        .split('.')
        .map(|key| key.trim_matches(['"', '\'']).to_owned());
    let keys: Vec<_> = keys.collect();
    let is_key = |key: &String| {
        !key.is_empty()
            && key
                .chars()
                .all(|c| c.is_alphanumeric() || "_-$:@".contains(c))
    };
    if keys.iter().all(is_key) {
        keys
    } else {
        Vec::new()
    }
}

/// Splits at the first `${…}`: what is before, inside and after.
fn find_hole(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("${")?;
    let (inside, after) = rest.split_once('}')?;
    Some((before, inside, after))
}
