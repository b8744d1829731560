//! Values during an evaluation, and the loose rules by which they compare and turn into text.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use crate::error::Error;
use crate::limits::Meter;
use crate::number;

/// A value on its way: borrowed as long as possible, so that large variables are not copied.
#[derive(Debug)]
pub(crate) enum Val<'v> {
    Missing,
    Ref(&'v Value),
    Own(Value),
}

impl<'v> Val<'v> {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Own(Value::String(text.into()))
    }

    pub(crate) fn bool(value: bool) -> Self {
        Self::Own(Value::Bool(value))
    }

    pub(crate) fn count(count: usize) -> Self {
        Self::Own(Value::from(count))
    }

    /// A number, or missing for what JSON cannot hold.
    pub(crate) fn number(number: f64) -> Self {
        number::from_f64(number).map_or(Self::Missing, Self::Own)
    }

    pub(crate) fn of(value: Option<&'v Value>) -> Self {
        value.map_or(Self::Missing, Self::Ref)
    }

    pub(crate) fn as_value(&self) -> Option<&Value> {
        match self {
            Self::Missing => None,
            Self::Ref(value) => Some(value),
            Self::Own(value) => Some(value),
        }
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        self.as_value().and_then(Value::as_str)
    }

    pub(crate) fn is_nullish(&self) -> bool {
        self.as_value().is_none_or(Value::is_null)
    }

    /// Null, missing or the empty text.
    pub(crate) fn is_blank(&self) -> bool {
        self.is_nullish() || self.as_str() == Some("")
    }

    /// JavaScript's truth: false, 0, the empty text, null and missing are false.
    pub(crate) fn is_truthy(&self) -> bool {
        match self.as_value() {
            None | Some(Value::Null) => false,
            Some(Value::Bool(value)) => *value,
            Some(Value::Number(value)) => number::to_f64(value) != 0.0,
            Some(Value::String(value)) => !value.is_empty(),
            Some(Value::Array(_) | Value::Object(_)) => true,
        }
    }

    /// The value for good, copied if it was borrowed.
    pub(crate) fn into_value(self, meter: &Meter) -> Result<Option<Value>, Error> {
        match self {
            Self::Missing => Ok(None),
            Self::Ref(value) => meter.copy(value).map(Some),
            Self::Own(value) => Ok(Some(value)),
        }
    }

    /// Goes to a child; `pick` finds it by reference, so that nothing else is copied.
    pub(crate) fn map_ref(
        self,
        meter: &Meter,
        pick: impl for<'x> FnOnce(&'x Value) -> Val<'x>,
    ) -> Result<Self, Error> {
        match self {
            Self::Missing => Ok(Self::Missing),
            Self::Ref(value) => Ok(pick(value)),
            Self::Own(value) => match pick(&value) {
                Val::Missing => Ok(Self::Missing),
                Val::Ref(child) => meter.copy(child).map(Self::Own),
                Val::Own(child) => Ok(Self::Own(child)),
            },
        }
    }
}

/// How many UTF-16 units a text has, which is what JavaScript calls its length.
pub(crate) fn text_length(text: &str) -> Val<'static> {
    Val::count(text.encode_utf16().count())
}

/// `value.name`: a list stands for its first element.
pub(crate) fn property<'v>(value: &'v Value, name: &str) -> Val<'v> {
    match value {
        Value::Array(items) => match items.first() {
            Some(Value::Array(_)) | None => Val::Missing,
            Some(first) => property(first, name),
        },
        Value::Object(map) => Val::of(map.get(name)),
        Value::String(text) if name == "length" => text_length(text),
        _ => Val::Missing,
    }
}

/// `value[key]` with a key that is text or a number.
pub(crate) fn element<'v>(value: &'v Value, key: &Value) -> Val<'v> {
    match (value, key) {
        (Value::Array(items), Value::Number(index)) => {
            Val::of(number::to_index(number::to_f64(index)).and_then(|index| items.get(index)))
        }
        (Value::Array(items), Value::String(key)) if key == "length" => Val::count(items.len()),
        (Value::Array(items), Value::String(key)) => {
            Val::of(key.parse::<usize>().ok().and_then(|index| items.get(index)))
        }
        (Value::String(text), Value::Number(index)) => number::to_index(number::to_f64(index))
            .and_then(|index| text.chars().nth(index))
            .map_or(Val::Missing, Val::text),
        (Value::String(text), Value::String(key)) if key == "length" => text_length(text),
        (Value::Object(map), Value::String(key)) => Val::of(map.get(key)),
        (Value::Object(map), Value::Number(key)) => Val::of(map.get(&number::to_text(key))),
        _ => Val::Missing,
    }
}

/// Adds the text form of a value: lists are joined by commas, objects are `[object Object]`.
pub(crate) fn write_text(
    value: &Value,
    out: &mut String,
    meter: &Meter,
    depth: usize,
) -> Result<(), Error> {
    meter.depth(depth)?;
    let before = out.len();
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Number(value) => out.push_str(&number::to_text(value)),
        Value::String(value) => {
            meter.bytes(value.len())?;
            out.push_str(value);
            return Ok(());
        }
        Value::Object(_) => out.push_str("[object Object]"),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                meter.step()?;
                if index > 0 {
                    meter.bytes(1)?;
                    out.push(',');
                }
                if !item.is_null() {
                    write_text(item, out, meter, depth + 1)?;
                }
            }
            return Ok(());
        }
    }
    meter.bytes(out.len() - before)
}

/// The text form of a value.
pub(crate) fn to_text(value: &Value, meter: &Meter) -> Result<String, Error> {
    let mut out = String::new();
    write_text(value, &mut out, meter, 1)?;
    Ok(out)
}

/// JavaScript's `Number(value)`; missing is NaN.
pub(crate) fn to_number(value: Option<&Value>, meter: &Meter) -> Result<f64, Error> {
    Ok(match value {
        Some(Value::Null) => 0.0,
        Some(Value::Bool(value)) => f64::from(u8::from(*value)),
        Some(Value::Number(value)) => number::to_f64(value),
        Some(Value::String(text)) => {
            meter.bytes(text.len())?;
            number::from_text(text)
        }
        Some(value @ Value::Array(_)) => number::from_text(&to_text(value, meter)?),
        None | Some(Value::Object(_)) => f64::NAN,
    })
}

/// JavaScript's `==`. Two lists or two objects are equal when their content is.
pub(crate) fn loose_equal(
    left: Option<&Value>,
    right: Option<&Value>,
    meter: &Meter,
) -> Result<bool, Error> {
    let (Some(left), Some(right)) = (left, right) else {
        return Ok(left.is_none_or(Value::is_null) && right.is_none_or(Value::is_null));
    };
    match (left, right) {
        (Value::Null, other) | (other, Value::Null) => Ok(other.is_null()),
        (Value::String(left), Value::String(right)) => {
            meter.bytes(left.len().min(right.len()))?;
            Ok(left == right)
        }
        _ if is_nested(left) && is_nested(right) => strict_equal(left, right, meter, 1),
        (nested, Value::String(text)) | (Value::String(text), nested) if is_nested(nested) => {
            Ok(to_text(nested, meter)? == *text)
        }
        _ if is_nested(left) || is_nested(right) => {
            let left = number::from_text(&to_text(left, meter)?);
            let right = number::from_text(&to_text(right, meter)?);
            Ok(equal_numbers(left, right))
        }
        (Value::Number(_), Value::Number(_)) => strict_equal(left, right, meter, 1),
        _ => {
            let left = to_number(Some(left), meter)?;
            Ok(equal_numbers(left, to_number(Some(right), meter)?))
        }
    }
}

/// Equality without conversion, by content, in which `1` and `1.0` are one number.
pub(crate) fn strict_equal(
    left: &Value,
    right: &Value,
    meter: &Meter,
    depth: usize,
) -> Result<bool, Error> {
    meter.depth(depth)?;
    meter.step()?;
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            Ok(left == right || equal_numbers(number::to_f64(left), number::to_f64(right)))
        }
        (Value::String(left), Value::String(right)) => {
            meter.bytes(left.len().min(right.len()))?;
            Ok(left == right)
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            for (left, right) in left.iter().zip(right) {
                if !strict_equal(left, right, meter, depth + 1)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        (Value::Object(left), Value::Object(right)) if left.len() == right.len() => {
            equal_maps(left, right, meter, depth)
        }
        (Value::Null, Value::Null) => Ok(true),
        (Value::Bool(left), Value::Bool(right)) => Ok(left == right),
        _ => Ok(false),
    }
}

fn equal_maps(
    left: &Map<String, Value>,
    right: &Map<String, Value>,
    meter: &Meter,
    depth: usize,
) -> Result<bool, Error> {
    for (key, value) in left {
        let equal = match right.get(key) {
            Some(other) => strict_equal(value, other, meter, depth + 1)?,
            None => false,
        };
        if !equal {
            return Ok(false);
        }
    }
    Ok(true)
}

/// JavaScript's `<`, `>` and their kin: two texts by UTF-16 units, anything else as numbers.
pub(crate) fn compare(
    left: Option<&Value>,
    right: Option<&Value>,
    meter: &Meter,
) -> Result<Option<Ordering>, Error> {
    if let (Some(left), Some(right)) = (left, right)
        && is_textual(left)
        && is_textual(right)
    {
        let (left, right) = (to_text(left, meter)?, to_text(right, meter)?);
        return Ok(Some(left.encode_utf16().cmp(right.encode_utf16())));
    }
    let left = to_number(left, meter)?;
    Ok(left.partial_cmp(&to_number(right, meter)?))
}

/// Whether `+` concatenates when this is on one side.
pub(crate) fn is_textual(value: &Value) -> bool {
    value.is_string() || is_nested(value)
}

fn is_nested(value: &Value) -> bool {
    value.is_array() || value.is_object()
}

#[expect(clippy::float_cmp, reason = "the language compares doubles exactly")]
fn equal_numbers(left: f64, right: f64) -> bool {
    left == right
}

/// A text that is the same for values that are strictly equal, to find them in sets.
pub(crate) fn fingerprint(value: &Value, meter: &Meter) -> Result<String, Error> {
    let mut out = String::new();
    write_fingerprint(value, &mut out, meter, 1)?;
    Ok(out)
}

fn write_fingerprint(
    value: &Value,
    out: &mut String,
    meter: &Meter,
    depth: usize,
) -> Result<(), Error> {
    meter.depth(depth)?;
    meter.step()?;
    match value {
        Value::Array(items) => {
            out.push('[');
            for item in items {
                write_fingerprint(item, out, meter, depth + 1)?;
                out.push(',');
            }
            out.push(']');
        }
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_unstable_by_key(|(key, _)| *key);
            out.push('{');
            for (key, item) in entries {
                write_marked(key, out, meter)?;
                write_fingerprint(item, out, meter, depth + 1)?;
            }
            out.push('}');
        }
        Value::String(text) => write_marked(text, out, meter)?,
        Value::Number(number) => {
            out.push('n');
            let text = number::from_f64(number::to_f64(number))
                .unwrap_or_default()
                .to_string();
            meter.bytes(text.len())?;
            out.push_str(&text);
        }
        Value::Bool(value) => out.push(if *value { 't' } else { 'f' }),
        Value::Null => out.push('0'),
    }
    Ok(())
}

/// The length stands in front, so that no text can imitate the marks around it.
fn write_marked(text: &str, out: &mut String, meter: &Meter) -> Result<(), Error> {
    meter.bytes(text.len())?;
    out.push_str(&text.len().to_string());
    out.push('"');
    out.push_str(text);
    Ok(())
}
