//! Changes: who may make them, and what each does.

use crate::{
    error::ApiError,
    rules,
    schema::{Kind, Row, Type, text},
    state::{Data, now},
    token,
    view::Viewer,
};
use serde_json::{Value, json};

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
    rules::check(kind, &body, true)?;
    if kind != Kind::People {
        allowed(viewer, kind, text(&body, "personId"))?;
    }
    let job = body.shift_remove("jobRole");
    let mut row = blank(viewer, kind, &body)?;
    match kind {
        Kind::People => new_person(&mut row),
        Kind::TimeAway => new_time_away(data, viewer, &mut row)?,
        _ => {}
    }
    rules::hold(data, viewer, kind, &mut row)?;
    let first = match (kind, job) {
        (Kind::People, Some(Value::Object(job))) => Some(first_role(data, viewer, &row, job)?),
        (Kind::People, _) => return Err(ApiError::invalid("jobRole", "is required")),
        _ => None,
    };
    data.set(kind, text(&row, "id"), Some(row.clone()));
    if let Some(role) = first {
        let id = text(&role, "id").to_owned();
        data.set(Kind::JobRoles, &id, Some(role));
    }
    Ok(row)
}

/// A row with every field of the resource: those given, and the ones each new row gets.
fn blank(viewer: &Viewer, kind: Kind, body: &Row) -> Result<Row, ApiError> {
    let mut row: Row = kind
        .fields()
        .iter()
        .map(|f| {
            let empty = if f.ty == Type::List {
                json!([])
            } else {
                Value::Null
            };
            (
                f.name.to_owned(),
                body.get(f.name).cloned().unwrap_or(empty),
            )
        })
        .collect();
    let at = now();
    for (name, value) in [
        ("id", &token::random_id(24)?),
        ("companyId", &viewer.company_id),
        ("createdAt", &at),
        ("updatedAt", &at),
    ] {
        if kind.field(name).is_some() {
            row.insert(name.to_owned(), json!(value));
        }
    }
    Ok(row)
}

fn new_person(row: &mut Row) {
    if text(row, "firstWorkingDay").is_empty() {
        let start = row["employmentStartDate"].clone();
        row.insert("firstWorkingDay".to_owned(), start);
    }
    for (name, value) in [
        ("isVerified", json!(false)),
        ("role", json!("user")),
        ("demo", json!(false)),
    ] {
        row.insert(name.to_owned(), value);
    }
}

/// Approved at once if nobody has to be asked.
fn new_time_away(data: &Data, viewer: &Viewer, row: &mut Row) -> Result<(), ApiError> {
    if row["requestStatus"].is_string() {
        return Err(ApiError::invalid(
            "requestStatus",
            "is set by an approver later",
        ));
    }
    let needs_approval = data
        .row(Kind::TimeAwayTypes, text(row, "timeAwayTypeId"))
        .is_none_or(|t| t.get("requiresApproval") != Some(&json!(false)));
    let status = if needs_approval && !viewer.is_manager_of(text(row, "personId")) {
        "pending"
    } else {
        "approved"
    };
    row.insert("requestStatus".to_owned(), json!(status));
    Ok(())
}

fn first_role(data: &Data, viewer: &Viewer, person: &Row, mut job: Row) -> Result<Row, ApiError> {
    job.insert("personId".to_owned(), person["id"].clone());
    job.insert(
        "effectiveDate".to_owned(),
        person["employmentStartDate"].clone(),
    );
    rules::check(Kind::JobRoles, &job, true)?;
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
    rules::check(kind, &body, false)?;
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
    rules::hold(data, viewer, kind, &mut row)?;
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
