//! Text with `${…}`.

use serde_json::json;

use crate::check;

#[test]
fn values_become_text() {
    check(&[
        ("/users/${inputs.name}/x", Some(json!("/users/Ada/x"))),
        ("${inputs.zero}", Some(json!("0"))),
        ("${inputs.yes}|${inputs.nothing}", Some(json!("true|null"))),
        ("v${inputs.list}", Some(json!("v1,2,3"))),
        ("v${inputs.map}", Some(json!("v[object Object]"))),
        ("v${inputs.rate}", Some(json!("v1.5"))),
        ("${inputs.unknown}", Some(json!("${inputs.unknown}"))),
        (
            "a ${inputs.unknown} b",
            Some(json!("a ${inputs.unknown} b")),
        ),
        ("$${inputs.name}", Some(json!("$Ada"))),
        ("  ${inputs.name}  ", Some(json!("Ada"))),
    ]);
}

#[test]
fn one_hole_passes_lists_and_objects_on() {
    check(&[
        ("${inputs.list}", Some(json!([1, 2, 3]))),
        ("${inputs.map.deep}", Some(json!({"er": "found"}))),
    ]);
}

#[test]
fn the_inside_is_an_expression_or_a_plain_path() {
    check(&[
        ("${inputs.x ?? \"d\"}", Some(json!("d"))),
        ("${inputs.yes ? 1 : 2}", Some(json!("1"))),
        ("${present(inputs.name)}", Some(json!("true"))),
        ("${inputs.my-key}", Some(json!("dashed"))),
        ("${inputs.map.a-b}", Some(json!("1"))),
        ("${inputs.list[1]}", Some(json!("2"))),
        ("${a b}", Some(json!("${a b}"))),
    ]);
}
