//! Query strings: repeated keys, comma lists, `filter[...]`.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::error::ApiError;

/// The pairs of a query string, decoded, in order.
#[derive(Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// The first value of `key`.
    pub(crate) fn first(&self, key: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(k, _)| k == key)
            .map(|(_, value)| value.as_str())
    }

    /// Every value of `key`, repeated or joined by commas, without empty ones.
    pub(crate) fn list(&self, key: &str) -> Vec<String> {
        let values = self
            .0
            .iter()
            .filter(|(k, _)| k == key || k.strip_suffix("[]") == Some(key));
        values
            .flat_map(|(_, value)| value.split(','))
            .map(str::trim)
            .filter(|value| !value.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// A whole number of at least `least`.
    pub(crate) fn number(&self, key: &str, default: u32, least: u32) -> Result<u32, ApiError> {
        let Some(text) = self.first(key) else {
            return Ok(default);
        };
        match text.parse::<u32>() {
            Ok(number) if number >= least => Ok(number),
            _ => Err(ApiError::bad_request(format!(
                "{key} must be a whole number of at least {least}"
            ))),
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let text = parts.uri.query().unwrap_or_default();
        Ok(Self(
            url::form_urlencoded::parse(text.as_bytes())
                .into_owned()
                .collect(),
        ))
    }
}
