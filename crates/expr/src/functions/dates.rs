//! Dates, all in UTC.

use chrono::{DateTime, Datelike as _, Days, Months, NaiveDate, SecondsFormat, TimeZone as _, Utc};
use serde_json::Value;

use super::{Arguments, Environment, Function};
use crate::date_format;
use crate::error::{Error, Stop};
use crate::number;
use crate::value::{Val, to_number};

pub use crate::date_format::parse;

/// The format of dates that name none.
pub const DEFAULT_FORMAT: &str = "yyyy-MM-dd";

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "now",
        parameters: &[],
        summary: "The current time as ISO 8601 with milliseconds.",
        failures: "never",
        examples: &[("now()", "\"2026-11-24T12:30:00.000Z\"")],
        takes_pattern: false,
        run: now,
    },
    Function {
        name: "nextAnniversary",
        parameters: &["date", "format?"],
        summary: "The date's month and day in this year, or in the next when that is before today.",
        failures: "null when it is not a date",
        examples: &[
            (
                "nextAnniversary(\"2020-11-24\")",
                "\"2026-11-24T00:00:00.000Z\"",
            ),
            (
                "nextAnniversary(\"2020-11-23\")",
                "\"2027-11-23T00:00:00.000Z\"",
            ),
            (
                "nextAnniversary(\"2020-02-29\")",
                "\"2027-03-01T00:00:00.000Z\"",
            ),
            ("nextAnniversary(\"soon\")", "null"),
        ],
        takes_pattern: false,
        run: next_anniversary,
    },
    Function {
        name: "yearsElapsed",
        parameters: &["start", "format?", "end?"],
        summary: "Whole years from one date to another, now by default.",
        failures: "null when one is not a date",
        examples: &[
            ("yearsElapsed(\"2020-11-24\")", "6"),
            ("yearsElapsed(\"2020-11-25\")", "5"),
            (
                "yearsElapsed(\"01/02/2000\", \"dd/MM/yyyy\", \"31/01/2010\")",
                "9",
            ),
        ],
        takes_pattern: false,
        run: years_elapsed,
    },
    Function {
        name: "hasPassed",
        parameters: &["date", "format?", "years?"],
        summary: "Whether the date, some years later, lies in the past.",
        failures: "false when it is not a date",
        examples: &[
            ("hasPassed(\"2026-11-24\")", "true"),
            ("hasPassed(\"2026-11-25\")", "false"),
            ("hasPassed(\"2020-01-01\", \"yyyy-MM-dd\", 10)", "false"),
        ],
        takes_pattern: false,
        run: has_passed,
    },
    Function {
        name: "deltaFromNowMs",
        parameters: &["date"],
        summary: "Milliseconds from now to the date, negative when it is past.",
        failures: "null when it is not a date",
        examples: &[("deltaFromNowMs(\"2026-11-24T12:30:01Z\")", "1000")],
        takes_pattern: false,
        run: delta_from_now_ms,
    },
    Function {
        name: "toISO8601",
        parameters: &["date", "format?"],
        summary: "The date as ISO 8601 with milliseconds; a number is milliseconds since 1970.",
        failures: "null when it is not a date",
        examples: &[
            ("toISO8601(\"24/12/2026\")", "\"2026-12-24T00:00:00.000Z\""),
            ("toISO8601(0)", "\"1970-01-01T00:00:00.000Z\""),
        ],
        takes_pattern: false,
        run: to_iso,
    },
];

fn iso(time: DateTime<Utc>) -> Val<'static> {
    Val::text(time.to_rfc3339_opts(SecondsFormat::Millis, true))
}

fn null() -> Val<'static> {
    Val::Own(Value::Null)
}

/// A date argument in the format given as argument 1.
fn date(
    arguments: &Arguments<'_>,
    index: usize,
    at: Environment<'_>,
) -> Result<Option<DateTime<Utc>>, Error> {
    match arguments.value(index) {
        Some(Value::String(text)) => {
            let format = arguments.text_or(1, DEFAULT_FORMAT, at.meter)?;
            at.meter.bytes(text.len().saturating_add(format.len()))?;
            Ok(date_format::parse(text, &format))
        }
        Some(Value::Number(number)) => {
            let millis = number::truncated(number::to_f64(number));
            Ok(Utc.timestamp_millis_opt(millis).single())
        }
        _ => Ok(None),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of Run")]
fn now<'v>(_: Arguments<'v>, at: Environment<'v>) -> Result<Val<'v>, Stop> {
    Ok(iso(at.now))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of Run")]
fn next_anniversary<'v>(arguments: Arguments<'v>, at: Environment<'v>) -> Result<Val<'v>, Stop> {
    let Some(date) = date(&arguments, 0, at)? else {
        return Ok(null());
    };
    let today = at.now.date_naive();
    let next = in_year(date, today.year())
        .filter(|day| *day >= today)
        .or_else(|| in_year(date, today.year().checked_add(1)?));
    Ok(next
        .and_then(|day| day.and_hms_opt(0, 0, 0))
        .map_or_else(null, |day| iso(day.and_utc())))
}

/// The same month and day in another year; a leap day rolls over to the day after February.
fn in_year(date: DateTime<Utc>, year: i32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, date.month(), date.day()).or_else(|| {
        let eve = NaiveDate::from_ymd_opt(year, date.month(), date.day().checked_sub(1)?)?;
        eve.checked_add_days(Days::new(1))
    })
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of Run")]
fn years_elapsed<'v>(arguments: Arguments<'v>, at: Environment<'v>) -> Result<Val<'v>, Stop> {
    let end = if arguments.get(2).is_nullish() {
        Some(at.now)
    } else {
        date(&arguments, 2, at)?
    };
    let (Some(start), Some(end)) = (date(&arguments, 0, at)?, end) else {
        return Ok(null());
    };
    let years = match end.years_since(start) {
        Some(years) => i64::from(years),
        None => -i64::from(start.years_since(end).unwrap_or(0)),
    };
    Ok(Val::Own(Value::from(years)))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of Run")]
fn has_passed<'v>(arguments: Arguments<'v>, at: Environment<'v>) -> Result<Val<'v>, Stop> {
    let Some(date) = date(&arguments, 0, at)? else {
        return Ok(Val::bool(false));
    };
    let years = match arguments.value(2) {
        None | Some(Value::Null) => 0.0,
        some => to_number(some, at.meter)?.round(),
    };
    let due = add_years(date, number::truncated(years));
    Ok(Val::bool(due.is_some_and(|due| due < at.now)))
}

/// Nothing when the calendar ends before.
fn add_years(date: DateTime<Utc>, years: i64) -> Option<DateTime<Utc>> {
    let months = Months::new(u32::try_from(years.unsigned_abs().checked_mul(12)?).ok()?);
    if years < 0 {
        date.checked_sub_months(months)
    } else {
        date.checked_add_months(months)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of Run")]
fn delta_from_now_ms<'v>(arguments: Arguments<'v>, at: Environment<'v>) -> Result<Val<'v>, Stop> {
    let date = date(&arguments, 0, at)?;
    Ok(date.map_or_else(null, |date| {
        Val::Own(Value::from(
            date.signed_duration_since(at.now).num_milliseconds(),
        ))
    }))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of Run")]
fn to_iso<'v>(arguments: Arguments<'v>, at: Environment<'v>) -> Result<Val<'v>, Stop> {
    Ok(date(&arguments, 0, at)?.map_or_else(null, iso))
}
