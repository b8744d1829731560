//! The token page and `/_sandbox`: for the person at the machine, never for another site.

use crate::{
    Sandbox, Scope, api,
    error::ApiError,
    query::pairs,
    schema::{Kind, text},
    state::{Fault, lock},
};
use axum::{
    Json, Router,
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode},
    middleware::{self, Next},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{any, get, patch, post},
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::fmt::Write as _;

const CSP: &str = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const CSS: &str = "body{font:16px/1.5 system-ui;max-width:46rem;margin:2rem auto;padding:0 1rem}fieldset{margin:1rem 0}label{display:block}code{background:#eee;padding:.3rem;user-select:all}li{margin:1rem 0}";

impl Sandbox {
    /// All routes: `/api`, `/` and `/_sandbox`.
    pub fn router(&self) -> Router {
        let mut admin = Router::new()
            .route("/", get(page).post(page_create))
            .route("/tokens/{id}/edit", post(page_edit))
            .route("/tokens/{id}/delete", post(page_delete))
            .route(
                "/_sandbox/app.css",
                get(|| async { ([("content-type", "text/css")], CSS) }),
            )
            .route(
                "/_sandbox/health",
                get(|| async { Json(json!({"status": "ok"})) }),
            )
            .route("/_sandbox/tokens", get(list).post(create))
            .route("/_sandbox/tokens/{id}", patch(edit).delete(remove));
        if self.0.options.expose_faults {
            admin = admin.route("/_sandbox/faults", post(faults));
        }
        admin
            .layer(middleware::from_fn(guard))
            .route("/api", any(api::call))
            .route("/api/{*path}", any(api::call))
            .fallback(|| async { ApiError::not_found() })
            .with_state(self.clone())
    }
}

/// Refuses what another site's page sends, and names that are not this machine's (DNS rebinding).
async fn guard(request: Request, next: Next) -> Response {
    let foreign = is_foreign(
        request.method() == "GET" && request.uri().path() == "/",
        request.headers(),
    );
    if foreign {
        return ApiError::new(403, "Requests of other sites are refused").into_response();
    }
    let mut answer = next.run(request).await;
    for (k, v) in [
        ("content-security-policy", CSP),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
    ] {
        answer
            .headers_mut()
            .insert(k, axum::http::HeaderValue::from_static(v));
    }
    answer
}

fn is_foreign(opens_page: bool, headers: &HeaderMap) -> bool {
    let header = |n: &str| headers.get(n).and_then(|h| h.to_str().ok());
    let host = header("host").unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(n, _)| n);
    header("sec-fetch-site").is_some_and(|s| !matches!(s, "same-origin" | "none") && !opens_page)
        || header("origin").is_some_and(|o| o != format!("http://{host}"))
        || !matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

fn escape(s: &str) -> String {
    s.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

fn boxes(chosen: &[Scope]) -> String {
    Scope::ALL.iter().fold(String::new(), |mut out, s| {
        let state = if *s == Scope::PublicRead {
            " checked disabled"
        } else if chosen.contains(s) {
            " checked"
        } else {
            ""
        };
        write!(
            out,
            "<label><input type=checkbox name=scope value=\"{0}\"{state}> {0}</label>",
            s.as_str()
        )
        .ok();
        out
    })
}

fn html(sandbox: &Sandbox, shown: Option<&str>) -> Html<String> {
    let data = sandbox.read();
    let mut out = "<!doctype html><html lang=en><meta charset=utf-8><title>API access tokens</title><link rel=stylesheet href=/_sandbox/app.css><h1>API access tokens</h1>".to_owned();
    if let Some(token) = shown {
        write!(out, "<p role=status>Copy the token now, it is shown only this once: <code id=token>{}</code>", escape(token)).ok();
    }
    out.push_str("<form method=post action=/><h2>Generate new token</h2><label>Person <select name=personId>");
    for (id, p) in &data.tables[&Kind::People] {
        write!(
            out,
            "<option value=\"{id}\">{} {} ({})</option>",
            escape(text(p, "firstName")),
            escape(text(p, "lastName")),
            escape(text(p, "role"))
        )
        .ok();
    }
    write!(out, "</select></label><label>Label <input name=label required maxlength=100></label><fieldset><legend>Scopes</legend>{}</fieldset><button>Create access token</button></form><h2>Tokens</h2><ul>", boxes(&[])).ok();
    for t in data.tokens() {
        let used = lock(&sandbox.0.last_used)
            .get(&t.id)
            .map_or("Never used".to_owned(), |d| format!("Last used on {d}"));
        write!(out, "<li><b>{0}</b> {used}<form method=post action=\"/tokens/{1}/edit\"><label>Label <input name=label value=\"{0}\" required maxlength=100></label>{2}<button>Save</button></form><form method=post action=\"/tokens/{1}/delete\"><button>Delete</button></form></li>", escape(&t.label), t.id, boxes(&t.scopes)).ok();
    }
    out.push_str("</ul></html>");
    Html(out)
}

async fn page(State(s): State<Sandbox>) -> Html<String> {
    html(&s, None)
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Wanted {
    label: Option<String>,
    person_id: Option<String>,
    scopes: Option<Vec<Scope>>,
}

fn form(body: &str) -> Result<Wanted, ApiError> {
    let mut w = Wanted {
        scopes: Some(vec![Scope::PublicRead]),
        ..Wanted::default()
    };
    for (k, v) in pairs(body) {
        match k.as_str() {
            "label" => w.label = Some(v),
            "personId" => w.person_id = Some(v),
            "scope" => w.scopes.get_or_insert_default().push(
                serde_json::from_value(json!(v))
                    .map_err(|_| ApiError::invalid("scope", "unknown scope"))?,
            ),
            _ => return Err(ApiError::invalid(&k, "unknown field")),
        }
    }
    Ok(w)
}

fn make(s: &Sandbox, w: &Wanted) -> Result<String, ApiError> {
    let label = w
        .label
        .as_deref()
        .filter(|l| !l.trim().is_empty())
        .ok_or_else(|| ApiError::invalid("label", "is required"))?;
    let scopes: Vec<Scope> = Scope::ALL
        .into_iter()
        .filter(|x| *x == Scope::PublicRead || w.scopes.as_ref().is_some_and(|l| l.contains(x)))
        .collect();
    Ok(s.create_token(w.person_id.as_deref().unwrap_or_default(), label, &scopes)?)
}

fn update(s: &Sandbox, id: &str, w: Wanted) -> Result<(), ApiError> {
    if w.person_id.is_some() {
        return Err(ApiError::invalid("personId", "cannot be changed"));
    }
    s.write(|d| {
        let t = d
            .tokens_mut()
            .iter_mut()
            .find(|t| t.id == id)
            .ok_or_else(ApiError::not_found)?;
        if let Some(l) = w.label {
            t.label = l;
        }
        if let Some(l) = w.scopes {
            t.scopes = Scope::ALL
                .into_iter()
                .filter(|x| *x == Scope::PublicRead || l.contains(x))
                .collect();
        }
        Ok(())
    })
}

fn revoke(s: &Sandbox, id: &str) -> Result<(), ApiError> {
    s.write(|d| {
        let before = d.tokens().len();
        d.tokens_mut().retain(|t| t.id != id);
        if d.tokens().len() == before {
            Err(ApiError::not_found())
        } else {
            Ok(())
        }
    })
}

async fn page_create(State(s): State<Sandbox>, body: String) -> Result<Html<String>, ApiError> {
    let token = make(&s, &form(&body)?)?;
    Ok(html(&s, Some(&token)))
}
async fn page_edit(
    State(s): State<Sandbox>,
    Path(id): Path<String>,
    body: String,
) -> Result<Redirect, ApiError> {
    update(&s, &id, form(&body)?)?;
    Ok(Redirect::to("/"))
}
async fn page_delete(
    State(s): State<Sandbox>,
    Path(id): Path<String>,
) -> Result<Redirect, ApiError> {
    revoke(&s, &id)?;
    Ok(Redirect::to("/"))
}

/// JSON only, and named so: a plain form of another site cannot send this type.
fn parse<T: serde::de::DeserializeOwned>(headers: &HeaderMap, body: &str) -> Result<T, ApiError> {
    if !headers
        .get("content-type")
        .and_then(|h| h.to_str().ok())
        .is_some_and(|t| t.starts_with("application/json"))
    {
        return Err(ApiError::new(400, "The body must be JSON"));
    }
    serde_json::from_str(body)
        .map_err(|e| ApiError::new(400, &format!("The body does not fit: {e}")))
}

async fn list(State(s): State<Sandbox>) -> Json<Value> {
    let data = s.read();
    let used = lock(&s.0.last_used);
    Json(
        json!({"data": data.tokens().iter().map(|t| json!({"id": t.id, "label": t.label, "personId": t.person_id, "scopes": t.scopes, "createdAt": t.created_at, "lastUsedAt": used.get(&t.id)})).collect::<Vec<_>>()}),
    )
}
async fn create(
    State(s): State<Sandbox>,
    headers: HeaderMap,
    body: String,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let token = make(&s, &parse(&headers, &body)?)?;
    let id = s.read().token(&token).map(|t| t.id.clone());
    Ok((StatusCode::CREATED, Json(json!({"id": id, "token": token}))))
}
async fn edit(
    State(s): State<Sandbox>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: String,
) -> Result<Json<Value>, ApiError> {
    update(&s, &id, parse(&headers, &body)?)?;
    Ok(Json(json!({"id": id})))
}
async fn remove(State(s): State<Sandbox>, Path(id): Path<String>) -> Result<Json<Value>, ApiError> {
    revoke(&s, &id)?;
    Ok(Json(json!({"id": id, "deleted": true})))
}
async fn faults(
    State(s): State<Sandbox>,
    headers: HeaderMap,
    body: String,
) -> Result<Json<Value>, ApiError> {
    let fault: Fault = parse(&headers, &body)?;
    if !(400..600).contains(&fault.status) {
        return Err(ApiError::invalid("status", "must be an error status"));
    }
    *lock(&s.0.fault) = Some(fault);
    Ok(Json(json!({"status": "ok"})))
}
