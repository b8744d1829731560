//! Encodings and digests.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use md5::Md5;
use sha2::{Digest as _, Sha256};

use super::arguments::with_text;
use super::{Arguments, Environment, Function};
use crate::error::Stop;
use crate::value::Val;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "encodeBase64",
        parameters: &["text"],
        summary: "The UTF-8 bytes of a text in base64, standard alphabet, with padding.",
        failures: "missing when there is no text",
        examples: &[(
            "encodeBase64(\"id\" + \":\" + \"secret\")",
            "\"aWQ6c2VjcmV0\"",
        )],
        takes_pattern: false,
        run: encode_base64,
    },
    Function {
        name: "decodeBase64",
        parameters: &["text"],
        summary: "The text whose base64 form is given.",
        failures: "missing when it is not base64 or not UTF-8",
        examples: &[
            ("decodeBase64(\"aWQ6\")", "\"id:\""),
            ("decodeBase64(\"?\")", "null"),
        ],
        takes_pattern: false,
        run: decode_base64,
    },
    Function {
        name: "sha256",
        parameters: &["text"],
        summary: "The SHA-256 digest in lower-case hex.",
        failures: "missing when there is no text",
        examples: &[(
            "sha256(\"abc\")",
            "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"",
        )],
        takes_pattern: false,
        run: sha256,
    },
    Function {
        name: "md5",
        parameters: &["text"],
        summary: "The MD5 digest in lower-case hex, for old protocols only.",
        failures: "missing when there is no text",
        examples: &[("md5(\"abc\")", "\"900150983cd24fb0d6963f7d28e17f72\"")],
        takes_pattern: false,
        run: md5,
    },
    Function {
        name: "hmacSha256",
        parameters: &["text", "key"],
        summary: "The HMAC-SHA-256 of a text under a key, in lower-case hex.",
        failures: "missing when there is no text or no key",
        examples: &[(
            "hmacSha256(\"what do ya want for nothing?\", \"Jefe\")",
            "\"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843\"",
        )],
        takes_pattern: false,
        run: hmac_sha256,
    },
];

#[expect(clippy::needless_pass_by_value, reason = "the shape of Run")]
fn encode_base64<'v>(arguments: Arguments<'v>, at: Environment<'v>) -> Result<Val<'v>, Stop> {
    with_text(&arguments, at.meter, |text| {
        at.meter.bytes(text.len().saturating_mul(2))?;
        Ok(Val::text(STANDARD.encode(text)))
    })
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of Run")]
fn decode_base64<'v>(arguments: Arguments<'v>, at: Environment<'v>) -> Result<Val<'v>, Stop> {
    with_text(&arguments, at.meter, |text| {
        at.meter.bytes(text.len())?;
        let bytes = STANDARD.decode(text.trim()).ok();
        Ok(bytes
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .map_or(Val::Missing, Val::text))
    })
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of Run")]
fn sha256<'v>(arguments: Arguments<'v>, at: Environment<'v>) -> Result<Val<'v>, Stop> {
    with_text(&arguments, at.meter, |text| {
        Ok(Val::text(hex(&Sha256::digest(text))))
    })
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of Run")]
fn md5<'v>(arguments: Arguments<'v>, at: Environment<'v>) -> Result<Val<'v>, Stop> {
    use md5::Digest as _;
    with_text(&arguments, at.meter, |text| {
        Ok(Val::text(hex(&Md5::digest(text))))
    })
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of Run")]
fn hmac_sha256<'v>(arguments: Arguments<'v>, at: Environment<'v>) -> Result<Val<'v>, Stop> {
    let Some(key) = arguments.text(1, at.meter)? else {
        return Ok(Val::Missing);
    };
    with_text(&arguments, at.meter, |text| {
        // A key of any length is allowed, so this is never missing.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else {
            return Ok(Val::Missing);
        };
        mac.update(text.as_bytes());
        Ok(Val::text(hex(&mac.finalize().into_bytes())))
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        // Writing to a text cannot fail.
        write!(out, "{byte:02x}").ok();
        out
    })
}
