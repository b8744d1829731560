//! The sandbox over real HTTP.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "the tests are clients of the sandbox, and a failure stops the test"
)]

mod harness;
mod program;
mod queries;
mod tokens;
mod writes;

use harness::{options, start};
use humaans_sandbox::{Options, RateLimit, Sandbox, Scope};
use serde_json::json;

#[tokio::test]
async fn totals_paging_and_limits() {
    let s = start(options()).await;
    let all = s.token(&Scope::ALL);
    for (status, total) in [
        ("all", 250),
        ("active", 212),
        ("newHire", 8),
        ("offboarded", 30),
    ] {
        assert_eq!(
            s.get(&format!("/api/people?status={status}&$limit=0"), &all)
                .await
                .1["total"],
            total,
            "{status}"
        );
    }
    let mut seen = std::collections::HashSet::new();
    for skip in [0, 100, 200] {
        let page = s
            .get(&format!("/api/people?status=all&%24skip={skip}"), &all)
            .await
            .1;
        seen.extend(
            page["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|p| p["id"].as_str().unwrap().to_owned()),
        );
    }
    assert_eq!(seen.len(), 250);
    assert_eq!(s.get("/api/people?$limit=1000", &all).await.1["limit"], 250);
    assert_eq!(s.get("/api/people?$limit=-1", &all).await.0, 422);
    assert_eq!(s.get("/api/teams", &all).await.0, 404);
    assert_eq!(s.call("PUT", "/api/people", &all, None).await.0, 405);
}

#[tokio::test]
async fn scopes_and_roles() {
    let s = start(options()).await;
    let tokens: std::collections::HashMap<_, _> =
        s.sandbox.first_tokens().unwrap().into_iter().collect();
    assert_eq!(s.get("/api/me", "wrong").await.0, 401);
    assert_eq!(s.get("/api/me", &tokens["leaver"]).await.0, 401);
    let public = s
        .get("/api/people?status=all&$limit=250", &tokens["owner-public"])
        .await
        .1;
    assert_eq!(public["total"], 212);
    assert!(public["data"][0].get("gender").is_none() && public["data"][0].get("email").is_some());
    assert_eq!(
        s.get("/api/compensations", &tokens["owner-no-pay"]).await.0,
        403
    );
    assert_eq!(
        s.get("/api/compensations", &tokens["admin-all"]).await.1["total"],
        0
    );
    let owner = s.sandbox.owner_person_id();
    assert_eq!(
        s.get(&format!("/api/people/{owner}"), &tokens["other-tenant"])
            .await
            .0,
        404
    );
    assert_eq!(
        s.get("/api/people?status=all", &tokens["other-tenant"])
            .await
            .1["total"],
        4
    );
    assert!(
        s.get(&format!("/api/people/{owner}"), &tokens["user-self"])
            .await
            .1
            .get("gender")
            .is_none()
    );
    assert_eq!(
        s.get("/api/token-info", &tokens["owner-public"]).await.1["scopes"],
        json!(["public:read"])
    );
}

#[tokio::test]
async fn writes_survive_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let options = || Options {
        data_dir: Some(dir.path().to_owned()),
        ..options()
    };
    let s = start(options()).await;
    let all = s.token(&Scope::ALL);
    let me = s.sandbox.owner_person_id();
    let kind = s.get("/api/time-away-types", &all).await.1["data"][0]["id"].clone();
    let body = json!({"personId": me, "timeAwayTypeId": kind, "startDate": "2029-03-05", "endDate": "2029-03-11"});
    let (status, made) = s
        .call("POST", "/api/time-away", &all, Some(body.clone()))
        .await;
    assert_eq!(
        (status, &made["requestStatus"]),
        (201, &json!("approved")),
        "{made}"
    );
    assert_eq!(
        s.call("POST", "/api/time-away", &all, Some(body)).await.0,
        422
    );
    let path = format!("/api/people/{me}");
    assert_eq!(
        s.call("PATCH", &path, &all, Some(json!({"bio": "new"})))
            .await
            .0,
        200
    );
    let (status, error) = s
        .call("PATCH", &path, &all, Some(json!({"status": "active"})))
        .await;
    assert_eq!(
        (status, &error["issues"][0]["name"]),
        (422, &json!("status"))
    );
    let again = start(options()).await;
    assert_eq!(again.get(&path, &all).await.1["bio"], "new");
    let row = format!("/api/time-away/{}", made["id"].as_str().unwrap());
    assert_eq!(
        again.call("DELETE", &row, &all, None).await,
        (200, json!({"id": made["id"], "deleted": true}))
    );
    assert_eq!(again.call("DELETE", &row, &all, None).await.0, 404);
}

#[tokio::test]
async fn limits_faults_and_the_page() {
    let s = start(Options {
        rate_limit: Some(RateLimit {
            requests: 2,
            window_seconds: 60,
        }),
        ..options()
    })
    .await;
    let all = s.token(&Scope::ALL);
    assert_eq!(
        s.call(
            "POST",
            "/_sandbox/faults",
            "",
            Some(json!({"status": 503, "count": 1}))
        )
        .await
        .0,
        200
    );
    let mut seen = vec![];
    for _ in 0..4 {
        seen.push(s.get("/api/me", &all).await.0);
    }
    assert_eq!(seen, [503, 200, 200, 429]);
    let foreign = s
        .http
        .get(format!("{}/_sandbox/tokens", s.url))
        .header("origin", "http://evil.example")
        .send()
        .await
        .unwrap();
    assert_eq!(foreign.status(), 403);
    let page = s.http.get(&s.url).send().await.unwrap();
    assert!(
        page.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("default-src 'none'")
    );
}

#[test]
fn one_seed_gives_one_company() {
    let open = |seed| {
        Sandbox::open(Options { seed, ..options() })
            .unwrap()
            .owner_person_id()
    };
    assert_eq!(open(1), open(1));
    assert_ne!(open(1), open(2));
}
