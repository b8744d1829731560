//! The pages in the binary, under a strict content security policy.

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::App;
use crate::error::ApiError;

/// No script, style, image or connection but our own, no frame around the page, no form to elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const MISSING: &str = "<!doctype html><html lang=\"en\"><title>Linkyard</title><h1>This binary has no pages</h1>\
                       <p>It was built without them. Run <code>make build</code> in the project's folder: it builds the \
                       pages and a binary that holds them. The API works all the same.</p></html>";

#[derive(RustEmbed)]
#[folder = "../../web/hub/dist"]
#[allow_missing = true]
struct HubFiles;

#[derive(RustEmbed)]
#[folder = "../../web/dashboard/dist"]
#[allow_missing = true]
struct DashboardFiles;

pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/", get(|| async { Redirect::temporary("/dashboard") }))
        .route("/link", get(|| async { page(HubFiles::get("link.html")) }))
        .route("/dashboard", get(dashboard))
        .route("/dashboard/{*path}", get(dashboard))
        .route("/assets/hub/{*path}", get(hub_asset))
        .route("/assets/dashboard/{*path}", get(dashboard_asset))
}

async fn dashboard() -> Response {
    page(DashboardFiles::get("index.html"))
}

/// Other sites load the hub element from here, so any origin may read it.
async fn hub_asset(Path(path): Path<String>) -> Result<Response, ApiError> {
    let mut response = asset(&path, HubFiles::get(&path))?;
    response.headers_mut().insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    Ok(response)
}

async fn dashboard_asset(Path(path): Path<String>) -> Result<Response, ApiError> {
    asset(&path, DashboardFiles::get(&path))
}

fn page(file: Option<EmbeddedFile>) -> Response {
    match file {
        Some(file) => html(String::from_utf8_lossy(&file.data).into_owned()),
        None => html(MISSING.to_owned()),
    }
}

/// A page with the headers that every page has.
pub(crate) fn html(text: String) -> Response {
    let mut response = Html(text).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(POLICY),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    headers.insert(
        "cross-origin-opener-policy",
        HeaderValue::from_static("same-origin-allow-popups"),
    );
    response
}

fn asset(path: &str, file: Option<EmbeddedFile>) -> Result<Response, ApiError> {
    let file = file.ok_or_else(|| ApiError::new(StatusCode::NOT_FOUND, "asset not found"))?;
    let kind = match path.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    // The names of the files stay the same over versions, so a browser asks each time.
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    Ok((headers, file.data.into_owned()).into_response())
}
