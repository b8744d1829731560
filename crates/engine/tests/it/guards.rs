//! What callers, connectors and providers cannot make the engine do.

use linkyard_engine::Error;
use linkyard_testkit::{Answer, Provider};
use serde_json::json;
use std::time::Duration;

use crate::harness::{Harness, TOKEN, input, ok, request};

#[tokio::test]
async fn net_4_credentials_stay_at_the_base_url() {
    let other = Provider::scripted(ok()).await;
    for url in [
        other.url().replace("http://", "@"),
        ".evil.example/x".to_owned(),
    ] {
        let parameters = format!("            url: '{url}'\n            method: get\n");
        let harness = Harness::new(&request("", &parameters), ok()).await;
        let fault = harness.run(json!({})).await.unwrap_err();
        assert!(
            matches!(fault, Error::Refused | Error::Expression { .. }),
            "{fault:?}"
        );
        assert!(harness.provider.requests().is_empty());
    }
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn net_4_an_input_cannot_choose_the_host() {
    let parameters = "            baseUrl: http://${inputs.host}\n            url: /x\n            method: get\n";
    let other = Provider::scripted(ok()).await;
    let harness = Harness::new(
        &request(&input("host", "string", "query"), parameters),
        ok(),
    )
    .await;
    harness
        .run(json!({ "query": { "host": other.host_port() } }))
        .await
        .unwrap_err();
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn net_5_a_redirect_is_not_followed() {
    let other = Provider::scripted(ok()).await;
    let answer = Answer::json(302, &json!({})).with_header("location", &other.url());
    let harness = Harness::new(
        &request("", "            url: /x\n            method: get\n"),
        vec![answer],
    )
    .await;
    harness.run(json!({})).await.unwrap();
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn net_6_callers_set_no_header_that_is_not_theirs() {
    let parameters = "            url: /x
            method: get
            args:
              - {name: $.inputs.name, value: $.inputs.value, in: headers}
";
    let action = request(
        &(input("name", "string", "query") + &input("value", "string", "query")),
        parameters,
    );
    let harness = Harness::new(&action, ok()).await;
    for (name, value) in [
        ("Host", "evil.example"),
        ("COOKIE", "a=b"),
        ("Authorization", "Bearer x"),
        ("Proxy-Authorization", "x"),
        ("Connection", "close"),
        ("Transfer-Encoding", "chunked"),
        ("X-Forwarded-For", "127.0.0.1"),
        ("x-ok", "a\r\nx-evil: b"),
        ("x-ok", "a\0"),
        ("x evil", "a"),
        ("x-ok\r\nx-evil", "a"),
    ] {
        let fault = harness
            .run(json!({ "query": { "name": name, "value": value } }))
            .await
            .unwrap_err();
        assert!(
            matches!(fault, Error::InvalidInput(_)),
            "{name:?} {value:?}: {fault:?}"
        );
    }
    assert!(harness.provider.requests().is_empty());
    harness.run(json!({ "query": { "name": "X-Ok", "value": "fine" }, "headers": { "x-undeclared": "1" } })).await.unwrap();
    let sent = &harness.provider.requests()[0];
    assert_eq!(
        (sent.header("x-ok"), sent.header("x-undeclared")),
        (Some("fine"), None)
    );
}

#[tokio::test]
async fn net_7_an_input_is_one_segment_of_the_path() {
    let parameters = "            url: /people/${inputs.id}/roles\n            method: get\n";
    let harness = Harness::new(&request(&input("id", "string", "path"), parameters), ok()).await;
    for (id, path) in [
        ("a/../../admin", "/people/a%2F..%2F..%2Fadmin/roles"),
        ("x?admin=1#", "/people/x%3Fadmin%3D1%23/roles"),
        ("('x')", "/people/('x')/roles"),
        ("a%2Fb", "/people/a%2Fb/roles"),
    ] {
        harness.run(json!({ "path": { "id": id } })).await.unwrap();
        let sent = harness.provider.requests().pop().unwrap();
        assert_eq!((sent.path.as_str(), sent.query.as_str()), (path, ""));
    }
    let count = harness.provider.requests().len();
    for id in ["..", ".", "%2e%2E", "", "a\nb"] {
        let fault = harness
            .run(json!({ "path": { "id": id } }))
            .await
            .unwrap_err();
        assert!(matches!(fault, Error::InvalidInput(_)), "{id:?}: {fault:?}");
    }
    let fault = harness.run(json!({})).await.unwrap_err();
    assert!(fault.to_string().contains("inputs.id"), "{fault}");
    assert_eq!(harness.provider.requests().len(), count);
}

#[tokio::test]
async fn con_4_a_credential_reaches_no_result_and_no_error() {
    let echo = json!({ "seen": { "authorization": [format!("Bearer {TOKEN}")] } });
    let parameters = "            url: /x\n            method: get\n";
    let harness = Harness::new(&request("", parameters), vec![Answer::json(200, &echo)]).await;
    let fault = harness.run(json!({})).await.unwrap_err();
    assert!(fault.to_string().starts_with("credential_leak"), "{fault}");
    assert!(!format!("{fault:?}").contains(TOKEN));

    let body = json!({ "message": format!("bad token {TOKEN}"), "deep": [{ TOKEN: TOKEN }] });
    let harness = Harness::new(&request("", parameters), vec![Answer::json(400, &body)]).await;
    let fault = harness.run(json!({})).await.unwrap_err();
    assert!(
        fault.to_string().contains("bad token [redacted]"),
        "{fault}"
    );
    assert!(!format!("{fault:?}").contains(TOKEN), "{fault:?}");

    let direct =
        request("", parameters).replace("$.steps.fetch.output.data", "$.credentials.apiToken");
    let fault = Harness::new(&direct, ok())
        .await
        .run(json!({}))
        .await
        .unwrap_err();
    assert!(fault.to_string().starts_with("credential_leak"), "{fault}");
}

#[tokio::test]
async fn an_ignored_failure_lets_the_action_go_on() {
    let action = request("", "            url: /x\n            method: get\n").replace(
        "        description: Asks.\n",
        "        description: Asks.\n        ignoreError: true\n",
    );
    let action = action.replace(
        "data: $.steps.fetch.output.data",
        "data: {ok: $.steps.fetch.successful}",
    );
    let harness = Harness::new(&action, vec![Answer::json(500, &json!({}))]).await;
    assert_eq!(harness.data(json!({})).await, json!({ "ok": false }));
}

#[tokio::test]
async fn net_2_an_internal_address_is_refused() {
    let parameters =
        "            baseUrl: http://127.0.0.1:1\n            url: /x\n            method: get\n";
    let harness = Harness::new(&request("", parameters), ok()).await;
    assert!(matches!(
        harness.run(json!({})).await.unwrap_err(),
        Error::Refused
    ));
}

#[tokio::test]
async fn net_9_a_read_that_times_out_may_be_repeated_and_a_write_may_not() {
    let slow = Answer::json(200, &json!({})).after(Duration::from_secs(5));
    for (method, safe) in [("get", true), ("post", false), ("delete", false)] {
        let parameters = format!("            url: /x\n            method: {method}\n");
        let harness = Harness::new(&request("", &parameters), vec![slow.clone()]).await;
        let fault = harness.run(json!({})).await.unwrap_err();
        match fault {
            Error::Timeout {
                safe_to_retry: true,
            } => assert!(safe, "{method}"),
            Error::OutcomeUnknown => assert!(!safe, "{method}"),
            other => panic!("{method}: {other:?}"),
        }
        assert_eq!(harness.provider.requests().len(), 1);
    }
}

#[tokio::test]
async fn con_8_an_answer_that_is_not_the_json_it_says_is_a_failure() {
    let parameters = "            url: /x\n            method: get\n";
    let deep = "[".repeat(200) + &"]".repeat(200);
    for body in ["{\"a\":", "\u{feff}{}", deep.as_str()] {
        let answer = Answer::bytes(200, "application/json", body.to_owned());
        let harness = Harness::new(&request("", parameters), vec![answer]).await;
        let fault = harness.run(json!({})).await.unwrap_err();
        assert!(
            matches!(fault, Error::Provider { status: 502, .. }),
            "{fault:?}"
        );
    }
}

#[tokio::test]
async fn lim_6_an_account_that_was_told_to_wait_sends_nothing_meanwhile() {
    let busy = Answer::json(503, &json!({})).with_header("retry-after", "3600");
    let parameters = "            url: /x\n            method: get\n";
    let harness = Harness::new(&request("", parameters), vec![busy]).await;
    let fault = harness.run(json!({})).await.unwrap_err();
    assert!(
        matches!(
            fault,
            Error::Provider {
                status: 502,
                retry_after_s: Some(3600),
                ..
            }
        ),
        "{fault:?}"
    );
    let fault = harness.run(json!({})).await.unwrap_err();
    assert!(
        matches!(&fault, Error::Provider { status: 429, provider_errors, .. } if provider_errors.is_empty()),
        "{fault:?}"
    );
    assert_eq!(harness.provider.requests().len(), 1);
}
