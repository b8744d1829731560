//! Numbers as the expression language sees them: JavaScript's doubles.

use serde_json::{Number, Value};

/// Integers up to here are exact as doubles.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

/// The nearest double of a JSON number.
pub(crate) fn to_f64(number: &Number) -> f64 {
    number.as_f64().unwrap_or(f64::NAN)
}

/// A JSON number, or nothing for NaN and the infinities, which JSON does not have.
pub(crate) fn from_f64(number: f64) -> Option<Value> {
    if number.fract() == 0.0 && number.abs() <= MAX_EXACT {
        return Some(Value::from(truncated(number)));
    }
    Number::from_f64(number).map(Value::Number)
}

/// The double of a count.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts beyond 2^53 do not fit in memory"
)]
pub(crate) fn from_count(count: usize) -> f64 {
    count as f64
}

/// The integer part, saturating.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the cast saturates, which is what is meant"
)]
pub(crate) fn truncated(number: f64) -> i64 {
    number as i64
}

/// A list index: a whole number that is not negative.
pub(crate) fn to_index(number: f64) -> Option<usize> {
    if number.fract() != 0.0 || number < 0.0 {
        return None;
    }
    usize::try_from(truncated(number)).ok()
}

/// JavaScript's `Number(text)`.
pub(crate) fn from_text(text: &str) -> f64 {
    let text = text.trim();
    if text.is_empty() {
        return 0.0;
    }
    for (prefix, radix) in [
        ("0x", 16),
        ("0X", 16),
        ("0b", 2),
        ("0B", 2),
        ("0o", 8),
        ("0O", 8),
    ] {
        if let Some(digits) = text.strip_prefix(prefix) {
            return radix_number(digits, radix);
        }
    }
    match text {
        "Infinity" | "+Infinity" => f64::INFINITY,
        "-Infinity" => f64::NEG_INFINITY,
        // Rust also reads `inf` and `nan` in any case, which JavaScript does not.
        _ if text
            .chars()
            .all(|c| c.is_ascii_digit() || "+-.eE".contains(c)) =>
        {
            text.parse().unwrap_or(f64::NAN)
        }
        _ => f64::NAN,
    }
}

fn radix_number(digits: &str, radix: u32) -> f64 {
    if digits.is_empty() {
        return f64::NAN;
    }
    digits
        .chars()
        .try_fold(0.0, |sum, digit| {
            digit
                .to_digit(radix)
                .map(|digit| sum * f64::from(radix) + f64::from(digit))
        })
        .unwrap_or(f64::NAN)
}

/// JavaScript's text form of a number; integers JSON holds exactly keep all their digits.
pub(crate) fn to_text(number: &Number) -> String {
    if number.is_i64() || number.is_u64() {
        return number.to_string();
    }
    let number = to_f64(number);
    let size = number.abs();
    if size == 0.0 {
        return "0".to_owned();
    }
    if (1e-6..1e21).contains(&size) {
        return number.to_string();
    }
    let text = format!("{number:e}");
    match text.split_once('e') {
        Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
        _ => text,
    }
}
