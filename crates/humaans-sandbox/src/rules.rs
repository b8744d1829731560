//! What a row must be: its fields by themselves, then against other rows.

use crate::{
    error::ApiError,
    schema::{Kind, Row, Type, Write, text},
    state::Data,
    view::{Viewer, current_role},
};
use chrono::NaiveDate;
use serde_json::{Value, json};

/// Every given field is known, may be written and is of its type; with `create` none that is needed is missing.
pub(crate) fn check(kind: Kind, body: &Row, create: bool) -> Result<(), ApiError> {
    for (name, value) in body {
        let Some(field) = kind.field(name) else {
            return Err(ApiError::invalid(name, "unknown field"));
        };
        if field.write == Write::Never || (field.write == Write::Create && !create) {
            return Err(ApiError::invalid(name, "read-only field"));
        }
        if value.is_null() && field.write != Write::Required {
            continue;
        }
        let fine = match field.ty {
            Type::Text => value
                .as_str()
                .is_some_and(|s| field.write != Write::Required || !s.trim().is_empty()),
            Type::Bool => value.is_boolean(),
            Type::Date => value
                .as_str()
                .is_some_and(|s| s.len() == 10 && s.parse::<NaiveDate>().is_ok()),
            Type::Number => value.is_number(),
            Type::Decimal => {
                value.is_number()
                    || value
                        .as_str()
                        .is_some_and(|s| s.parse::<f64>().is_ok_and(f64::is_finite))
            }
            Type::List => value.is_array(),
            Type::Other => value.is_object(),
            Type::OneOf(words) => value.as_str().is_some_and(|s| words.contains(&s)),
        };
        if !fine {
            return Err(ApiError::invalid(name, "has a wrong type or value"));
        }
    }
    let missing = |n: &str| body.get(n).is_none_or(Value::is_null);
    let needed = kind.fields().iter().find(|f| {
        create
            && (f.write == Write::Required || (f.write == Write::Create && f.name == "personId"))
            && missing(f.name)
    });
    needed.map_or(Ok(()), |f| Err(ApiError::invalid(f.name, "is required")))
}

/// The rules that need other rows; fills in what the sandbox derives.
pub(crate) fn hold(
    data: &Data,
    viewer: &Viewer,
    kind: Kind,
    row: &mut Row,
) -> Result<(), ApiError> {
    if kind.is_owned() && !is_ours(data, viewer, Kind::People, text(row, "personId")) {
        return Err(ApiError::invalid("personId", "no such person"));
    }
    match kind {
        Kind::People => person(data, viewer, row),
        Kind::JobRoles => job_role(data, viewer, row),
        Kind::Compensations => compensation(data, viewer, row),
        Kind::TimeAway => time_away(data, viewer, row),
        Kind::Companies | Kind::Locations | Kind::CompensationTypes | Kind::TimeAwayTypes => Ok(()),
    }
}

/// Whether there is such a row in the caller's company.
fn is_ours(data: &Data, viewer: &Viewer, kind: Kind, id: &str) -> bool {
    data.row(kind, id)
        .is_some_and(|r| text(r, "companyId") == viewer.company_id)
}

/// Whether another row has the same value here.
fn is_taken(data: &Data, kind: Kind, row: &Row, same: impl Fn(&Row) -> bool) -> bool {
    data.tables[&kind]
        .values()
        .any(|r| text(r, "id") != text(row, "id") && same(r))
}

fn person(data: &Data, viewer: &Viewer, row: &mut Row) -> Result<(), ApiError> {
    let email = text(row, "email").to_lowercase();
    if !email.contains('@') {
        return Err(ApiError::invalid("email", "must be a mail address"));
    }
    if is_taken(data, Kind::People, row, |p| {
        text(p, "email").to_lowercase() == email
    }) {
        return Err(ApiError::invalid("email", "is already used"));
    }
    let (start, end) = (
        text(row, "employmentStartDate"),
        text(row, "employmentEndDate"),
    );
    if !end.is_empty() && end < start {
        return Err(ApiError::invalid(
            "employmentEndDate",
            "is before the start",
        ));
    }
    let zone = match text(row, "locationId") {
        "" => None,
        "remote" if text(row, "remoteCity").is_empty() => {
            return Err(ApiError::invalid("remoteCity", "is required with remote"));
        }
        "remote" => row.get("remoteTimezone").cloned(),
        place if is_ours(data, viewer, Kind::Locations, place) => data
            .row(Kind::Locations, place)
            .and_then(|l| l.get("timezone").cloned()),
        _ => return Err(ApiError::invalid("locationId", "no such location")),
    };
    row.insert("timezone".to_owned(), zone.unwrap_or_default());
    Ok(())
}

fn job_role(data: &Data, viewer: &Viewer, row: &Row) -> Result<(), ApiError> {
    let person = text(row, "personId");
    let mut boss = text(row, "reportingTo");
    if !boss.is_empty() && !is_ours(data, viewer, Kind::People, boss) {
        return Err(ApiError::invalid("reportingTo", "no such person"));
    }
    // No longer than there are people, even if the tree has a circle elsewhere.
    for _ in 0..data.tables[&Kind::People].len() {
        if boss == person {
            return Err(ApiError::invalid("reportingTo", "would make a circle"));
        }
        boss = current_role(data, boss, viewer.today).map_or("", |r| text(r, "reportingTo"));
    }
    let is_taken = is_taken(data, Kind::JobRoles, row, |r| {
        text(r, "personId") == person && text(r, "effectiveDate") == text(row, "effectiveDate")
    });
    if is_taken {
        return Err(ApiError::invalid(
            "effectiveDate",
            "is already used by another role",
        ));
    }
    Ok(())
}

fn compensation(data: &Data, viewer: &Viewer, row: &mut Row) -> Result<(), ApiError> {
    let kind = text(row, "compensationTypeId");
    if !is_ours(data, viewer, Kind::CompensationTypes, kind) {
        return Err(ApiError::invalid("compensationTypeId", "no such type"));
    }
    // A number is taken, but money goes out as text.
    if let Some(Value::Number(amount)) = row.get("amount") {
        let amount = amount.to_string();
        row.insert("amount".to_owned(), json!(amount));
    }
    Ok(())
}

fn time_away(data: &Data, viewer: &Viewer, row: &mut Row) -> Result<(), ApiError> {
    let kind = data
        .row(Kind::TimeAwayTypes, text(row, "timeAwayTypeId"))
        .filter(|t| text(t, "companyId") == viewer.company_id)
        .ok_or_else(|| ApiError::invalid("timeAwayTypeId", "no such type"))?;
    let person = data
        .row(Kind::People, text(row, "personId"))
        .ok_or_else(ApiError::not_found)?;
    let (start, end) = (
        text(row, "startDate").to_owned(),
        text(row, "endDate").to_owned(),
    );
    let days = end
        .parse::<NaiveDate>()
        .ok()
        .zip(start.parse::<NaiveDate>().ok())
        .map_or(-1, |(e, s)| (e - s).num_days());
    if !(0..=1100).contains(&days) {
        return Err(ApiError::invalid(
            "endDate",
            "must not be before the start or over three years after it",
        ));
    }
    let overlap = is_taken(data, Kind::TimeAway, row, |t| {
        text(t, "personId") == text(row, "personId")
            && text(t, "requestStatus") != "declined"
            && text(t, "startDate") <= end.as_str()
            && start.as_str() <= text(t, "endDate")
    });
    if overlap {
        return Err(ApiError::invalid("startDate", "overlaps another time away"));
    }
    for name in ["startPeriod", "endPeriod"] {
        if text(row, name).is_empty() {
            row.insert(name.to_owned(), json!("full"));
        }
    }
    crate::away::complete(row, person, kind);
    Ok(())
}
