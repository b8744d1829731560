//! `/api`: who calls, what is asked, and the answer.

use crate::{
    error::ApiError,
    query::{Query, compare},
    schema::{Kind, Row, text},
    state::{Data, Sandbox, lock},
    view::{Viewer, status, viewer},
    write,
};
use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use std::collections::HashMap;

/// Every call under `/api`.
pub(crate) async fn call(
    State(sandbox): State<Sandbox>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    forced(&sandbox).await?;
    let token = headers
        .get("authorization")
        .and_then(|h| h.to_str().ok())
        .and_then(|h| h.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, t)| t.trim())
        .unwrap_or_default();
    let who = viewer(&sandbox.read(), token, sandbox.today())
        .ok_or_else(|| ApiError::new(401, "The access token is missing or not valid"))?;
    sandbox.take(&who.token_id).map_err(|s| ApiError {
        retry_after: Some(s),
        ..ApiError::new(429, "Too many requests")
    })?;
    lock(&sandbox.0.last_used).insert(who.token_id.clone(), who.today);
    let path: Vec<&str> = uri
        .path()
        .trim_start_matches("/api")
        .split('/')
        .filter(|s| !s.is_empty())
        .collect();
    route(
        &sandbox,
        &who,
        &method,
        &path,
        uri.query().unwrap_or_default(),
        &body,
    )
}

async fn forced(sandbox: &Sandbox) -> Result<(), ApiError> {
    let fault = {
        let mut slot = lock(&sandbox.0.fault);
        let now = slot.as_ref().filter(|f| f.count > 0).cloned();
        if let Some(f) = slot.as_mut() {
            f.count = f.count.saturating_sub(1);
        }
        now
    };
    let Some(fault) = fault else { return Ok(()) };
    tokio::time::sleep(std::time::Duration::from_millis(
        fault.delay_ms.min(120_000),
    ))
    .await;
    Err(ApiError {
        retry_after: fault.retry_after,
        ..ApiError::new(fault.status, "A fault was asked for")
    })
}

fn token_info(who: &Viewer) -> Value {
    json!({
        "id": who.token_id,
        "companyId": who.company_id,
        "personId": who.person_id,
        "label": who.label,
        "scopes": who.scopes,
    })
}

fn route(
    sandbox: &Sandbox,
    who: &Viewer,
    method: &Method,
    path: &[&str],
    query: &str,
    body: &[u8],
) -> Result<Response, ApiError> {
    let no_method = || ApiError::new(405, "The method is not offered");
    let kind = match path {
        ["me" | "token-info"] if method != Method::GET => return Err(no_method()),
        ["token-info"] => return Ok(Json(token_info(who)).into_response()),
        ["me"] => return one(sandbox, who, Kind::People, &who.person_id, true),
        [kind] | [kind, _] => Kind::from_path(kind).ok_or_else(ApiError::not_found)?,
        _ => return Err(ApiError::not_found()),
    };
    match (method.as_str(), path.get(1)) {
        ("GET", None) => list(sandbox, who, kind, query),
        ("GET", Some(id)) => one(sandbox, who, kind, id, false),
        ("POST", None) | ("PATCH" | "DELETE", Some(_))
            if kind == Kind::Companies && method != Method::PATCH =>
        {
            Err(no_method())
        }
        ("POST", None) | ("PATCH" | "DELETE", Some(_)) => change(
            sandbox,
            who,
            kind,
            method,
            path.get(1).copied().unwrap_or_default(),
            body,
        ),
        _ => Err(no_method()),
    }
}

fn one(
    sandbox: &Sandbox,
    who: &Viewer,
    kind: Kind,
    id: &str,
    own: bool,
) -> Result<Response, ApiError> {
    if let Some(scope) = who.missing_to_read(kind) {
        return Err(ApiError::forbidden(scope));
    }
    let data = sandbox.read();
    let row = data
        .row(kind, id)
        .filter(|r| own || who.sees(&data, kind, r))
        .ok_or_else(ApiError::not_found)?;
    Ok(Json(who.render(&data, kind, row)).into_response())
}

/// Keeps, per person (and type of pay), the row in force on a day.
fn in_force<'a>(kind: Kind, rows: Vec<&'a Row>, day: &str) -> Vec<&'a Row> {
    let key = |r: &'a Row| {
        (
            text(r, "personId"),
            if kind == Kind::Compensations {
                text(r, "compensationTypeId")
            } else {
                ""
            },
        )
    };
    let mut best: HashMap<(&str, &str), &Row> = HashMap::new();
    for row in rows.iter().filter(|r| text(r, "effectiveDate") <= day) {
        let held = best.entry(key(row)).or_insert(row);
        if text(row, "effectiveDate") > text(held, "effectiveDate") {
            *held = row;
        }
    }
    let open = |r: &Row| text(r, "endDate").is_empty() || text(r, "endDate") >= day;
    rows.into_iter()
        .filter(|r| {
            open(r)
                && best
                    .get(&key(r))
                    .is_some_and(|b| text(b, "id") == text(r, "id"))
        })
        .collect()
}

fn list(sandbox: &Sandbox, who: &Viewer, kind: Kind, raw: &str) -> Result<Response, ApiError> {
    if let Some(scope) = who.missing_to_read(kind) {
        return Err(ApiError::forbidden(scope));
    }
    let query = Query::parse(kind, raw)?;
    let data = sandbox.read();
    let mut rows: Vec<&Row> = data.tables[&kind]
        .values()
        .filter(|r| who.sees(&data, kind, r))
        .collect();
    if kind == Kind::People {
        let wanted = query.status.as_deref().unwrap_or("active");
        rows.retain(|r| wanted == "all" || status(r, who.today) == wanted);
    }
    if let Some(day) = query.as_of {
        rows = in_force(kind, rows, &day.to_string());
    }
    let value = |r, name: &str| who.value(&data, kind, r, name);
    rows.retain(|r| query.holds(|name| value(r, name)));
    sort(&mut rows, &query, who, &data, kind);
    let total = rows.len();
    let page: Vec<Row> = rows
        .into_iter()
        .skip(query.skip)
        .take(query.limit)
        .map(|r| who.render(&data, kind, r))
        .collect();
    Ok(
        Json(json!({"total": total, "limit": query.limit, "skip": query.skip, "data": page}))
            .into_response(),
    )
}

fn sort(rows: &mut [&Row], query: &Query, who: &Viewer, data: &Data, kind: Kind) {
    rows.sort_by(|a, b| {
        for (field, down) in &query.sort {
            let order = compare(
                who.value(data, kind, a, field).as_deref(),
                who.value(data, kind, b, field).as_deref(),
            );
            let order = if *down { order.reverse() } else { order };
            if order.is_ne() {
                return order;
            }
        }
        (text(a, "createdAt"), text(a, "id")).cmp(&(text(b, "createdAt"), text(b, "id")))
    });
}

fn change(
    sandbox: &Sandbox,
    who: &Viewer,
    kind: Kind,
    method: &Method,
    id: &str,
    body: &[u8],
) -> Result<Response, ApiError> {
    if let Some(scope) = who.missing_to_write(kind) {
        return Err(ApiError::forbidden(scope));
    }
    if method == Method::DELETE {
        sandbox.write(|data| write::delete(data, who, kind, id))?;
        return Ok(Json(json!({"id": id, "deleted": true})).into_response());
    }
    let body: Value =
        serde_json::from_slice(body).map_err(|_| ApiError::new(400, "The body is not JSON"))?;
    let Value::Object(body) = body else {
        return Err(ApiError::new(400, "The body must be an object"));
    };
    let create = method == Method::POST;
    let row = sandbox.write(|data| {
        if create {
            write::create(data, who, kind, body)
        } else {
            write::patch(data, who, kind, id, body)
        }
    })?;
    let shown = who.render(&sandbox.read(), kind, &row);
    Ok((
        if create {
            StatusCode::CREATED
        } else {
            StatusCode::OK
        },
        Json(shown),
    )
        .into_response())
}
