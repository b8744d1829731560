//! Tests of the expression language through its public surface.

mod forms;
mod interpolation;
mod json_path;
mod limits;
mod operators;
mod patterns;
mod properties;
mod templates;

use linkyard_expr::{Context, Error, Expression};
use serde_json::{Value, json};

/// The variables most tests read.
fn sample() -> Value {
    json!({
        "inputs": {
            "name": "Ada", "empty": "", "zero": 0, "no": false, "yes": true, "nothing": null,
            "list": [1, 2, 3], "none": [], "big": 9_007_199_254_740_993_u64, "rate": 1.5,
            "objs": [{"n": 1, "k": "a"}, {"n": 2, "k": "b"}], "one": ["only"],
            "map": {"a-b": 1, "x:y": 2, "deep": {"er": "found"}}, "my-key": "dashed"
        },
        "steps": {"get_user": {"output": {"data": {"id": "u1"}}, "successful": true}},
        "credentials": {"id": "client", "secret": "hush"}
    })
}

fn run(text: &str) -> Result<Option<Value>, Error> {
    let sample = sample();
    let now = chrono::DateTime::UNIX_EPOCH;
    Expression::parse(text)?.evaluate(&Context::new(now).with_fields(&sample))
}

/// Checks a table of texts and results; `None` is missing.
fn check(cases: &[(&str, Option<Value>)]) {
    for (text, expected) in cases {
        let result = run(text);
        assert_eq!(result.as_ref().ok(), Some(expected), "{text}: {result:?}");
    }
}

fn code(text: &str) -> &'static str {
    run(text).map_or_else(
        |error| error.code(),
        |value| panic!("{text} gave {value:?}"),
    )
}
