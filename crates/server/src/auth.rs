//! Who asks. A handler that has one of these values has been authorized.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use linkyard_service::{Caller, Error, HubCaller, Operator};

use crate::App;
use crate::error::ApiError;

/// An application with an API key.
pub(crate) struct Key(pub(crate) Caller);

impl FromRequestParts<App> for Key {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let key = api_key(&parts.headers).unwrap_or_default();
        Ok(Self(app.service.authenticate_key(&key).await?))
    }
}

/// The key in `Authorization`: as Basic user name (with or without the colon, or in the password's place), or as Bearer.
fn api_key(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, rest) = value.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(rest.trim().to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let bytes = STANDARD
        .decode(rest.trim())
        .or_else(|_| STANDARD_NO_PAD.decode(rest.trim()))
        .ok()?;
    let text = String::from_utf8(bytes).ok()?;
    match text.split_once(':') {
        Some(("", password)) => Some(password.to_owned()),
        Some((user, _)) => Some(user.to_owned()),
        None => Some(text),
    }
}

/// An end user with a session token.
pub(crate) struct Hub(pub(crate) HubCaller);

impl FromRequestParts<App> for Hub {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let token = parts
            .headers
            .get("x-hub-session-token")
            .and_then(|value| value.to_str().ok());
        Ok(Self(
            app.service
                .authenticate_hub(token.unwrap_or_default())
                .await?,
        ))
    }
}

/// An operator with a dashboard session.
pub(crate) struct LoggedIn(pub(crate) Operator);

impl FromRequestParts<App> for LoggedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        if parts.method != Method::GET {
            same_origin(&parts.headers)?;
        }
        let cookie = cookie(&parts.headers, cookie_name(app.options.secure_cookies));
        Ok(Self(
            app.service
                .authenticate_operator(cookie.unwrap_or_default())
                .await?,
        ))
    }
}

/// Refuses a request that another site's page may have caused.
pub(crate) fn same_origin(headers: &HeaderMap) -> Result<(), ApiError> {
    let site = headers
        .get("sec-fetch-site")
        .and_then(|value| value.to_str().ok());
    let foreign = site.is_some_and(|site| !matches!(site, "same-origin" | "none"));
    if foreign || headers.get("x-linkyard-dashboard").is_none() {
        return Err(Error::Denied {
            code: "CrossSiteRequest",
            message: "only the dashboard's own pages may do this".to_owned(),
        }
        .into());
    }
    Ok(())
}

/// The name of the dashboard's cookie. The prefix binds it to HTTPS and to this host (RFC 6265bis §4.1.3.2).
pub(crate) const fn cookie_name(secure: bool) -> &'static str {
    if secure {
        "__Host-linkyard"
    } else {
        "linkyard"
    }
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}
