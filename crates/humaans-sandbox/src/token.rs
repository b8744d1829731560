//! Access tokens and their scopes. Only a hash of a token is kept.

use crate::Error;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What an access token may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// Directory data of active people.
    #[serde(rename = "public:read")]
    PublicRead,
    /// Everything but pay and documents.
    #[serde(rename = "private:read")]
    PrivateRead,
    /// Changes of everything but pay and documents.
    #[serde(rename = "private:write")]
    PrivateWrite,
    /// Pay.
    #[serde(rename = "compensations:read")]
    CompensationsRead,
    /// Changes of pay.
    #[serde(rename = "compensations:write")]
    CompensationsWrite,
    /// Documents.
    #[serde(rename = "documents:read")]
    DocumentsRead,
    /// Changes of documents.
    #[serde(rename = "documents:write")]
    DocumentsWrite,
    /// Webhooks.
    #[serde(rename = "webhooks:manage")]
    WebhooksManage,
}

impl Scope {
    /// All scopes, in the order of the token dialog.
    pub const ALL: [Scope; 8] = [
        Scope::PublicRead,
        Scope::PrivateRead,
        Scope::PrivateWrite,
        Scope::CompensationsRead,
        Scope::CompensationsWrite,
        Scope::DocumentsRead,
        Scope::DocumentsWrite,
        Scope::WebhooksManage,
    ];

    /// The scope as it stands on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Scope::PublicRead => "public:read",
            Scope::PrivateRead => "private:read",
            Scope::PrivateWrite => "private:write",
            Scope::CompensationsRead => "compensations:read",
            Scope::CompensationsWrite => "compensations:write",
            Scope::DocumentsRead => "documents:read",
            Scope::DocumentsWrite => "documents:write",
            Scope::WebhooksManage => "webhooks:manage",
        }
    }
}

/// A token as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Token {
    pub(crate) id: String,
    pub(crate) hash: String,
    pub(crate) person_id: String,
    pub(crate) label: String,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) created_at: String,
}

const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Random letters and digits. 62 does not divide 256: bytes of 248 and over are thrown away.
pub(crate) fn random_id(length: usize) -> Result<String, Error> {
    let mut out = String::with_capacity(length);
    let mut bytes = [0u8; 64];
    while out.len() < length {
        getrandom::fill(&mut bytes).map_err(|_| Error::Random)?;
        for b in bytes.iter().filter(|b| **b < 248).take(length - out.len()) {
            out.push(char::from(ALPHABET[usize::from(*b % 62)]));
        }
    }
    Ok(out)
}

pub(crate) fn hash(token: &str) -> String {
    use std::fmt::Write as _;
    Sha256::digest(token)
        .iter()
        .fold(String::with_capacity(64), |mut s, b| {
            // Writing to a string cannot fail.
            write!(s, "{b:02x}").ok();
            s
        })
}
