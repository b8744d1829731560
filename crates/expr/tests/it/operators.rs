//! The `{{ }}` language.

use serde_json::json;

use crate::check;

#[test]
fn precedence() {
    check(&[
        ("{{ 1 + 2 * 3 }}", Some(json!(7))),
        ("{{ (1 + 2) * 3 }}", Some(json!(9))),
        ("{{ 2 ^ 3 ^ 2 }}", Some(json!(64))),
        ("{{ 7 // 2 }}", Some(json!(3))),
        ("{{ -7 // 2 }}", Some(json!(-4))),
        ("{{ 7 % 4 * 2 }}", Some(json!(6))),
        ("{{ 5 - 2 - 1 }}", Some(json!(2))),
        (
            "{{ inputs.yes || inputs.yes && inputs.no }}",
            Some(json!(false)),
        ),
        ("{{ inputs.x ?? \"a\" + \"b\" }}", Some(json!("ab"))),
        ("{{ inputs.x ?? inputs.y ?? 1 ? 2 : 3 }}", Some(json!(2))),
        ("{{ inputs.no ? 1 : inputs.yes ? 2 : 3 }}", Some(json!(2))),
        ("{{ inputs.name ?: 1 }}", Some(json!("Ada"))),
        ("{{ inputs.empty ?: 1 }}", Some(json!(1))),
        ("{{ !inputs.name == inputs.no }}", Some(json!(true))),
    ]);
}

#[test]
fn defaults() {
    check(&[
        ("{{ inputs.empty ?? 1 }}", Some(json!(1))),
        ("{{ inputs.nothing ?? 1 }}", Some(json!(1))),
        ("{{ inputs.zero ?? 1 }}", Some(json!(0))),
        ("{{ inputs.no ?? 1 }}", Some(json!(false))),
        ("{{ inputs.none ?? 1 }}", Some(json!([]))),
        ("{{ inputs.x ?? inputs.y }}", None),
        ("{{ inputs.zero || \"v\" }}", Some(json!("v"))),
        ("{{ inputs.none || \"v\" }}", Some(json!([]))),
        ("{{ inputs.name && inputs.zero }}", Some(json!(0))),
        ("{{ inputs.zero && unknownFunction() }}", Some(json!(0))),
    ]);
}

#[test]
fn loose_equality_and_order() {
    check(&[
        ("{{ 1 == \"1\" }}", Some(json!(true))),
        ("{{ \"\" == false }}", Some(json!(true))),
        ("{{ \"a\" == true }}", Some(json!(false))),
        ("{{ inputs.nothing == inputs.unknown }}", Some(json!(true))),
        ("{{ inputs.nothing == 0 }}", Some(json!(false))),
        ("{{ inputs.list == \"1,2,3\" }}", Some(json!(true))),
        ("{{ inputs.list == [1, 2, 3.0] }}", Some(json!(true))),
        ("{{ [1] == 1 }}", Some(json!(true))),
        ("{{ {} == \"[object Object]\" }}", Some(json!(true))),
        ("{{ \"nan\" == \"inf\" - 1 }}", Some(json!(false))),
        ("{{ \"b\" > \"a\" }}", Some(json!(true))),
        ("{{ \"10\" < \"9\" }}", Some(json!(true))),
        ("{{ \"10\" < 9 }}", Some(json!(false))),
        ("{{ inputs.unknown < 1 }}", Some(json!(false))),
        ("{{ inputs.nothing <= 0 }}", Some(json!(true))),
        ("{{ \"d\" in inputs.name }}", Some(json!(true))),
        ("{{ 2 in inputs.list }}", Some(json!(true))),
        ("{{ \"2\" in inputs.list }}", Some(json!(false))),
        ("{{ \"a\" in inputs.map }}", Some(json!(false))),
    ]);
}

#[test]
fn arithmetic() {
    check(&[
        ("{{ \"a\" + 1 }}", Some(json!("a1"))),
        ("{{ 1 + \"1\" }}", Some(json!("11"))),
        ("{{ \"a\" + inputs.unknown + \"b\" }}", Some(json!("ab"))),
        ("{{ \"a\" + inputs.nothing }}", Some(json!("anull"))),
        ("{{ \"x\" + inputs.list }}", Some(json!("x1,2,3"))),
        ("{{ inputs.yes + 1 }}", Some(json!(2))),
        ("{{ 0.1 + 0.2 }}", Some(json!(0.1 + 0.2))),
        ("{{ 1.5 * 2 }}", Some(json!(3))),
        ("{{ \"3\" * \"4\" }}", Some(json!(12))),
        ("{{ 1 / 0 }}", None),
        ("{{ \"a\" * 1 }}", None),
        ("{{ inputs.unknown + 1 }}", None),
        ("{{ \"\" + 10 ^ 21 }}", Some(json!("1e+21"))),
        ("{{ \"\" + 1.50 }}", Some(json!("1.5"))),
        ("{{ \"\" + inputs.big }}", Some(json!("9007199254740993"))),
        ("{{ -inputs.zero }}", Some(json!(0))),
    ]);
}

#[test]
fn literals() {
    check(&[
        (r#"{{ "a\"b\\c\n" }}"#, Some(json!("a\"b\\c\\n"))),
        (r"{{ 'a\'b' }}", Some(json!("a'b"))),
        (
            "{{ [1, 'a', true, null] }}",
            Some(json!([1, "a", true, null])),
        ),
        (
            "{{ {a: 1, \"b-c\": 2, gone: inputs.unknown} }}",
            Some(json!({"a": 1, "b-c": 2})),
        ),
        ("{{ null }}", None),
        ("{{ undefined }}", None),
        ("{{ \"ü€😀\" }}", Some(json!("ü€😀"))),
    ]);
}

#[test]
fn access() {
    check(&[
        ("{{ inputs.map.deep.er }}", Some(json!("found"))),
        ("{{ inputs.a.b.c }}", None),
        ("{{ inputs.objs.n }}", Some(json!(1))),
        ("{{ inputs.list.length }}", None),
        ("{{ inputs.name.length }}", Some(json!(3))),
        ("{{ \"😀\".length }}", Some(json!(2))),
        ("{{ inputs.list[0] }}", Some(json!(1))),
        ("{{ inputs.list[-1] }}", None),
        ("{{ inputs.list[1.5] }}", None),
        ("{{ inputs.map[\"x:y\"] }}", Some(json!(2))),
        ("{{ inputs[\"my-key\"] }}", Some(json!("dashed"))),
        ("{{ inputs.map[name] }}", None),
        (
            "{{ inputs.objs[.k == \"b\"] }}",
            Some(json!([{"n": 2, "k": "b"}])),
        ),
        ("{{ inputs.objs[.k == \"b\"].n }}", Some(json!(2))),
        ("{{ inputs.objs[.n >= 1][1].k }}", Some(json!("b"))),
        ("{{ inputs.objs[.k == inputs.unknown] }}", Some(json!([]))),
        ("{{ inputs.map[.deep.er == \"found\"].x }}", None),
        ("{{ inputs.unknown[.a == 1] }}", Some(json!([]))),
        ("{{ keys(inputs.map)[0] }}", Some(json!("a-b"))),
        ("{{ {in: 1}.in }}", Some(json!(1))),
        ("{{ inputs.constructor }}", None),
        ("{{ inputs.__proto__.polluted }}", None),
    ]);
}

#[test]
fn what_is_undefined_makes_the_whole_missing() {
    check(&[
        ("{{ unknownFunction(1) }}", None),
        ("{{ !unknownFunction(1) }}", None),
        ("{{ inputs.name|upper }}", None),
        ("{{ inputs.name|upper(1, 2) }}", None),
        ("{{ inputs.name.unknownMethod() }}", None),
        ("{{ inputs.name.toUpperCase() }}", Some(json!("ADA"))),
        (
            "{{ (inputs.name + \" \").trim().toLowerCase() }}",
            Some(json!("ada")),
        ),
    ]);
}
