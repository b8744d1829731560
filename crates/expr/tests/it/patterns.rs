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
        "X*aX{25}c",
        "(X*aX{12}){3}$",
    ];
    shapes
        .iter()
        .flat_map(|shape| cores.map(|core| shape.replace('X', core)))
        .collect()
}

/// Text without a rhythm, which makes automata with many states visit them all.
fn noise(length: usize) -> String {
    let next = |state: &mut u64| {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        Some(if *state & 1 == 0 { 'a' } else { 'b' })
    };
    let mut state = 88_172_645_463_325_252;
    std::iter::from_fn(|| next(&mut state))
        .take(length)
        .collect()
}

#[test]
fn con_5_hostile_patterns_end_in_time() {
    // The bar is for 1 MiB and the optimised build; elsewhere a quarter is enough.
    let size = if cfg!(debug_assertions) { 256 } else { 1024 } * 1024;
    let texts = [
        json!("a".repeat(size)),
        json!("ab".repeat(size / 2)),
        json!(noise(size)),
    ];
    let mut refused = 0;
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
                refused += usize::from(result.is_err());
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
    println!("slowest: {slowest:?}, refused: {refused}");
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

#[test]
fn matches_agree_whichever_way_they_are_found() {
    let long = format!("é{}needle-42 {}", "ab ".repeat(20_000), "x".repeat(1000));
    for (text, pattern, group, expected) in [
        (long.as_str(), r"needle-(\\d+)", json!(null), json!("42")),
        (&long, r"(\\w+)-(\\d+)", json!(2), json!("42")),
        (&long, r"(\\w+)-(\\d+)", json!(0), json!("needle-42")),
        (&long, r"(\\w+)-(\\d+)", json!(7), json!(null)),
        ("größe ist", r"\\b(i\\w*)\\b", json!(null), json!("ist")),
        ("a\nb", r"(?m)^b$", json!(null), json!("b")),
        ("aXbX", r"^(.*?)X", json!(null), json!("a")),
        ("", r"^$", json!(null), json!("")),
        ("ab", r"(x)?b", json!(null), json!(null)),
        ("ÄB", r"(?i)äb", json!(null), json!("ÄB")),
    ] {
        let (t, p) = (json!(text), json!(pattern.replace("\\\\", "\\")));
        let context = Context::new(chrono::DateTime::UNIX_EPOCH)
            .with("t", &t)
            .with("p", &p)
            .with("g", &group);
        let run = |call: &str| Expression::parse(call).unwrap().evaluate(&context).unwrap();
        assert_eq!(
            run("{{ extractMatch(t, p, g) }}").unwrap_or_default(),
            expected,
            "{pattern}"
        );
        assert_eq!(
            run("{{ regexMatch(t, p) }}"),
            Some(json!(true)),
            "{pattern}"
        );
    }
}
