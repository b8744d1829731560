//! JSONPath.

use linkyard_expr::{JsonPath, Limits};
use serde_json::{Value, json};

use crate::check;

fn store() -> Value {
    json!({
        "book": [
            {"title": "A", "price": 8, "tags": ["x", "y"]},
            {"title": "B", "price": 12, "isbn": "1"},
            {"title": "C", "price": 9, "isbn": "2"}
        ],
        "bike": {"price": 20, "a/b": 1, "x-y": {"z": true}},
        "one": [{"id": 7}]
    })
}

fn find(path: &str) -> Option<Value> {
    let path = JsonPath::parse(path).unwrap_or_else(|error| panic!("{path}: {error}"));
    path.value(&store(), &Limits::default())
        .unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn selects_like_the_dialect() {
    let cases = [
        ("$.bike.price", Some(json!(20))),
        ("$.bike.x-y.z", Some(json!(true))),
        ("$['bike'][\"a/b\"]", Some(json!(1))),
        ("$.['bike'].['price']", Some(json!(20))),
        ("$.book[0].title", Some(json!("A"))),
        ("$.book[-1].title", None),
        ("$.book[-1:].title", Some(json!("C"))),
        ("$.book[0:2].title", Some(json!(["A", "B"]))),
        ("$.book[::2].title", Some(json!(["A", "C"]))),
        ("$.book[0,2].title", Some(json!(["A", "C"]))),
        ("$.book[0][title,price]", Some(json!(["A", 8]))),
        ("$.book[*].isbn", Some(json!(["1", "2"]))),
        ("$.book.*.price", Some(json!([8, 12, 9]))),
        ("$..price", Some(json!([8, 12, 9, 20]))),
        ("$..tags[0]", Some(json!("x"))),
        ("$.one[*]", Some(json!({"id": 7}))),
        ("$.one", Some(json!([{"id": 7}]))),
        ("$.nothing", None),
        ("$.book.title", None),
        ("$.book.length", Some(json!(3))),
        ("$.book[0].title.length", Some(json!(1))),
        ("$.book[(@.length-1)].title", Some(json!("C"))),
        ("$.book[0].price^.title", Some(json!("A"))),
        ("$.bike.*~", Some(json!(["price", "a/b", "x-y"]))),
        ("$.book[*]~", Some(json!(["0", "1", "2"]))),
    ];
    for (path, expected) in cases {
        assert_eq!(find(path), expected, "{path}");
    }
}

#[test]
fn filters_compare_loosely() {
    let cases = [
        ("$.book[?(@.title == \"B\")].price", Some(json!(12))),
        ("$.book[?(@.price == \"12\")].title", Some(json!("B"))),
        (
            "$.book[?(@.price > 8 && @.isbn)].title",
            Some(json!(["B", "C"])),
        ),
        (
            "$.book[?(@.price < 9 || @.isbn == 2)].title",
            Some(json!(["A", "C"])),
        ),
        ("$.book[?(@.isbn === 2)].title", None),
        ("$.book[?(!@.isbn)].title", Some(json!("A"))),
        ("$.book[?(@.isbn != null)].title", Some(json!(["B", "C"]))),
        ("$.book[?(@.a.b.c == 1)]", None),
        ("$.book[?(@.tags[0] == 'x')].title", Some(json!("A"))),
        (
            "$.book[?(@.price > $.book[0].price)].title",
            Some(json!(["B", "C"])),
        ),
        ("$.book[?(@property == 1)].title", Some(json!("B"))),
        (
            "$.book[?(@parent.length == 3)].title",
            Some(json!(["A", "B", "C"])),
        ),
        (
            "$.book[?((@.price - 8) % 2 == 0)].title",
            Some(json!(["A", "B"])),
        ),
        ("$.bike[?(@.z)]", Some(json!({"z": true}))),
        ("$.book[?(@.title == \"a]b\")]", None),
        ("$..[?(@.price >= 12)].price", Some(json!([20, 12]))),
    ];
    for (path, expected) in cases {
        assert_eq!(find(path), expected, "{path}");
    }
}

#[test]
fn the_root_is_the_context_in_expressions() {
    check(&[
        ("$.inputs['my-key']", Some(json!("dashed"))),
        ("$.inputs.map.x:y", Some(json!(2))),
        ("$.steps.get_user.output.data.id", Some(json!("u1"))),
        ("$.inputs.objs[*].n", Some(json!([1, 2]))),
        ("$.*.id", Some(json!("client"))),
        ("$.inputs^.credentials.id", Some(json!("client"))),
    ]);
    for whole in ["$", "$."] {
        let found = crate::run(whole).unwrap().unwrap();
        assert_eq!(found, crate::sample(), "{whole}");
    }
}

#[test]
fn hits_are_borrowed() {
    let store = store();
    let hits = JsonPath::parse("$.book[*]")
        .unwrap()
        .query(&store, &Limits::default())
        .unwrap();
    assert_eq!(hits.len(), 3);
    assert!(
        hits.iter()
            .all(|hit| matches!(hit, std::borrow::Cow::Borrowed(_)))
    );
}
