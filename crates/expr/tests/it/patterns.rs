//! Regular expressions.

use std::time::{Duration, Instant};

use linkyard_expr::{Context, Expression};
use serde_json::json;

use crate::code;

/// Patterns that take exponential or quadratic time where matching goes back.
fn hostile() -> Vec<String> {
    let cores = [
        "a", "(a)", "[ab]", "\\w", ".", "(a|b)", "(a|ab)", "a?", "(?:a|a)", "[^c]",
    ];
    let shapes = [
        "(X+)+$",
        "(X*)*c",
        "(X+X+)+c",
        "(X|X)*c",
        "^(X+){2,30}c",
        "X*X*X*X*X*c",
        "(.*X){12}c",
        "X{1,200}c",
        "(X{0,40}){0,10}c",
        "(?:X+|c)+d$",
    ];
    shapes
        .iter()
        .flat_map(|shape| cores.map(|core| shape.replace('X', core)))
        .collect()
}

#[test]
fn con_5_hostile_patterns_end_in_time() {
    let texts = [
        json!("a".repeat(1024 * 1024)),
        json!("ab".repeat(512 * 1024)),
        json!("abaabbbaab".repeat(100 * 1024)),
    ];
    let mut slowest = (Duration::ZERO, String::new());
    for pattern in hostile() {
        for text in &texts {
            let source = json!(pattern);
            let context = Context::new(chrono::DateTime::UNIX_EPOCH)
                .with("t", text)
                .with("p", &source);
            for call in ["{{ regexMatch(t, p) }}", "{{ extractMatch(t, p) }}"] {
                let started = Instant::now();
                let result = Expression::parse(call).unwrap().evaluate(&context);
                let elapsed = started.elapsed();
                assert!(
                    result.is_ok() || result.is_err_and(|error| error.is_limit()),
                    "{pattern}"
                );
                if elapsed > slowest.0 {
                    slowest = (elapsed, format!("{call} {pattern}"));
                }
            }
        }
    }
    // Unoptimised builds of the matcher are many times slower than the released one.
    let bar = Duration::from_millis(if cfg!(debug_assertions) { 5_000 } else { 200 });
    println!("slowest: {slowest:?}");
    assert!(slowest.0 <= bar, "{slowest:?}");
}

#[test]
fn con_5_patterns_are_small() {
    assert_eq!(
        code(&format!(
            "{{{{ regexMatch(\"a\", \"{}\") }}}}",
            "a".repeat(1025)
        )),
        "expression_limit"
    );
    assert_eq!(
        code("{{ regexMatch(\"a\", \"\\w{1000}{1000}\") }}"),
        "expression_limit"
    );
    assert_eq!(code("{{ regexMatch(\"a\", \"(\") }}"), "expression_syntax");
    assert_eq!(
        code("{{ regexMatch(\"a\", \"(?=a)\") }}"),
        "expression_syntax"
    );
    assert_eq!(
        code("{{ regexMatch(\"a\", \"(a)\\1\") }}"),
        "expression_syntax"
    );
}
