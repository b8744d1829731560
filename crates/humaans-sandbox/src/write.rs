//! Changes: checked against the fields, then against the rules of the resource.

use crate::{
    error::ApiError,
    schema::{Kind, Row, Type, Write, text},
    state::{Data, now},
    token,
    view::Viewer,
};
use chrono::NaiveDate;
use serde_json::{Value, json};

fn check(kind: Kind, body: &Row, create: bool) -> Result<(), ApiError> {
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

/// The rules that need other rows.
fn rules(data: &Data, viewer: &Viewer, kind: Kind, row: &mut Row) -> Result<(), ApiError> {
    let id = text(row, "id").to_owned();
    let mine = |kind: Kind, id: &str| {
        data.row(kind, id)
            .is_some_and(|r| text(r, "companyId") == viewer.company_id)
    };
    if kind.is_owned() && !mine(Kind::People, text(row, "personId")) {
        return Err(ApiError::invalid("personId", "no such person"));
    }
    match kind {
        Kind::People => {
            let email = text(row, "email").to_lowercase();
            if !email.contains('@') {
                return Err(ApiError::invalid("email", "must be a mail address"));
            }
            if data.tables[&kind]
                .values()
                .any(|p| text(p, "id") != id && text(p, "email").to_lowercase() == email)
            {
                return Err(ApiError::invalid("email", "is already used"));
            }
            let place = text(row, "locationId").to_owned();
            if place == "remote" {
                if text(row, "remoteCity").is_empty() {
                    return Err(ApiError::invalid("remoteCity", "is required with remote"));
                }
            } else if !mine(Kind::Locations, &place) {
                return Err(ApiError::invalid("locationId", "no such location"));
            }
            let zone = if place == "remote" {
                row.get("remoteTimezone").cloned()
            } else {
                data.row(Kind::Locations, &place)
                    .and_then(|l| l.get("timezone").cloned())
            };
            row.insert("timezone".to_owned(), zone.unwrap_or_default());
            if !text(row, "employmentEndDate").is_empty()
                && text(row, "employmentEndDate") < text(row, "employmentStartDate")
            {
                return Err(ApiError::invalid(
                    "employmentEndDate",
                    "is before the start",
                ));
            }
        }
        Kind::JobRoles => {
            let person = text(row, "personId");
            let mut boss = text(row, "reportingTo").to_owned();
            if !boss.is_empty() && !mine(Kind::People, &boss) {
                return Err(ApiError::invalid("reportingTo", "no such person"));
            }
            for _ in 0..1000 {
                if boss == person {
                    return Err(ApiError::invalid("reportingTo", "would make a circle"));
                }
                boss = crate::view::current_role(data, &boss, viewer.today)
                    .map(|r| text(r, "reportingTo").to_owned())
                    .unwrap_or_default();
            }
            let twice = data.tables[&kind].values().any(|r| {
                text(r, "id") != id
                    && text(r, "personId") == person
                    && text(r, "effectiveDate") == text(row, "effectiveDate")
            });
            if twice {
                return Err(ApiError::invalid(
                    "effectiveDate",
                    "is already used by another role",
                ));
            }
        }
        Kind::Compensations => {
            if !mine(Kind::CompensationTypes, text(row, "compensationTypeId")) {
                return Err(ApiError::invalid("compensationTypeId", "no such type"));
            }
            if let Some(Value::Number(n)) = row.get("amount") {
                let s = n.to_string();
                row.insert("amount".to_owned(), json!(s));
            }
        }
        Kind::TimeAway => time_away(data, viewer, row)?,
        Kind::Companies | Kind::Locations | Kind::CompensationTypes | Kind::TimeAwayTypes => {}
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
    let overlap = data.tables[&Kind::TimeAway].values().any(|t| {
        text(t, "personId") == text(row, "personId")
            && text(t, "id") != text(row, "id")
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

/// Whether the role may change rows of this kind for this person.
fn allowed(viewer: &Viewer, kind: Kind, person: &str) -> Result<(), ApiError> {
    let fine = match kind {
        Kind::Compensations | Kind::CompensationTypes => {
            matches!(viewer.role.as_str(), "owner" | "finance")
        }
        Kind::TimeAway => viewer.person_id == person || viewer.is_manager_of(person),
        Kind::People => viewer.reaches(person),
        Kind::JobRoles => viewer.is_manager_of(person),
        Kind::Companies | Kind::Locations | Kind::TimeAwayTypes => {
            matches!(viewer.role.as_str(), "owner" | "admin")
        }
    };
    if fine {
        Ok(())
    } else {
        Err(ApiError::new(403, "Your role does not allow this"))
    }
}

pub(crate) fn create(
    data: &mut Data,
    viewer: &Viewer,
    kind: Kind,
    mut body: Row,
) -> Result<Row, ApiError> {
    if kind == Kind::People && !matches!(viewer.role.as_str(), "owner" | "admin") {
        return Err(ApiError::new(403, "Your role does not allow this"));
    }
    check(kind, &body, true)?;
    if kind != Kind::People {
        allowed(viewer, kind, text(&body, "personId"))?;
    }
    let job = body.shift_remove("jobRole");
    let id = token::random_id(24)?;
    let mut row: Row = kind
        .fields()
        .iter()
        .map(|f| {
            (
                f.name.to_owned(),
                body.get(f.name).cloned().unwrap_or(if f.ty == Type::List {
                    json!([])
                } else {
                    Value::Null
                }),
            )
        })
        .collect();
    for (name, value) in [
        ("id", json!(id)),
        ("companyId", json!(viewer.company_id)),
        ("createdAt", json!(now())),
    ] {
        if kind.field(name).is_some() {
            row.insert(name.to_owned(), value);
        }
    }
    row.insert("updatedAt".to_owned(), row["createdAt"].clone());
    if kind == Kind::People {
        if text(&row, "firstWorkingDay").is_empty() {
            row.insert(
                "firstWorkingDay".to_owned(),
                row["employmentStartDate"].clone(),
            );
        }
        for (name, value) in [
            ("isVerified", json!(false)),
            ("role", json!("user")),
            ("demo", json!(false)),
        ] {
            row.insert(name.to_owned(), value);
        }
    }
    if kind == Kind::TimeAway {
        let needs = data
            .row(Kind::TimeAwayTypes, text(&row, "timeAwayTypeId"))
            .is_none_or(|t| t.get("requiresApproval") != Some(&json!(false)));
        if row["requestStatus"].is_string() {
            return Err(ApiError::invalid(
                "requestStatus",
                "is set by an approver later",
            ));
        }
        row.insert(
            "requestStatus".to_owned(),
            json!(if needs && !viewer.is_manager_of(text(&row, "personId")) {
                "pending"
            } else {
                "approved"
            }),
        );
    }
    rules(data, viewer, kind, &mut row)?;
    let first = match (kind, job) {
        (Kind::People, Some(Value::Object(job))) => Some(first_role(data, viewer, &row, job)?),
        (Kind::People, _) => return Err(ApiError::invalid("jobRole", "is required")),
        _ => None,
    };
    data.set(kind, &id, Some(row.clone()));
    if let Some(role) = first {
        let id = text(&role, "id").to_owned();
        data.set(Kind::JobRoles, &id, Some(role));
    }
    Ok(row)
}

fn first_role(data: &Data, viewer: &Viewer, person: &Row, mut job: Row) -> Result<Row, ApiError> {
    job.insert("personId".to_owned(), person["id"].clone());
    job.insert(
        "effectiveDate".to_owned(),
        person["employmentStartDate"].clone(),
    );
    check(Kind::JobRoles, &job, true)?;
    let boss = text(&job, "reportingTo");
    if !boss.is_empty()
        && data
            .row(Kind::People, boss)
            .is_none_or(|p| text(p, "companyId") != viewer.company_id)
    {
        return Err(ApiError::invalid("jobRole.reportingTo", "no such person"));
    }
    let mut row: Row = Kind::JobRoles
        .fields()
        .iter()
        .map(|f| {
            (
                f.name.to_owned(),
                job.get(f.name).cloned().unwrap_or_default(),
            )
        })
        .collect();
    row.insert("id".to_owned(), json!(token::random_id(24)?));
    for name in ["createdAt", "updatedAt"] {
        row.insert(name.to_owned(), person[name].clone());
    }
    Ok(row)
}

/// The row to change, if the caller sees it and may change it.
fn target(data: &Data, viewer: &Viewer, kind: Kind, id: &str) -> Result<Row, ApiError> {
    let row = data
        .row(kind, id)
        .filter(|r| viewer.sees(data, kind, r))
        .ok_or_else(ApiError::not_found)?;
    allowed(
        viewer,
        kind,
        text(
            row,
            if kind == Kind::People {
                "id"
            } else {
                "personId"
            },
        ),
    )?;
    Ok(row.clone())
}

pub(crate) fn patch(
    data: &mut Data,
    viewer: &Viewer,
    kind: Kind,
    id: &str,
    body: Row,
) -> Result<Row, ApiError> {
    let mut row = target(data, viewer, kind, id)?;
    check(kind, &body, false)?;
    if kind == Kind::TimeAway
        && (body.contains_key("requestStatus") || body.contains_key("reviewNote"))
    {
        if !viewer.is_manager_of(text(&row, "personId")) {
            return Err(ApiError::new(403, "Only an approver may decide"));
        }
        row.insert("reviewedBy".to_owned(), json!(viewer.person_id));
        row.insert("reviewedAt".to_owned(), json!(now()));
    }
    row.extend(body);
    row.insert("updatedAt".to_owned(), json!(now()));
    rules(data, viewer, kind, &mut row)?;
    data.set(kind, id, Some(row.clone()));
    Ok(row)
}

pub(crate) fn delete(
    data: &mut Data,
    viewer: &Viewer,
    kind: Kind,
    id: &str,
) -> Result<(), ApiError> {
    let row = target(data, viewer, kind, id)?;
    let used = |k: Kind, field: &str| data.tables[&k].values().any(|r| text(r, field) == id);
    let conflict = match kind {
        Kind::Locations => used(Kind::People, "locationId"),
        Kind::CompensationTypes => used(Kind::Compensations, "compensationTypeId"),
        Kind::TimeAwayTypes => used(Kind::TimeAway, "timeAwayTypeId"),
        Kind::JobRoles => data
            .roles_of
            .get(text(&row, "personId"))
            .is_none_or(|r| r.len() < 2),
        _ => false,
    };
    if conflict {
        return Err(ApiError::new(409, "It is still in use"));
    }
    if kind == Kind::People {
        for owned in [Kind::JobRoles, Kind::Compensations, Kind::TimeAway] {
            let ids: Vec<String> = data.tables[&owned]
                .iter()
                .filter(|(_, r)| text(r, "personId") == id)
                .map(|(i, _)| i.clone())
                .collect();
            for i in ids {
                data.set(owned, &i, None);
            }
        }
    }
    data.set(kind, id, None);
    Ok(())
}
