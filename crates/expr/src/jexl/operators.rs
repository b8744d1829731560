//! Operators and what they do.

use std::cmp::Ordering;

use serde_json::Value;

use crate::error::Error;
use crate::limits::Meter;
use crate::value::{
    Val, compare, is_textual, loose_equal, strict_equal, to_number, to_text, write_text,
};

/// An operator between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BinaryOp {
    Coalesce,
    And,
    Or,
    Equal,
    NotEqual,
    Greater,
    GreaterEqual,
    Less,
    LessEqual,
    In,
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Remainder,
    Power,
}

impl BinaryOp {
    /// The level, from the loosest; `&&` and `||` share one.
    pub(crate) fn level(self) -> u8 {
        match self {
            Self::Coalesce => 0,
            Self::And | Self::Or => 1,
            Self::Equal
            | Self::NotEqual
            | Self::Greater
            | Self::GreaterEqual
            | Self::Less
            | Self::LessEqual
            | Self::In => 2,
            Self::Add | Self::Subtract => 3,
            Self::Multiply | Self::Divide | Self::FloorDivide => 4,
            Self::Remainder | Self::Power => 5,
        }
    }

    /// Whether the left side alone is the result, so that the right side is not computed.
    pub(crate) fn keeps(self, left: &Val<'_>) -> bool {
        match self {
            Self::Coalesce => !left.is_blank(),
            Self::And => !left.is_truthy(),
            Self::Or => left.is_truthy(),
            _ => false,
        }
    }

    pub(crate) fn apply<'v>(
        self,
        left: &Val<'v>,
        right: Val<'v>,
        meter: &Meter,
    ) -> Result<Val<'v>, Error> {
        let (a, b) = (left.as_value(), right.as_value());
        match self {
            Self::Coalesce | Self::And | Self::Or => Ok(right),
            Self::Equal => loose_equal(a, b, meter).map(Val::bool),
            Self::NotEqual => loose_equal(a, b, meter).map(|equal| Val::bool(!equal)),
            Self::Greater => ordered(a, b, meter, Ordering::is_gt),
            Self::GreaterEqual => ordered(a, b, meter, Ordering::is_ge),
            Self::Less => ordered(a, b, meter, Ordering::is_lt),
            Self::LessEqual => ordered(a, b, meter, Ordering::is_le),
            Self::In => contains(b, a, meter).map(Val::bool),
            Self::Add => add(a, b, meter),
            _ => {
                let a = to_number(a, meter)?;
                Ok(Val::number(self.arithmetic(a, to_number(b, meter)?)))
            }
        }
    }

    fn arithmetic(self, a: f64, b: f64) -> f64 {
        match self {
            Self::Subtract => a - b,
            Self::Multiply => a * b,
            Self::Divide => a / b,
            Self::FloorDivide => (a / b).floor(),
            Self::Remainder => a % b,
            Self::Power => a.powf(b),
            _ => f64::NAN,
        }
    }
}

fn ordered<'v>(
    a: Option<&Value>,
    b: Option<&Value>,
    meter: &Meter,
    accept: fn(Ordering) -> bool,
) -> Result<Val<'v>, Error> {
    Ok(Val::bool(compare(a, b, meter)?.is_some_and(accept)))
}

/// Adds numbers; concatenates as soon as one side is text. Missing adds nothing to a text.
fn add<'v>(a: Option<&Value>, b: Option<&Value>, meter: &Meter) -> Result<Val<'v>, Error> {
    if a.is_some_and(is_textual) || b.is_some_and(is_textual) {
        let mut out = String::new();
        for side in [a, b].into_iter().flatten() {
            write_text(side, &mut out, meter, 1)?;
        }
        return Ok(Val::text(out));
    }
    let a = to_number(a, meter)?;
    Ok(Val::number(a + to_number(b, meter)?))
}

/// `needle in haystack`: part of a text, or strictly equal to an element of a list.
fn contains(
    haystack: Option<&Value>,
    needle: Option<&Value>,
    meter: &Meter,
) -> Result<bool, Error> {
    match (haystack, needle) {
        (Some(Value::String(text)), Some(needle)) => {
            meter.bytes(text.len())?;
            Ok(text.contains(&to_text(needle, meter)?))
        }
        (Some(Value::Array(items)), Some(needle)) => {
            for item in items {
                if strict_equal(item, needle, meter, 1)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        _ => Ok(false),
    }
}
