//! Any text as an expression: it parses or not, evaluates or not, and never panics or hangs.
#![no_main]

use libfuzzer_sys::fuzz_target;
use linkyard_expr::{Context, Expression, Template};
use serde_json::json;

fuzz_target!(|text: &str| {
    let inputs = json!({
        "name": "Ada", "empty": "", "list": [1, "2", null, [true]],
        "objs": [{"k": "a", "n": 1}, {"k": "b", "n": 2.5}], "deep": {"er": {"est": "x"}},
        "date": "2024-02-29", "my-key": false
    });
    let steps = json!({"one": {"output": {"data": {"id": "u1"}}}});
    let context = Context::new(chrono::DateTime::UNIX_EPOCH)
        .with("inputs", &inputs)
        .with("steps", &steps);
    for expression in [Expression::parse(text), Expression::parse_bare(text)]
        .into_iter()
        .flatten()
    {
        let _ = expression.variables();
        let _ = expression.evaluate(&context);
    }
    let (template, _) = Template::compile_lenient(&json!({"a": [text], "b": {"c": text}}));
    if let Err(error) = template.evaluate_safe(&context) {
        assert!(error.is_limit());
    }
});
