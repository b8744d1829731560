//! Nested values.

use linkyard_expr::{Context, Limits, Template};
use serde_json::json;

use crate::sample;

#[test]
fn values_are_computed_and_keys_are_not() {
    let sample = sample();
    let context = Context::new(chrono::DateTime::UNIX_EPOCH).with_fields(&sample);
    let template = Template::compile(&json!({
        "{{k}}": "$.inputs.name", "n": 1, "no": null, "gone": "$.inputs.unknown",
        "deep": {"a": ["{{1 + 1}}", "$.inputs.unknown", "x"], "gone": "{{nothing}}"}
    }))
    .unwrap();
    let expected = json!({"{{k}}": "Ada", "n": 1, "no": null, "deep": {"a": [2, null, "x"]}});
    assert_eq!(template.evaluate(&context).unwrap(), Some(expected));
    assert!(template.variables().iter().eq(["inputs", "nothing"]));
    assert!(template.step_references().is_empty());
    assert_eq!(
        Template::compile(&json!("{{x}}"))
            .unwrap()
            .evaluate(&context)
            .unwrap(),
        None
    );
}

#[test]
fn faults_are_named_by_place() {
    let error = Template::compile(&json!({"a": {"b": ["ok", "{{ ( }}"]}})).unwrap_err();
    assert_eq!(error.path, "a.b[1]");
    assert_eq!(error.source.code(), "expression_syntax");
}

#[test]
fn safe_places_turn_errors_to_null_and_keep_limits() {
    let (template, errors) =
        Template::compile_lenient(&json!({"price": "$100 off", "r": "{{reduce([])}}", "ok": "x"}));
    assert_eq!(errors.len(), 1);
    let context = Context::new(chrono::DateTime::UNIX_EPOCH);
    let expected = json!({"price": null, "r": null, "ok": "x"});
    assert_eq!(template.evaluate_safe(&context).unwrap(), Some(expected));
    assert_eq!(
        template.evaluate(&context).unwrap_err().field(),
        Some("price")
    );

    let template = Template::compile(&json!({"a": ["{{padStart(\"\", 1000000)}}"]})).unwrap();
    let context = context.with_limits(Limits {
        max_bytes: 1000,
        ..Limits::default()
    });
    let error = template.evaluate_safe(&context).unwrap_err();
    assert!(error.is_limit());
    assert_eq!(error.field(), Some("a[0]"));
}
