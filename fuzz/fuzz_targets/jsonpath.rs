//! A path on the first line and a document on the rest: never a panic, never a hang.
#![no_main]

use libfuzzer_sys::fuzz_target;
use linkyard_expr::{JsonPath, Limits};
use serde_json::{Value, json};

fuzz_target!(|text: &str| {
    let (path, document) = text.split_once('\n').unwrap_or((text, ""));
    let document: Value = serde_json::from_str(document)
        .unwrap_or_else(|_| json!({"a": [{"b": 1}, {"b": "x", "c": [1, 2]}], "d": {"e": null}}));
    if let Ok(path) = JsonPath::parse(path) {
        let limits = Limits::default();
        let hits = path.query(&document, &limits);
        let value = path.value(&document, &limits);
        if let (Ok(hits), Ok(value)) = (hits, value) {
            assert_eq!(hits.is_empty(), value.is_none());
        }
    }
});
