//! Whatever the text: nothing panics, nothing hangs, and no budget is passed.

use std::time::{Duration, Instant};

use linkyard_expr::{Context, Expression, JsonPath, Limits, Template};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::sample;

/// Pieces that make texts which are nearly expressions.
const PIECES: [&str; 72] = [
    "{{",
    "}}",
    "${",
    "}",
    "$",
    "$.",
    "$..",
    "[",
    "]",
    "(",
    ")",
    "{",
    "?(",
    "@",
    "@.",
    ".",
    "..",
    "*",
    "^",
    "~",
    ",",
    ":",
    "?",
    "??",
    "?:",
    "&&",
    "||",
    "==",
    "!=",
    ">=",
    "<",
    "in ",
    "+",
    "-",
    "/",
    "//",
    "%",
    "!",
    "|",
    "=",
    "\"",
    "'",
    "\\",
    " ",
    "inputs",
    ".inputs",
    "steps",
    "inputs.list",
    "inputs.objs",
    ".k",
    ".length",
    "true",
    "false",
    "null",
    "0",
    "1",
    "99999999999999999999",
    "1.5",
    "-1",
    "\"a\"",
    "'x'",
    "present(",
    "join(",
    "padStart(",
    "yearsElapsed(",
    "regexMatch(",
    ".toUpperCase()",
    ".replaceAll(",
    "😀",
    "é",
    "\u{feff}",
    "\0",
];

fn nearly() -> impl Strategy<Value = String> {
    let pieces = prop::collection::vec(prop::sample::select(&PIECES[..]), 0..24);
    (pieces, 0..4).prop_map(|(pieces, form)| {
        let text = pieces.concat();
        match form {
            0 => format!("{{{{{text}}}}}"),
            1 => format!("${{{text}}}"),
            2 => format!("$.inputs{text}"),
            _ => text,
        }
    })
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec(("[a-k]|length", inner), 0..6)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

fn holds(text: &str, data: &Value) {
    let sample = sample();
    let limits = Limits {
        max_steps: 20_000,
        max_bytes: 100_000,
        ..Limits::default()
    };
    let context = Context::new(chrono::DateTime::UNIX_EPOCH)
        .with_fields(&sample)
        .with("inputs", data)
        .with_limits(limits);
    let started = Instant::now();
    for expression in [Expression::parse(text), Expression::parse_bare(text)]
        .into_iter()
        .flatten()
    {
        drop((expression.variables(), expression.step_references()));
        if let Ok(Some(result)) = expression.evaluate(&context) {
            assert!(result.to_string().len() <= 800_000, "{text}");
        }
    }
    if let Ok(template) = Template::compile(&json!({"a": [text]})) {
        let safe = template.evaluate_safe(&context);
        assert!(
            safe.is_ok() || safe.is_err_and(|error| error.is_limit()),
            "{text}"
        );
    }
    if let Ok(path) = JsonPath::parse(text) {
        path.query(data, &limits).map(drop).unwrap_or_default();
    }
    assert!(
        started.elapsed() < Duration::from_secs(2),
        "{text}: {:?}",
        started.elapsed()
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 25_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn con_3_near_expressions_are_total(text in nearly(), data in value()) {
        holds(&text, &data);
    }

    #[test]
    fn con_3_any_text_is_total(text in "\\PC{0,60}", form in 0..4) {
        let text = match form {
            0 => format!("{{{{{text}}}}}"),
            1 => format!("${{{text}}}"),
            2 => format!("$.inputs[?({text})]"),
            _ => text,
        };
        holds(&text, &sample());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn values_pass_through_unchanged(data in value()) {
        let context = Context::new(chrono::DateTime::UNIX_EPOCH).with("data", &data);
        for text in ["$.data", "{{data}}", "{{$.data}}"] {
            let result = Expression::parse(text).unwrap().evaluate(&context).unwrap();
            prop_assert_eq!(result.as_ref(), Some(&data));
        }
    }

    #[test]
    fn text_without_marks_is_a_literal(text in "[^${]{0,40}") {
        let expression = Expression::parse(&text).unwrap();
        prop_assert!(expression.is_literal());
    }
}
