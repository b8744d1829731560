//! Paginated requests and the engine's cursor.

use linkyard_engine::Error;
use linkyard_testkit::{Answer, Provider, Recorded};
use serde_json::{Value, json};

use crate::harness::Harness;

fn paged(response: &str, iterator: &str) -> String {
    format!(
        "    cursor: {{enabled: true, pageSize: 3}}
    steps:
      - stepId: list
        description: Lists.
        stepFunction:
          functionName: paginated_request
          parameters:
            url: /people
            method: get
            args:
              - {{name: limit, value: '4', in: query}}
            response: {{{response}}}
            iterator: {{{iterator}}}
    result:
      data: $.steps.list.output.data
      next: $.steps.list.output.next
"
    )
}

fn number(request: &Recorded, name: &str) -> Option<u64> {
    let pairs = request
        .query
        .split('&')
        .filter_map(|pair| pair.split_once('='));
    pairs
        .filter(|(held, _)| *held == name)
        .find_map(|(_, value)| value.parse().ok())
}

/// Ten records, four a page.
fn records(from: u64) -> Vec<Value> {
    (from..10.min(from + 4))
        .map(|id| json!({ "id": id }))
        .collect()
}

async fn all(harness: &Harness, page_size: u64) -> Vec<u64> {
    let mut ids = Vec::new();
    let mut next = Value::Null;
    for _ in 0..20 {
        let result = harness
            .run(json!({ "query": { "page_size": page_size, "next": next } }))
            .await
            .unwrap()
            .result;
        let page = result["data"].as_array().unwrap().clone();
        assert!(page.len() as u64 <= page_size);
        ids.extend(page.iter().map(|record| record["id"].as_u64().unwrap()));
        next = result["next"].clone();
        if next.is_null() {
            return ids;
        }
    }
    panic!("the list does not end");
}

#[tokio::test]
async fn every_mode_delivers_every_record_once_whatever_the_page_size() {
    let everything: Vec<u64> = (0..10).collect();
    for page_size in [1, 3, 4, 5, 9, 10, 50] {
        let offset = Provider::start(|request| {
            Answer::json(
                200,
                &json!({ "data": records(number(request, "$skip").unwrap()) }),
            )
        });
        let action = paged("dataKey: data", "key: $skip, in: query, mode: offset");
        assert_eq!(
            all(&Harness::over(&action, offset.await), page_size).await,
            everything,
            "offset {page_size}"
        );

        let cursor = Provider::start(|request| {
            let from = number(request, "after").unwrap_or(0);
            let next = (from + 4 < 10).then_some(from + 4);
            Answer::json(
                200,
                &json!({ "data": records(from), "paging": { "next": next } }),
            )
        });
        let action = paged(
            "dataKey: data, nextKey: paging.next",
            "key: after, in: query",
        );
        assert_eq!(
            all(&Harness::over(&action, cursor.await), page_size).await,
            everything,
            "cursor {page_size}"
        );

        let page = Provider::start(|request| {
            Answer::json(
                200,
                &json!({ "data": records((number(request, "page").unwrap() - 1) * 4) }),
            )
        });
        let action = paged("dataKey: data", "key: page, in: query, mode: page");
        assert_eq!(
            all(&Harness::over(&action, page.await), page_size).await,
            everything,
            "page {page_size}"
        );
    }
}

#[tokio::test]
async fn con_6_a_repeated_cursor_stops_with_a_clear_error() {
    let action = paged("dataKey: data, nextKey: next", "key: after, in: query");
    let harness = Harness::new(
        &action,
        vec![Answer::json(200, &json!({ "data": [1], "next": "same" }))],
    )
    .await;
    let fault = harness
        .run(json!({ "query": { "page_size": 50 } }))
        .await
        .unwrap_err();
    assert!(
        matches!(&fault, Error::Limit(text) if text.contains("same cursor")),
        "{fault:?}"
    );
    assert_eq!(harness.provider.requests().len(), 2);
}

#[tokio::test]
async fn con_6_an_endless_list_stops_after_a_hundred_pages_and_says_so() {
    let provider = Provider::start(|request| {
        let from = number(request, "$skip").unwrap();
        Answer::json(200, &json!({ "data": [{ "id": from }] }))
    });
    let action = paged("dataKey: data", "key: $skip, in: query, mode: offset");
    let harness = Harness::over(&action, provider.await);
    let result = harness
        .run(json!({ "query": { "page_size": 100_000 } }))
        .await
        .unwrap()
        .result;
    assert_eq!(result["data"].as_array().unwrap().len(), 100);
    assert_eq!(result["partial"], true);
    assert!(result["next"].is_string());
    assert_eq!(harness.provider.requests().len(), 100);
}

#[tokio::test]
async fn a_cursor_that_is_not_ours_is_refused() {
    let action = paged("dataKey: data", "key: $skip, in: query, mode: offset");
    let harness = Harness::new(&action, vec![Answer::json(200, &json!({ "data": [] }))]).await;
    for next in [json!("abc"), json!(7), json!("AXsi")] {
        let fault = harness
            .run(json!({ "query": { "next": next } }))
            .await
            .unwrap_err();
        assert!(
            matches!(&fault, Error::InvalidInput(lines) if lines[0].starts_with("query.next")),
            "{fault:?}"
        );
    }
    let fault = harness
        .run(json!({ "query": { "page_size": "many" } }))
        .await
        .unwrap_err();
    assert!(matches!(fault, Error::InvalidInput(_)));
    assert!(harness.provider.requests().is_empty());
}
