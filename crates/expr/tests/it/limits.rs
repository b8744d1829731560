//! Budgets: every evaluation ends soon, with little memory, whatever the text and the data.

use std::time::{Duration, Instant};

use linkyard_expr::{Context, Error, Expression, JsonPath, Limits, Template};
use serde_json::{Value, json};

use crate::code;

fn evaluate(text: &str, data: &Value, limits: Limits) -> Result<Option<Value>, Error> {
    let context = Context::new(chrono::DateTime::UNIX_EPOCH).with("data", data);
    Expression::parse(text)?.evaluate(&context.with_limits(limits))
}

/// Fails with exactly this limit, and succeeds once it is lifted.
fn breaks(text: &str, data: &Value, tight: Limits, name: &str) {
    let error = evaluate(text, data, tight).expect_err(text);
    assert_eq!(
        (error.code(), error.is_limit()),
        ("expression_limit", true),
        "{text}"
    );
    assert!(error.to_string().contains(name), "{text}: {error}");
    let lifted = Limits {
        max_steps: u64::MAX,
        max_time: Duration::from_mins(1),
        max_bytes: usize::MAX,
        max_depth: 10_000,
    };
    evaluate(text, data, lifted).unwrap_or_else(|error| panic!("{text}: {error}"));
}

#[test]
fn con_3_steps_are_counted() {
    let data = json!({"list": (0..60_000).collect::<Vec<_>>()});
    for text in [
        "{{ data.list[.x == 1] }}",
        "{{ -1 in data.list ? 1 : -1 in data.list }}",
        "$.data.list[?(@ == 1)]",
        "$..list[*]~",
        "{{ dedupe(data.list).length ?? dedupe(data.list).length }}",
    ] {
        breaks(
            text,
            &data,
            Limits {
                max_bytes: usize::MAX,
                max_time: Duration::MAX,
                ..Limits::default()
            },
            "steps",
        );
    }
}

#[test]
fn con_3_bytes_are_counted_before_they_are_made() {
    let data = json!({"text": "x".repeat(100_000), "list": vec!["y".repeat(100_000); 10]});
    for text in [
        "{{ data.text + data.text }}",
        "{{ [data.text, data.text] }}",
        "${data.text}${data.text}",
        "$.data.list",
        "$",
        "{{ data.text.replaceAll(\"x\", data.text.slice(0, 1000)) }}",
        "{{ encodeBase64(data.text) }}",
    ] {
        breaks(
            text,
            &data,
            Limits {
                max_bytes: 150_000,
                ..Limits::default()
            },
            "bytes",
        );
    }
    let error = evaluate(
        "{{ padStart(\"\", 9007199254740991) }}",
        &data,
        Limits::default(),
    );
    assert!(error.unwrap_err().is_limit());
}

#[test]
fn con_3_reading_a_field_does_not_pay_for_its_neighbours() {
    let data = json!({"large": "x".repeat(10_000_000), "small": 1, "objs": [{"n": 1, "l": "x".repeat(10_000_000)}]});
    for text in [
        "{{ data.small }}",
        "$.data.small",
        "{{ data.objs.n }}",
        "{{ present(data) ? 1 : 0 }}",
    ] {
        assert_eq!(
            evaluate(text, &data, Limits::default()).unwrap(),
            Some(json!(1)),
            "{text}"
        );
    }
}

#[test]
fn con_3_time_is_limited() {
    let data = json!({"list": (0..2_000).collect::<Vec<_>>()});
    breaks(
        "$.data.list[?(@ > 1)]",
        &data,
        Limits {
            max_time: Duration::ZERO,
            ..Limits::default()
        },
        "time",
    );
}

#[test]
fn con_3_depth_is_limited_when_parsing() {
    let nested = |open: &str, close: &str, inner: &str| {
        format!("{}{inner}{}", open.repeat(30_000), close.repeat(30_000))
    };
    for text in [
        format!("{{{{{}}}}}", nested("(", ")", "1")),
        format!("{{{{{}}}}}", nested("[", "]", "1")),
        format!("{{{{{}1}}}}", "!".repeat(60_000)),
        format!("{{{{{}1}}}}", "-".repeat(60_000)),
        format!("{{{{{}1}}}}", "a?1:".repeat(15_000)),
        format!("{{{{a{}}}}}", "[a".repeat(30_000)),
        format!("{{{{a{}}}}}", "[.a".repeat(20_000)),
        format!("{{{{{}}}}}", "f(".repeat(30_000)),
        format!("{{{{{}}}}}", "a.f(".repeat(15_000)),
        format!("{{{{{}}}}}", "{a:".repeat(20_000)),
        format!("${{{}}}", "(".repeat(60_000)),
        format!("$.a[?({}@.b{})]", "(".repeat(100), ")".repeat(100)),
        format!("$.a{}@.b)]", "[?(@".repeat(15_000)),
        format!("$.a[?({}1)]", "!".repeat(30_000)),
    ] {
        let error = Expression::parse(&text).map(drop);
        let start: String = text.chars().take(20).collect();
        assert!(error.is_err_and(|error| error.is_limit()), "{start}");
    }
}

#[test]
fn con_3_long_chains_are_not_deep() {
    let sum = format!("{{{{{}1}}}}", "1+".repeat(20_000));
    assert_eq!(
        evaluate(&sum, &json!(null), Limits::default()).unwrap(),
        Some(json!(20_001))
    );
    let path = format!("{{{{a{}}}}}", ".b".repeat(20_000));
    assert_eq!(
        evaluate(&path, &json!(null), Limits::default()).unwrap(),
        None
    );
    let path = format!("$.data{}", ".b".repeat(20_000));
    assert_eq!(
        evaluate(&path, &json!(null), Limits::default()).unwrap(),
        None
    );
}

#[test]
fn con_3_depth_is_limited_when_evaluating() {
    let deep = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!([inner]));
    breaks("$.data", &deep(100), Limits::default(), "depth");
    breaks("{{ data }}", &deep(100), Limits::default(), "depth");
    breaks("x${data}", &deep(100), Limits::default(), "depth");
    breaks("$..[7]", &deep(100), Limits::default(), "depth");
    breaks(
        "{{ data == [data] }}",
        &deep(100),
        Limits::default(),
        "depth",
    );
    breaks(
        "{{ ((((1 + 1)))) }}",
        &json!(1),
        Limits {
            max_depth: 1,
            ..Limits::default()
        },
        "depth",
    );
    assert!(evaluate("$.data", &deep(60), Limits::default()).is_ok());
    let (_, errors) = Template::compile_lenient(&deep(100));
    assert!(errors.iter().all(|error| error.source.is_limit()) && !errors.is_empty());
}

#[test]
fn con_3_long_texts_are_not_parsed() {
    let long = "a".repeat(70_000);
    for text in [
        format!("{{{{{long}}}}}"),
        format!("$.{long}"),
        format!("${{{long}}}"),
    ] {
        assert_eq!(code(&text), "expression_limit");
    }
    assert_eq!(crate::run(&long).unwrap(), Some(json!(long)));
}

#[test]
fn con_3_hostile_paths_end_in_time() {
    let wide: Value = (0..300)
        .map(|n| (format!("k{n}"), json!([n, [n, {"a": n}]])))
        .collect();
    for path in [
        "$..*",
        "$..*..*..*..*",
        "$..[?(@..a)]",
        "$..*^..*^..*",
        "$[*,*,*,*,*][*,*,*,*][*,*,*]",
    ] {
        let started = Instant::now();
        let result = JsonPath::parse(path)
            .unwrap()
            .value(&wide, &Limits::default());
        assert!(
            started.elapsed() < Duration::from_secs(1),
            "{path}: {:?}",
            started.elapsed()
        );
        assert!(
            result.is_ok() || result.is_err_and(|error| error.is_limit()),
            "{path}"
        );
    }
}

#[test]
fn con_3_errors_quote_no_value() {
    let data = json!({"secret": "hunter2", "list": vec!["hunter2"; 100_000]});
    for text in [
        "{{ regexMatch(\"a\", data.secret + \"(\") }}",
        "$.data.list[?(@ == 1)]",
        "{{reduce(data.secret)}}",
    ] {
        let error = evaluate(text, &data, Limits::default()).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{text}");
    }
}
