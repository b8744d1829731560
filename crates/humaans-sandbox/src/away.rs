//! What a booking of time away is worth: its days, one by one.

use crate::schema::{Row, text};
use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};

/// Fills in the derived fields from the dates, the person and the type.
pub(crate) fn complete(row: &mut Row, person: &Row, kind: &Row) {
    let parse = |n: &str| text(row, n).parse::<NaiveDate>().ok();
    let (Some(start), Some(end)) = (parse("startDate"), parse("endDate")) else {
        return;
    };
    let working: Vec<&str> = person
        .get("workingDays")
        .and_then(Value::as_array)
        .map(|d| d.iter().filter_map(|d| d["day"].as_str()).collect())
        .unwrap_or_default();
    let (mut halves, mut breakdown) = (0u32, vec![]);
    for day in start.iter_days().take_while(|d| *d <= end) {
        let period = if day == start {
            text(row, "startPeriod")
        } else if day == end {
            text(row, "endPeriod")
        } else {
            "full"
        };
        let period = if period.is_empty() { "full" } else { period };
        let name = [
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
        ][day.weekday().num_days_from_monday() as usize];
        let holiday = match (day.month(), day.day()) {
            (1, 1) => Some("New Year's Day"),
            (12, 25) => Some("Christmas Day"),
            _ => None,
        };
        let mut item = json!({"date": day.to_string(), "period": period});
        if !working.contains(&name) {
            item["weekend"] = json!(true);
        } else if let Some(h) = holiday {
            item["holiday"] = json!(h);
        } else {
            halves += if period == "full" { 2 } else { 1 };
        }
        breakdown.push(item);
    }
    let name = text(kind, "name").to_owned();
    row.insert("breakdown".to_owned(), json!(breakdown));
    row.insert(
        "days".to_owned(),
        if halves % 2 == 0 {
            json!(halves / 2)
        } else {
            json!(f64::from(halves) / 2.0)
        },
    );
    row.insert(
        "timeAwayType".to_owned(),
        json!({"id": kind.get("id"), "name": name}),
    );
    row.insert("type".to_owned(), json!(crate::seed::legacy_word(&name)));
    row.insert("name".to_owned(), json!(name));
    row.insert(
        "isTimeOff".to_owned(),
        kind.get("isTimeOff").cloned().unwrap_or(json!(true)),
    );
    for (to, default) in [
        ("publicHolidayCalendarId", Value::Null),
        ("workingDays", json!([])),
    ] {
        row.insert(to.to_owned(), person.get(to).cloned().unwrap_or(default));
    }
}
