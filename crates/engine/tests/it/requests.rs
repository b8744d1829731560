//! What goes out, and what an answer becomes.

use linkyard_engine::Error;
use linkyard_testkit::Answer;
use serde_json::json;

use crate::harness::{Harness, TOKEN, input, ok, request};

const GET_ONE: &str = "            url: /people/${inputs.id}\n            method: get\n";

fn get_one() -> String {
    request(&input("id", "string", "path"), GET_ONE)
}

#[tokio::test]
async fn a_request_is_authorized_and_its_answer_shaped() {
    let parameters = "            url: /people
            method: get
            args:
              - {name: limit, value: $.inputs.limit, in: query}
              - {name: tag, value: $.inputs.tag, in: query}
              - {name: X-Fixed, value: one, in: headers}
            response:
              dataKey: data
";
    let action = request(
        &(input("limit", "number", "query") + &input("tag", "string", "query")),
        parameters,
    );
    let answer = Answer::json(200, &json!({ "data": [{ "id": 1 }], "total": 1 }));
    let harness = Harness::new(&action, vec![answer]).await;
    let outcome = harness
        .run(json!({ "query": { "limit": "7" } }))
        .await
        .unwrap();
    assert_eq!(outcome.result, json!({ "data": [{ "id": 1 }] }));
    let sent = &harness.provider.requests()[0];
    assert_eq!(
        (
            sent.method.as_str(),
            sent.path.as_str(),
            sent.query.as_str()
        ),
        ("GET", "/people", "limit=7")
    );
    assert_eq!(
        sent.header("authorization"),
        Some(format!("Bearer {TOKEN}").as_str())
    );
    assert_eq!(sent.header("x-fixed"), Some("one"));
    let trace = &outcome.steps[0];
    assert_eq!(
        (trace.id.as_str(), trace.method.as_str(), trace.status),
        ("fetch", "GET", Some(200))
    );
    assert!(trace.url.ends_with("/people?limit=***"), "{}", trace.url);
}

#[tokio::test]
async fn inputs_put_into_the_body_are_found_and_faults_are_named() {
    let harness = Harness::new(&get_one(), ok()).await;
    harness.run(json!({ "body": { "id": 42 } })).await.unwrap();
    assert_eq!(harness.provider.requests()[0].path, "/people/42");
    let fault = harness
        .run(json!({ "path": { "id": ["x"] } }))
        .await
        .unwrap_err();
    assert!(
        matches!(&fault, Error::InvalidInput(lines) if lines.iter().any(|line| line.contains("id"))),
        "{fault:?}"
    );
    assert_eq!(harness.provider.requests().len(), 1);
}

#[tokio::test]
async fn a_body_is_json_and_missing_values_are_left_out() {
    let parameters = "            url: /people
            method: post
            args:
              - {name: name, value: $.inputs.name, in: body}
              - {name: note, value: $.inputs.note, in: body}
              - name: nested
                value: {kind: fixed, who: $.inputs.name}
                in: body
";
    let action = request(
        &(input("name", "string", "body") + &input("note", "string", "body")),
        parameters,
    );
    let harness = Harness::new(&action, ok()).await;
    harness
        .run(json!({ "body": { "name": "Ada" } }))
        .await
        .unwrap();
    let sent = &harness.provider.requests()[0];
    assert_eq!(
        sent.json(),
        json!({ "name": "Ada", "nested": { "kind": "fixed", "who": "Ada" } })
    );
    assert_eq!(sent.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn a_providers_failure_reaches_the_caller() {
    let body = json!({ "error": { "message": "No such person" } });
    let answer = Answer::json(404, &body).with_header("x-request-id", "r1");
    let harness = Harness::new(
        &get_one(),
        vec![answer, Answer::bytes(500, "text/plain", "boom")],
    )
    .await;
    let inputs = json!({ "path": { "id": "p1" } });
    let Error::Provider {
        status,
        message,
        provider_errors,
        ..
    } = harness.run(inputs.clone()).await.unwrap_err()
    else {
        panic!("a provider error")
    };
    assert_eq!((status, message.as_str()), (404, "No such person"));
    assert_eq!(provider_errors[0].status, Some(404));
    assert_eq!(json!(provider_errors[0].raw), body);
    assert_eq!(
        provider_errors[0].headers.as_ref().unwrap()["x-request-id"],
        "r1"
    );
    let Error::Provider {
        status,
        message,
        provider_errors,
        ..
    } = harness.run(inputs).await.unwrap_err()
    else {
        panic!("a provider error")
    };
    assert_eq!((status, message.as_str()), (502, "boom"));
    assert_eq!(json!(provider_errors[0].raw), json!({ "message": "boom" }));
}

#[tokio::test]
async fn a_custom_error_changes_what_a_status_means() {
    let parameters = format!(
        "{GET_ONE}            customErrors:
              - receivedStatus: 400
                targetStatus: 404
                message: Gone
                condition: '{{{{data.code == \"gone\"}}}}'
"
    );
    let action = request(&input("id", "string", "path"), &parameters);
    let answers = vec![
        Answer::json(400, &json!({ "code": "gone" })),
        Answer::json(400, &json!({ "code": "x" })),
    ];
    let harness = Harness::new(&action, answers).await;
    let inputs = json!({ "path": { "id": "p1" } });
    let fault = harness.run(inputs.clone()).await.unwrap_err();
    assert!(
        matches!(&fault, Error::Provider { status: 404, message, .. } if message == "Gone"),
        "{fault:?}"
    );
    assert!(matches!(
        harness.run(inputs).await.unwrap_err(),
        Error::Provider { status: 400, .. }
    ));
}

#[tokio::test]
async fn lim_6_a_busy_provider_is_asked_again_and_a_broken_one_is_not() {
    let busy = Answer::json(429, &json!({})).with_header("retry-after", "0");
    let harness = Harness::new(&get_one(), vec![busy.clone(), busy.clone(), ok().remove(0)]).await;
    harness
        .run(json!({ "path": { "id": "p1" } }))
        .await
        .unwrap();
    assert_eq!(harness.provider.requests().len(), 3);

    let harness = Harness::new(&get_one(), vec![busy]).await;
    let fault = harness
        .run(json!({ "path": { "id": "p1" } }))
        .await
        .unwrap_err();
    assert!(
        matches!(
            fault,
            Error::Provider {
                status: 429,
                retry_after_s: Some(0),
                ..
            }
        ),
        "{fault:?}"
    );
    assert_eq!(harness.provider.requests().len(), 3);

    let harness = Harness::new(&get_one(), vec![Answer::json(500, &json!({}))]).await;
    harness
        .run(json!({ "path": { "id": "p1" } }))
        .await
        .unwrap_err();
    assert_eq!(harness.provider.requests().len(), 1);
}

#[tokio::test]
async fn a_refused_credential_is_renewed_once() {
    let no = Answer::json(401, &json!({ "message": "who?" }));
    let harness = Harness::new(&get_one(), vec![no.clone(), ok().remove(0)])
        .await
        .renewable();
    harness
        .run(json!({ "path": { "id": "p1" } }))
        .await
        .unwrap();
    let requests = harness.provider.requests();
    assert_eq!(
        requests[1].header("authorization"),
        Some(format!("Bearer {TOKEN}-2").as_str())
    );

    let harness = Harness::new(&get_one(), vec![no.clone()]).await.renewable();
    let fault = harness
        .run(json!({ "path": { "id": "p1" } }))
        .await
        .unwrap_err();
    assert!(
        matches!(&fault, Error::Provider { status: 401, message, .. } if message == "who?"),
        "{fault:?}"
    );
    assert_eq!(harness.provider.requests().len(), 2);

    let harness = Harness::new(&get_one(), vec![no]).await;
    harness
        .run(json!({ "path": { "id": "p1" } }))
        .await
        .unwrap_err();
    assert_eq!(harness.provider.requests().len(), 1);
}
