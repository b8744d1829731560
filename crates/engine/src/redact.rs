//! Keeps credentials out of what leaves the engine.

use std::borrow::Cow;

use linkyard_connector::{AuthMethod, Authorization};
use serde_json::{Map, Value};

use crate::authorize::{Proof, proof};
use crate::block::Block;
use crate::{Error, ProviderError};

/// Shorter values are not looked for: they occur by chance.
const MIN_CHARS: usize = 8;
/// What stands in the place of a credential.
const MASK: &str = "[redacted]";

/// Values beside a credential that are no secret, by the names under which token exchanges keep them.
const PLAIN_KEYS: [&str; 9] = [
    "authentication_config_key",
    "clientId",
    "environment",
    "expiresAt",
    "expiresIn",
    "redirectUri",
    "scope",
    "scopes",
    "tokenType",
];

/// The texts of a credential that must not be seen.
pub(crate) struct Secrets<'a>(Vec<Cow<'a, str>>);

impl<'a> Secrets<'a> {
    /// All texts in `block`'s credential, but for fields that are not secret, and what a `basic` authorization makes
    /// of them.
    pub(crate) fn of(auth: &AuthMethod, block: &'a Block) -> Self {
        let plain = |key: &str| {
            PLAIN_KEYS.contains(&key)
                || auth
                    .config_fields
                    .iter()
                    .chain(&auth.setup_fields)
                    .any(|field| field.key == key && !field.secret)
        };
        let mut texts = Vec::new();
        if let Value::Object(entries) = &block.credentials.values {
            entries
                .iter()
                .filter(|(key, _)| !plain(key))
                .for_each(|(_, value)| collect(value, &mut texts));
        }
        if matches!(auth.authorization, Authorization::Basic { .. })
            && let Ok(Proof::Header(_, value)) = proof(&auth.authorization, "", &block.fixed())
            && let Some(pair) = value
                .to_str()
                .ok()
                .and_then(|value| value.strip_prefix("Basic "))
            && pair.len() >= MIN_CHARS
        {
            texts.push(Cow::Owned(pair.to_owned()));
        }
        Self(texts)
    }

    /// Whether a credential stands anywhere in `value`.
    pub(crate) fn leak_into(&self, value: &Value) -> bool {
        !self.0.is_empty() && self.found(value)
    }

    fn found(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.0.iter().any(|secret| text.contains(&**secret)),
            Value::Array(items) => items.iter().any(|item| self.found(item)),
            Value::Object(entries) => entries.iter().any(|(key, value)| {
                self.0.iter().any(|secret| key.contains(&**secret)) || self.found(value)
            }),
            Value::Null | Value::Bool(_) | Value::Number(_) => false,
        }
    }

    /// `text` without credentials.
    pub(crate) fn mask(&self, text: String) -> String {
        self.0.iter().fold(text, |text, secret| {
            if text.contains(&**secret) {
                text.replace(&**secret, MASK)
            } else {
                text
            }
        })
    }

    /// `error` without credentials.
    pub(crate) fn mask_error(&self, error: Error) -> Error {
        match error {
            Error::Provider {
                status,
                message,
                provider_errors,
                retry_after_s,
            } => Error::Provider {
                status,
                message: self.mask(message),
                provider_errors: provider_errors
                    .into_iter()
                    .map(|error| self.mask_provider(error))
                    .collect(),
                retry_after_s,
            },
            Error::InvalidInput(lines) => {
                Error::InvalidInput(lines.into_iter().map(|line| self.mask(line)).collect())
            }
            Error::Limit(message) => Error::Limit(self.mask(message)),
            Error::Expression { step, site, source } if self.found(&source.to_string().into()) => {
                let source = crate::Fault::Value(self.mask(source.to_string()));
                Error::Expression { step, site, source }
            }
            other => other,
        }
    }

    fn mask_provider(&self, error: ProviderError) -> ProviderError {
        ProviderError {
            status: error.status,
            url: error.url.map(|url| self.mask(url)),
            raw: error.raw.map(|raw| self.mask_map(raw)),
            headers: error.headers.map(|headers| self.mask_map(headers)),
        }
    }

    fn mask_map(&self, map: Map<String, Value>) -> Map<String, Value> {
        map.into_iter()
            .map(|(key, value)| (self.mask(key), self.mask_value(value)))
            .collect()
    }

    fn mask_value(&self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.mask(text)),
            Value::Array(items) => items
                .into_iter()
                .map(|item| self.mask_value(item))
                .collect(),
            Value::Object(entries) => Value::Object(self.mask_map(entries)),
            other => other,
        }
    }
}

fn collect<'a>(value: &'a Value, texts: &mut Vec<Cow<'a, str>>) {
    match value {
        Value::String(text) if text.chars().count() >= MIN_CHARS => texts.push(text.into()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, texts)),
        Value::Object(entries) => entries.values().for_each(|value| collect(value, texts)),
        _ => {}
    }
}
