//! Each mistake is reported with file, line, path and rule.
#![expect(clippy::unwrap_used, reason = "a test may stop")]

use std::collections::BTreeMap;

use linkyard_connector::{Faults, load_bundle};
use proptest::prelude::*;

const MAIN: &str = "StackOne: 1.0.0
info: {title: Acme, key: acme, version: 1.0.0}
baseUrl: https://acme.test
authentication: []
actions:
  $ref: acme.users
";
const USERS: &str = "- actionId: list_users
  label: List
  description: Lists.
  categories: [hris]
  actionType: list
  steps:
    - stepId: call
      description: Calls.
      stepFunction:
        functionName: request
        parameters: {url: /users, method: get}
  result: {data: $.steps.call.output.data}
";

fn bundle(main: &str, users: &str) -> BTreeMap<String, String> {
    BTreeMap::from([
        ("acme.connector.s1.yaml".to_owned(), main.to_owned()),
        ("acme.users.s1.partial.yaml".to_owned(), users.to_owned()),
    ])
}

fn faults(main: &str, users: &str) -> Faults {
    load_bundle("acme", &bundle(main, users)).unwrap_err()
}

#[test]
fn con_2_a_mistake_is_reported_with_file_line_path_and_rule() {
    assert!(
        load_bundle("acme", &bundle(MAIN, USERS))
            .unwrap()
            .warnings
            .is_empty()
    );
    let table = [
        (
            "actionType: list",
            "actionType: lst",
            5,
            "actions[0].actionType",
            "enum",
        ),
        (
            "functionName: request",
            "functionName: soap_request",
            10,
            "actions[0].steps[0].stepFunction",
            "unsupported-function",
        ),
        (
            "method: get",
            "method: fetch",
            11,
            "actions[0].steps[0].stepFunction.parameters.method",
            "enum",
        ),
        ("  label: List", "  label: 7", 2, "actions[0].label", "type"),
        (
            "  label: List",
            "  label: A\n  label: B",
            3,
            "actions[0].label",
            "duplicate-key",
        ),
        (
            "  label: List",
            "  label: A\n  requiredScopes: no:such",
            3,
            "actions[0].requiredScopes",
            "unknown-scope",
        ),
    ];
    for (good, bad, line, path, rule) in table {
        let found = faults(MAIN, &USERS.replacen(good, bad, 1));
        let hit = found.0.iter().any(|f| {
            f.file == "acme.users.s1.partial.yaml"
                && f.line == line
                && f.path == path
                && f.rule == rule
        });
        assert!(hit, "{bad}: {found}");
    }
}

#[test]
fn con_1_what_yaml_must_not_do_is_refused() {
    for (bad, rule) in [
        ("a: &x 1\nb: *x\n", ""),
        ("a: !secret 1\n", ""),
        ("a: 1\n---\nb: 2\n", ""),
        (
            "StackOne: 1.0.0\nactions:\n  $ref: ../../etc/passwd\n",
            "path-escape",
        ),
        (
            "StackOne: 1.0.0\nactions:\n  $ref: acme.none\n",
            "missing-partial",
        ),
    ] {
        let found = faults(bad, USERS);
        assert!(
            rule.is_empty() || found.0.iter().any(|f| f.rule == rule),
            "{bad}: {found}"
        );
    }
    let deep = format!("a: {}1{}\n", "[".repeat(70), "]".repeat(70));
    assert!(load_bundle("acme", &bundle(&deep, USERS)).is_err());
    let large = "#".repeat((1 << 20) + 1);
    assert_eq!(faults(&large, USERS).0[0].rule, "file-too-large");
}

proptest! {
    #[test]
    fn con_1_arbitrary_text_never_panics(main in any::<String>(), users in "[-a-zA-Z0-9:{}\\[\\]$.'\"#|>&*! \n]{0,300}") {
        drop(load_bundle("acme", &bundle(&main, &users)));
        drop(load_bundle("acme", &bundle(&format!("{MAIN}{users}"), &users)));
        drop(load_bundle("acme", &bundle(MAIN, &users)));
    }
}
