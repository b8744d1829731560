//! Reads dates by format letters (`yyyy-MM-dd HH:mm:ss`), the letters of Unicode TR 35.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

use crate::cursor::Cursor;

/// Tried in this order when the given format and ISO 8601 do not fit.
const FALLBACKS: [&str; 7] = [
    "yyyy/MM/dd",
    "dd/MM/yyyy",
    "dd-MM-yyyy",
    "yyyy-dd-MM",
    "yyyy/dd/MM",
    "MM/dd/yyyy",
    "MM-dd-yyyy",
];

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Reads a date in `format`, else as ISO 8601, else in one of the usual orders of day and month.
///
/// Letters: `y M d H h m s S a x X`; text between single quotes stands for itself. What the text
/// leaves out is the start of its month or day, and UTC.
///
/// ```
/// use linkyard_expr::dates::parse;
///
/// let date = parse("24.12.2026", "dd.MM.yyyy").map(|date| date.to_rfc3339());
/// assert_eq!(date.as_deref(), Some("2026-12-24T00:00:00+00:00"));
/// assert_eq!(parse("2026-12-24T01:00:00+01:00", "yyyy-MM-dd"), parse("24/12/2026", "yyyy-MM-dd"));
/// assert_eq!(parse("tomorrow", "yyyy-MM-dd"), None);
/// ```
pub fn parse(text: &str, format: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    parse_exact(text, format)
        .or_else(|| parse_iso(text))
        .or_else(|| {
            FALLBACKS
                .iter()
                .find_map(|format| parse_exact(text, format))
        })
}

fn parse_iso(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(date) = DateTime::parse_from_rfc3339(text) {
        return Some(date.to_utc());
    }
    if let Ok(date) = DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%#z") {
        return Some(date.to_utc());
    }
    for format in [
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M:%S%.f",
        "%Y-%m-%dT%H:%M",
    ] {
        if let Ok(date) = NaiveDateTime::parse_from_str(text, format) {
            return Some(date.and_utc());
        }
    }
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    Some(day.and_time(NaiveTime::MIN).and_utc())
}

#[derive(Debug, Default)]
struct Parts {
    year: Option<i32>,
    month: Option<u32>,
    day: Option<u32>,
    hour: u32,
    afternoon: Option<bool>,
    minute: u32,
    second: u32,
    milli: u32,
    offset_minutes: i32,
}

fn parse_exact(text: &str, format: &str) -> Option<DateTime<Utc>> {
    let mut text = Cursor::new(text);
    let mut format = Cursor::new(format);
    let mut parts = Parts::default();
    while let Some(letter) = format.peek() {
        if letter == '\'' {
            if !text.eat(&literal(&mut format)) {
                return None;
            }
        } else if letter.is_ascii_alphabetic() {
            let width = format.take_while(|next| next == letter).len();
            // A format may write the T of ISO 8601 without quotes.
            if letter == 'T' {
                text.eat("T").then_some(())?;
            } else {
                parts.read(letter, width, &mut text)?;
            }
        } else {
            format.next();
            (text.next()? == letter).then_some(())?;
        }
    }
    text.is_at_end().then_some(())?;
    parts.build()
}

/// Text between quotes; two quotes are one.
fn literal(format: &mut Cursor<'_>) -> String {
    format.next();
    if format.eat("'") {
        return "'".to_owned();
    }
    let text = format.take_while(|next| next != '\'').to_owned();
    format.next();
    text
}

impl Parts {
    fn read(&mut self, letter: char, width: usize, text: &mut Cursor<'_>) -> Option<()> {
        match (letter, width) {
            ('y', 2) => self.year = i32::try_from(digits(text, 2, 2)?).ok()?.checked_add(2000),
            ('y', _) => self.year = i32::try_from(digits(text, 4, 4)?).ok(),
            ('M', 1 | 2) => self.month = Some(digits(text, 1, 2)?),
            ('M', _) => self.month = Some(month_name(text, width)?),
            ('d', _) => self.day = Some(digits(text, 1, 2)?),
            ('H' | 'h', _) => self.hour = digits(text, 1, 2)?,
            ('m', _) => self.minute = digits(text, 1, 2)?,
            ('s', _) => self.second = digits(text, 1, 2)?,
            ('S', _) => self.milli = fraction(text, width)?,
            ('a', _) => self.afternoon = Some(is_afternoon(text)?),
            ('x' | 'X', _) => self.offset_minutes = offset(text)?,
            _ => return None,
        }
        Some(())
    }

    fn build(&self) -> Option<DateTime<Utc>> {
        let day =
            NaiveDate::from_ymd_opt(self.year?, self.month.unwrap_or(1), self.day.unwrap_or(1))?;
        let hour = match self.afternoon {
            None => self.hour,
            Some(_) if self.hour == 0 || self.hour > 12 => return None,
            Some(afternoon) => self.hour % 12 + if afternoon { 12 } else { 0 },
        };
        let time = day.and_hms_milli_opt(hour, self.minute, self.second, self.milli)?;
        let offset = TimeDelta::minutes(i64::from(self.offset_minutes));
        time.and_utc().checked_sub_signed(offset)
    }
}

fn digits(text: &mut Cursor<'_>, least: usize, most: usize) -> Option<u32> {
    let mut number = 0;
    let mut count = 0;
    while count < most {
        let Some(digit) = text.peek().and_then(|character| character.to_digit(10)) else {
            break;
        };
        number = number * 10 + digit;
        count += 1;
        text.next();
    }
    (count >= least).then_some(number)
}

fn fraction(text: &mut Cursor<'_>, width: usize) -> Option<u32> {
    let width = width.min(9);
    let mut milli = digits(text, width, width)?;
    for _ in width..3 {
        milli = milli.checked_mul(10)?;
    }
    for _ in 3..width {
        milli /= 10;
    }
    Some(milli)
}

fn month_name(text: &mut Cursor<'_>, width: usize) -> Option<u32> {
    let word = text.take_while(char::is_alphabetic).to_lowercase();
    let place = MONTHS.iter().position(|name| {
        if width == 3 {
            name.get(..3) == Some(word.as_str())
        } else {
            *name == word
        }
    })?;
    u32::try_from(place + 1).ok()
}

fn is_afternoon(text: &mut Cursor<'_>) -> Option<bool> {
    match text.take_while(char::is_alphabetic).to_lowercase().as_str() {
        "am" => Some(false),
        "pm" => Some(true),
        _ => None,
    }
}

fn offset(text: &mut Cursor<'_>) -> Option<i32> {
    if text.eat("Z") {
        return Some(0);
    }
    let sign = match text.next()? {
        '+' => 1,
        '-' => -1,
        _ => return None,
    };
    let hours = i32::try_from(digits(text, 2, 2)?).ok()?;
    text.eat(":");
    let minutes = if text.is_at_end() {
        0
    } else {
        i32::try_from(digits(text, 2, 2)?).ok()?
    };
    let minutes = sign * (hours * 60 + minutes);
    FixedOffset::east_opt(minutes * 60).map(|_| minutes)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn formats_and_fallbacks() {
        let cases = [
            (
                "2024-02-29",
                "yyyy-MM-dd",
                Some("2024-02-29T00:00:00+00:00"),
            ),
            ("2023-02-29", "yyyy-MM-dd", None),
            (
                "31/12/2024",
                "yyyy-MM-dd",
                Some("2024-12-31T00:00:00+00:00"),
            ),
            (
                "12/31/2024",
                "yyyy-MM-dd",
                Some("2024-12-31T00:00:00+00:00"),
            ),
            (
                "2024-31-12",
                "yyyy-MM-dd",
                Some("2024-12-31T00:00:00+00:00"),
            ),
            (
                "5 Mar 2024 1:05 pm",
                "d MMM yyyy h:mm a",
                Some("2024-03-05T13:05:00+00:00"),
            ),
            (
                "March 5, 24",
                "MMMM d, yy",
                Some("2024-03-05T00:00:00+00:00"),
            ),
            (
                "2024-01-01T10:00:00.5+02:00",
                "yyyy-MM-dd'T'HH:mm:ss.SX",
                Some("2024-01-01T08:00:00.500+00:00"),
            ),
            (
                "2024-01-01 10:00:00",
                "yyyy-MM-dd",
                Some("2024-01-01T10:00:00+00:00"),
            ),
            (
                "2024-01-01T10:00:00+0200",
                "yyyy-MM-dd",
                Some("2024-01-01T08:00:00+00:00"),
            ),
            ("", "yyyy-MM-dd", None),
            ("2024", "", None),
            ("é2024", "'é'yyyy", Some("2024-01-01T00:00:00+00:00")),
        ];
        for (text, format, expected) in cases {
            let date = parse(text, format).map(|date| date.to_rfc3339());
            assert_eq!(date.as_deref(), expected, "{text} as {format}");
        }
    }
}
