//! Access tokens: made, narrowed, renamed and revoked, by JSON and on the page.

use crate::harness::{Server, options, start};
use serde_json::{Value, json};

async fn create(s: &Server, scopes: Value) -> (String, String) {
    let wanted = json!({"label": "One", "personId": s.sandbox.owner_person_id(), "scopes": scopes});
    let (status, made) = s.call("POST", "/_sandbox/tokens", "", Some(wanted)).await;
    assert_eq!(status, 201, "{made}");
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    (text("id"), text("token"))
}

async fn listed(s: &Server, id: &str) -> Option<Value> {
    let list = s.get("/_sandbox/tokens", "").await.1;
    let rows = list["data"].as_array().unwrap();
    rows.iter().find(|t| t["id"] == id).cloned()
}

#[tokio::test]
async fn a_token_is_narrowed_renamed_and_revoked() {
    let s = start(options()).await;
    let (id, token) = create(&s, json!(["compensations:read"])).await;
    let path = format!("/_sandbox/tokens/{id}");
    assert_eq!(s.get("/api/compensations", &token).await.0, 200);
    assert_eq!(listed(&s, &id).await.unwrap()["lastUsedAt"], "2026-03-02");

    let narrower = json!({"label": "Two", "scopes": ["private:read"]});
    assert_eq!(s.call("PATCH", &path, "", Some(narrower)).await.0, 200);
    assert_eq!(s.get("/api/compensations", &token).await.0, 403);
    let row = listed(&s, &id).await.unwrap();
    assert_eq!(row["label"], "Two");
    assert_eq!(row["scopes"], json!(["public:read", "private:read"]));
    assert!(!row.to_string().contains(&token));

    let owner = json!({"personId": s.sandbox.owner_person_id()});
    assert_eq!(s.call("PATCH", &path, "", Some(owner)).await.0, 422);
    let unknown = json!({"scopes": ["everything"]});
    assert_eq!(s.call("PATCH", &path, "", Some(unknown)).await.0, 400);

    assert_eq!(s.call("DELETE", &path, "", None).await.0, 200);
    assert_eq!(s.get("/api/me", &token).await.0, 401);
    assert!(!s.sandbox.token_is_valid(&token));
    assert_eq!(listed(&s, &id).await, None);
    assert_eq!(s.call("DELETE", &path, "", None).await.0, 404);
    let late = json!({"label": "Three"});
    assert_eq!(s.call("PATCH", &path, "", Some(late)).await.0, 404);
}

async fn submit(s: &Server, path: &str, body: String) -> (u16, String) {
    let form = "application/x-www-form-urlencoded";
    let request = s.http.post(format!("{}{path}", s.url));
    let answer = request
        .header("content-type", form)
        .body(body)
        .send()
        .await
        .unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn the_page_makes_edits_and_deletes_tokens() {
    let s = start(options()).await;
    let person = s.sandbox.owner_person_id();
    let body = format!("label=%3Cb%3EMine&personId={person}&scope=private%3Aread");
    let (status, page) = submit(&s, "/", body).await;
    assert_eq!(status, 200);
    assert!(page.contains("&lt;b&gt;Mine") && !page.contains("<b>Mine"));
    let (_, rest) = page.split_once("<code id=token>").unwrap();
    let token = rest.split_once("</code>").unwrap().0;
    assert!(s.sandbox.token_is_valid(token));

    let list = s.get("/_sandbox/tokens", "").await.1;
    let id = list["data"][0]["id"].as_str().unwrap();
    let edit = "label=Yours&scope=compensations:read".to_owned();
    let (status, page) = submit(&s, &format!("/tokens/{id}/edit"), edit).await;
    assert_eq!(status, 200, "after the redirect");
    assert!(page.contains("Yours") && !page.contains(token));
    assert_eq!(s.get("/api/compensations", token).await.0, 200);

    let (status, page) = submit(&s, &format!("/tokens/{id}/delete"), String::new()).await;
    assert!(status == 200 && !page.contains("Yours"));
    assert_eq!(s.get("/api/me", token).await.0, 401);
    let (status, _) = submit(&s, &format!("/tokens/{id}/delete"), String::new()).await;
    assert_eq!(status, 404);
}
