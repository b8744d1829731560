//! What an answer means.

use std::time::Duration;

use chrono::{DateTime, Utc};
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, StatusCode};
use linkyard_connector::{DataKey, Request};
use linkyard_expr::{Context, Limits};
use serde_json::{Map, Value, json};

use crate::block::{Block, Site, object, text};
use crate::target::masked;
use crate::{Error, ProviderError};

/// Longest text of a body that is used as a message, in characters.
const MAX_MESSAGE_CHARS: usize = 500;
/// Provider statuses that mean the same to our caller; all others are reported as 502.
const KEPT_STATUSES: [u16; 7] = [400, 401, 403, 404, 409, 422, 429];

/// An answer, read and judged.
#[derive(Debug)]
pub(crate) struct Answer {
    /// The provider's own status.
    pub(crate) received: u16,
    /// The status after `customErrors`.
    pub(crate) status: u16,
    /// What was said, or the status in words.
    pub(crate) message: String,
    /// Headers by name in lower case.
    pub(crate) headers: Value,
    pub(crate) body: Value,
    /// With its query masked.
    pub(crate) url: String,
    /// What the `retry-after` header says.
    pub(crate) retry_after: Option<Duration>,
}

impl Answer {
    /// Reads `response` and applies the request's `customErrors`.
    pub(crate) fn read(
        response: &linkyard_net::Response,
        step: &str,
        request: &Request,
        block: &Block,
    ) -> Result<Self, Error> {
        let received = response.status.as_u16();
        let body = parse(response)?;
        let mut answer = Self {
            received,
            status: received,
            message: message(&body, received),
            headers: headers(&response.headers),
            body,
            url: masked(&response.url),
            retry_after: retry_after(&response.headers, block.now),
        };
        if !request.custom_errors.is_empty() {
            answer.customize(step, request, block)?;
        }
        Ok(answer)
    }

    fn customize(&mut self, step: &str, request: &Request, block: &Block) -> Result<(), Error> {
        let (status, url, said) = (json!(self.received), json!(self.url), json!(self.message));
        let context = Context::new(block.now)
            .with("status", &status)
            .with("data", &self.body)
            .with("headers", &self.headers)
            .with("requestUrl", &url)
            .with("message", &said);
        let site = Site::new(step, "customErrors");
        for custom in request
            .custom_errors
            .iter()
            .filter(|custom| custom.received_status == self.received)
        {
            let with_credentials = context
                .clone()
                .with("credentials", &block.credentials.values);
            if !site.holds(custom.condition.as_ref(), &with_credentials)? {
                continue;
            }
            let message = match &custom.message {
                Some(message) => site.safe(message, &context)?.and_then(|value| text(&value)),
                None => None,
            };
            self.message = message.unwrap_or_else(|| status_text(custom.target_status));
            self.status = custom.target_status;
            break;
        }
        Ok(())
    }

    pub(crate) fn failed(&self) -> bool {
        self.status >= 400
    }

    /// The answer as an error for the caller.
    pub(crate) fn error(&self) -> Error {
        let status = if KEPT_STATUSES.contains(&self.status) {
            self.status
        } else {
            502
        };
        let raw = match &self.body {
            Value::Object(entries) => Some(entries.clone()),
            Value::Null => None,
            Value::String(text) => Some(Map::from_iter([("message".to_owned(), cut(text).into())])),
            other => Some(Map::from_iter([("data".to_owned(), other.clone())])),
        };
        Error::Provider {
            status,
            message: self.message.clone(),
            provider_errors: vec![ProviderError {
                status: Some(self.received),
                url: Some(self.url.clone()),
                raw,
                headers: Some(self.helpful_headers()),
            }],
            retry_after_s: self.retry_after.map(|wait| wait.as_secs()),
        }
    }

    fn helpful_headers(&self) -> Map<String, Value> {
        let helps = |name: &str| {
            matches!(
                name,
                "content-type" | "retry-after" | "date" | "request-id" | "x-correlation-id"
            ) || name.ends_with("-request-id")
                || name.contains("ratelimit")
                || name.contains("rate-limit")
        };
        let Value::Object(headers) = &self.headers else {
            return Map::new();
        };
        headers
            .iter()
            .filter(|(name, _)| helps(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    /// What a step keeps of the answer besides `data`.
    pub(crate) fn raw(&mut self) -> Value {
        object([
            ("status", self.received.into()),
            ("data", self.body.take()),
            ("headers", self.headers.take()),
            ("requestUrl", self.url.clone().into()),
        ])
    }

    /// The part of the body that the connector asks for.
    pub(crate) fn data(
        &self,
        step: &str,
        key: Option<&DataKey>,
        block: &Block,
    ) -> Result<Option<Value>, Error> {
        match key {
            Some(key) if self.body.is_object() => {
                pick(step, "response.dataKey", key, &self.body, block)
            }
            _ => Ok(Some(self.body.clone())),
        }
    }

    /// The list that [`Self::data`] would give, moved out of the body where that is possible, because pages are large.
    pub(crate) fn take_list(
        &mut self,
        step: &str,
        key: Option<&DataKey>,
        block: &Block,
    ) -> Result<Option<Vec<Value>>, Error> {
        let held = match key {
            Some(DataKey::Path(_, name)) => match self.body.get_mut(name) {
                Some(held @ Value::Array(_)) => Some(held.take()),
                _ => None,
            },
            _ => None,
        };
        let value = match held {
            Some(list) => Some(list),
            None if self.body.is_array() => Some(self.body.take()),
            None => self.data(step, key, block)?,
        };
        Ok(match value {
            Some(Value::Array(items)) => Some(items),
            _ => None,
        })
    }
}

/// What stands at `key` in `object`.
pub(crate) fn pick(
    step: &str,
    what: &str,
    key: &DataKey,
    object: &Value,
    block: &Block,
) -> Result<Option<Value>, Error> {
    let site = Site::new(step, what);
    match key {
        DataKey::Path(path, name) => {
            let found = path
                .value(object, &Limits::default())
                .map_err(|error| site.fault(error))?;
            Ok(found.or_else(|| object.get(name).cloned()))
        }
        DataKey::Expression(expression) => site.safe(expression, &block.only(object)),
    }
}

/// Turns records into a map by one of their fields, if the connector asks for it.
pub(crate) fn index(data: Value, request: &Request) -> Value {
    let Some(field) = &request.index_field else {
        return data;
    };
    match data {
        Value::Array(records) if request.collection => Value::Object(
            records
                .into_iter()
                .filter_map(|record| Some((record.get(field).and_then(text)?, record)))
                .collect(),
        ),
        Value::Object(record) if !request.collection => match record.get(field).and_then(text) {
            Some(key) => Value::Object(Map::from_iter([(key, Value::Object(record))])),
            None => Value::Object(record),
        },
        other => other,
    }
}

fn parse(response: &linkyard_net::Response) -> Result<Value, Error> {
    if response.body.is_empty() {
        return Ok(Value::Null);
    }
    let kind = response
        .headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    let kind = kind
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let says_json = kind == "application/json" || kind == "text/json" || kind.ends_with("+json");
    let looks_like_json = kind.is_empty() && matches!(response.body.first(), Some(b'{' | b'['));
    if says_json || looks_like_json {
        match serde_json::from_slice(&response.body) {
            Ok(value) => return Ok(value),
            Err(_) if looks_like_json || response.status.as_u16() >= 400 => {}
            Err(_) => {
                return Err(Error::Provider {
                    status: 502,
                    message: "the provider's answer is not the JSON that it says it is".to_owned(),
                    provider_errors: vec![ProviderError {
                        status: Some(response.status.as_u16()),
                        url: Some(masked(&response.url)),
                        ..ProviderError::default()
                    }],
                    retry_after_s: None,
                });
            }
        }
    }
    Ok(Value::String(
        String::from_utf8_lossy(&response.body).into_owned(),
    ))
}

fn headers(headers: &HeaderMap) -> Value {
    let mut map = Map::new();
    for (name, value) in headers {
        let value = String::from_utf8_lossy(value.as_bytes());
        match map.get_mut(name.as_str()) {
            Some(Value::String(held)) => {
                held.push_str(", ");
                held.push_str(&value);
            }
            _ => drop(map.insert(name.to_string(), value.into())),
        }
    }
    Value::Object(map)
}

/// What the body says about a failure; else the status in words.
fn message(body: &Value, status: u16) -> String {
    if status < 400 {
        return status_text(status);
    }
    let first = match body {
        Value::Array(items) => items.first().unwrap_or(body),
        _ => body,
    };
    let said = [
        first.pointer("/message"),
        first.pointer("/error/message"),
        first.get("error"),
        first.get("error_description"),
    ]
    .into_iter()
    .flatten()
    .filter_map(Value::as_str)
    .find(|text| !text.trim().is_empty());
    match (said, body) {
        (Some(said), _) => cut(said),
        (None, Value::String(body)) if !body.trim().is_empty() => cut(body.trim()),
        _ => status_text(status),
    }
}

fn cut(text: &str) -> String {
    text.chars().take(MAX_MESSAGE_CHARS).collect()
}

fn status_text(status: u16) -> String {
    let words = StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason());
    words.map_or_else(|| format!("status {status}"), str::to_owned)
}

/// Seconds or a date, whatever they say; a header that says neither counts as one second.
fn retry_after(headers: &HeaderMap, now: DateTime<Utc>) -> Option<Duration> {
    let value = headers
        .get(RETRY_AFTER)?
        .to_str()
        .unwrap_or_default()
        .trim();
    let seconds = value
        .parse::<f64>()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let until = || {
        let date = DateTime::<Utc>::from(httpdate::parse_http_date(value).ok()?);
        Some((date - now).to_std().unwrap_or_default())
    };
    Some(seconds.or_else(until).unwrap_or(Duration::from_secs(1)))
}
