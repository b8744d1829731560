//! How the four forms are told apart, and in which order.

use linkyard_expr::{Context, ErrorKind, Expression};
use serde_json::json;

use crate::{check, code, run, sample};

#[test]
fn literals_are_returned_untouched() {
    check(&[
        ("3600", Some(json!("3600"))),
        ("  plain ", Some(json!("  plain "))),
        ("", Some(json!(""))),
        (
            "query($id: ID!) { user(id: $id) { name } }",
            Some(json!("query($id: ID!) { user(id: $id) { name } }")),
        ),
        ("a {{inputs.name}} b", Some(json!("a {{inputs.name}} b"))),
        ("{{inputs.name", Some(json!("{{inputs.name"))),
    ]);
    assert!(Expression::parse("3600").unwrap().is_literal());
    assert!(!Expression::parse("{{3600}}").unwrap().is_literal());
}

#[test]
fn expressions_keep_the_type() {
    check(&[
        ("{{3600}}", Some(json!(3600))),
        ("{{\"$top\"}}", Some(json!("$top"))),
        (" {{ inputs.list }} ", Some(json!([1, 2, 3]))),
        ("$.inputs.big", Some(json!(9_007_199_254_740_993_u64))),
        ("{{inputs.big}}", Some(json!(9_007_199_254_740_993_u64))),
        ("{{inputs.nothing}}", Some(json!(null))),
        ("{{inputs.unknown}}", None),
        ("$.inputs.unknown", None),
    ]);
}

#[test]
fn dollar_dot_is_removed_everywhere_in_expressions() {
    check(&[
        ("{{$.inputs.name}}", Some(json!("Ada"))),
        ("{{ $.inputs.name == inputs.name }}", Some(json!(true))),
        ("{{\"a$.b\"}}", Some(json!("ab"))),
        ("${$.inputs.name}", Some(json!("Ada"))),
    ]);
}

#[test]
fn interpolation_wins_inside_braces_and_is_not_evaluated_again() {
    check(&[
        ("{{1 + ${inputs.zero}}}", Some(json!("1 + 0"))),
        ("{{ ${inputs.name} }}", Some(json!("Ada"))),
    ]);
}

#[test]
fn idioms_of_connectors() {
    check(&[
        ("{{present(inputs.name)}}", Some(json!(true))),
        ("{{inputs.empty || \"v\"}}", Some(json!("v"))),
        ("{{$.credentials.scopes ?? \"a b\"}}", Some(json!("a b"))),
        (
            "{{present($.inputs.yes) && $.inputs.yes}}",
            Some(json!(true)),
        ),
        (
            "{{encodeBase64(credentials.id + \":\" + credentials.secret)}}",
            Some(json!("Y2xpZW50Omh1c2g=")),
        ),
    ]);
}

#[test]
fn only_true_is_true() {
    let sample = sample();
    let context = Context::new(chrono::DateTime::UNIX_EPOCH).with_fields(&sample);
    for (text, expected) in [
        ("{{inputs.yes}}", true),
        ("{{1}}", false),
        ("true", false),
        ("{{inputs.unknown}}", false),
    ] {
        assert_eq!(
            Expression::parse(text).unwrap().is_true(&context).unwrap(),
            expected,
            "{text}"
        );
    }
}

#[test]
fn what_does_not_compile_is_a_syntax_error() {
    for text in [
        "{{}}",
        "{{ a === b }}",
        "{{ a; b }}",
        "{{ a => b }}",
        "{{ a = 1 }}",
        "{{ .5 + }}",
        "{{ 1e400 }}",
        "{{ (a }}",
        "{{ [1, }}",
        "{{ {a 1} }}",
        "{{ \"open }}",
        "{{ a b }}",
        "{{a}} and {{b}}",
        "{{ a & b }}",
        "${}",
        "a ${ } b",
        "$100 off",
        "$inputs.name",
        "$.a $",
        "$_",
        "$.a[0",
        "$.a b",
        "$.a.",
        "$..",
        "$.a[1:2:0]",
        "$.a[?(@.b ==)]",
        "$.a[?(@.b == 1]",
    ] {
        assert_eq!(code(text), "expression_syntax", "{text}");
    }
}

#[test]
fn positions_point_into_the_text_as_written() {
    for (text, position) in [
        ("  {{ $.a + $.b ; }}", 15),
        ("{{ \"x }}", 3),
        ("x ${a} ${}", 7),
        ("  $.a[1:2:0]", 6),
    ] {
        let error = Expression::parse(text).unwrap_err();
        assert_eq!(
            (error.kind(), error.position()),
            (ErrorKind::Syntax, Some(position)),
            "{text}"
        );
    }
}

#[test]
fn reads_are_known_without_evaluating() {
    let cases: [(&str, &[&str], &[&str]); 8] = [
        (
            "$.inputs.a[?(@.b == $.credentials.id)]",
            &["credentials", "inputs"],
            &[],
        ),
        ("$.steps['get-user'].output", &["steps"], &["get-user"]),
        (
            "{{ steps.a.output[inputs.k] + f(x) }}",
            &["inputs", "steps", "x"],
            &["a"],
        ),
        (
            "{{ list[.k == other] ? {a: b} : -c }}",
            &["b", "c", "list", "other"],
            &[],
        ),
        (
            "v ${steps.one.output} ${credentials.my-key}",
            &["credentials", "key", "steps"],
            &["one"],
        ),
        ("$..secret", &["*"], &[]),
        ("$", &["*"], &[]),
        ("text", &[], &[]),
    ];
    for (text, variables, steps) in cases {
        let expression = Expression::parse(text).unwrap();
        assert!(
            expression.variables().iter().eq(variables),
            "{text}: {:?}",
            expression.variables()
        );
        assert!(expression.step_references().iter().eq(steps), "{text}");
    }
}

#[test]
fn reduce_says_that_it_is_not_implemented() {
    let error = run("{{reduce(inputs.list)}}").unwrap_err();
    assert_eq!(
        (error.code(), error.to_string().as_str()),
        (
            "expression_evaluation",
            "the function `reduce` is not implemented",
        )
    );
}
