//! From an empty folder to a Humaans action, over HTTP against the running binary.

use std::os::unix::fs::PermissionsExt;

use linkyard_e2e::Hub;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

async fn start() -> (tempfile::TempDir, Hub) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let hub = Hub::start(folder.path(), &[])
        .await
        .expect("the hub starts");
    (folder, hub)
}

fn id(account: &Value) -> &str {
    account["id"].as_str().expect("an id")
}

#[tokio::test]
async fn item_1_a_start_on_the_same_folder_has_the_same_key_tokens_and_accounts() {
    let (folder, hub) = start().await;
    let full = hub.text("/tokens/full").to_owned();
    let (status, account) = hub.link("acme", &full).await.unwrap();
    assert_eq!(status, StatusCode::CREATED, "{account}");
    let before = hub.ready.clone();
    assert_eq!(hub.stop().await.unwrap(), Some(0));

    let mode = std::fs::metadata(folder.path().join("dev.json"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    let hub = Hub::start(folder.path(), &[]).await.unwrap();
    assert_eq!(hub.ready["api_key"], before["api_key"]);
    assert_eq!(hub.ready["tokens"], before["tokens"]);
    assert_ne!(hub.ready["dashboard_url"], before["dashboard_url"]);
    let (status, me) = hub
        .run(id(&account), json!({"action": "humaans_get_me"}))
        .await
        .unwrap();
    assert_eq!(status, StatusCode::OK, "{me}");
}

#[tokio::test]
async fn item_3_a_wrong_token_links_nothing_and_shows_what_the_provider_said() {
    let (_folder, hub) = start().await;
    let (status, error) = hub.link("acme", "not-a-token-that-exists").await.unwrap();
    assert_eq!(status, StatusCode::BAD_REQUEST, "{error}");
    assert_eq!(error["statusCode"], 400);
    assert!(error["provider_response"].is_string(), "{error}");
    assert!(!error.to_string().contains("not-a-token-that-exists"));
    let (_, accounts) = hub
        .call(Method::GET, "/accounts", None, None)
        .await
        .unwrap();
    assert_eq!(accounts, json!([]));
}

#[tokio::test]
async fn item_3_a_right_token_links_an_active_account_with_its_real_scopes() {
    let (_folder, hub) = start().await;
    let full = hub.text("/tokens/full").to_owned();
    let (status, account) = hub.link("acme", &full).await.unwrap();
    assert_eq!(status, StatusCode::CREATED, "{account}");
    let (_, accounts) = hub
        .call(Method::GET, "/accounts", None, None)
        .await
        .unwrap();
    assert_eq!(accounts[0]["id"], account["id"]);
    assert_eq!(accounts[0]["status"], "active");
    assert!(
        !accounts.to_string().contains(&full),
        "hub_2: a secret came out"
    );
}

#[tokio::test]
async fn item_3_linking_the_same_owner_again_edits_the_account_and_shows_no_secret() {
    let (_folder, hub) = start().await;
    let full = hub.text("/tokens/full").to_owned();
    let public = hub.text("/tokens/public_read").to_owned();
    let (_, first) = hub.link("acme", &public).await.unwrap();
    let token = hub.session("acme").await.unwrap();
    let (_, settings) = hub
        .hub(Method::GET, "/settings", &token, None)
        .await
        .unwrap();
    assert_eq!(settings["existing_account_id"], first["id"]);
    let path = format!("/accounts/{}", id(&first));
    let (_, form) = hub.hub(Method::GET, &path, &token, None).await.unwrap();
    assert!(
        !form.to_string().contains(&public),
        "hub_2: a secret came out"
    );
    let body = json!({"integration_id": form["integrationId"], "credentials": {"apiToken": full}});
    let (status, edited) = hub
        .hub(Method::PATCH, &path, &token, Some(body))
        .await
        .unwrap();
    assert_eq!(status, StatusCode::OK, "{edited}");
    let (_, accounts) = hub
        .call(Method::GET, "/accounts", None, None)
        .await
        .unwrap();
    assert_eq!(accounts.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn hub_1_made_up_session_tokens_and_bad_keys_are_refused() {
    let (_folder, hub) = start().await;
    for token in ["", "lys_x", "x"] {
        let (status, error) = hub
            .hub(Method::GET, "/connectors", token, None)
            .await
            .unwrap();
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{error}");
        assert_eq!(error["statusCode"], 401);
    }
}

#[tokio::test]
async fn hub_6_an_unknown_field_is_named_and_its_value_is_not() {
    let (_folder, hub) = start().await;
    let token = hub.session("acme").await.unwrap();
    let integration = hub.integration(&token).await.unwrap();
    let body =
        json!({"integration_id": integration, "credentials": {"baseUrl": "http://evil.example"}});
    let (status, error) = hub
        .hub(Method::POST, "/accounts", &token, Some(body))
        .await
        .unwrap();
    assert_eq!(status, StatusCode::BAD_REQUEST, "{error}");
    assert!(error.to_string().contains("baseUrl"), "{error}");
    assert!(!error.to_string().contains("evil.example"), "{error}");
}

#[tokio::test]
async fn item_5_the_twelve_actions_run_and_page() {
    let (_folder, hub) = start().await;
    let full = hub.text("/tokens/full").to_owned();
    let (_, account) = hub.link("acme", &full).await.unwrap();
    let account = id(&account).to_owned();
    for action in [
        "list_people",
        "list_job_roles",
        "list_locations",
        "get_me",
        "list_compensations",
        "list_time_away",
        "list_time_away_types",
        "get_token_info",
    ] {
        let call = json!({"action": format!("humaans_{action}")});
        let (status, result) = hub.run(&account, call).await.unwrap();
        assert_eq!(status, StatusCode::OK, "{action}: {result}");
        assert!(!result["data"].is_null(), "{action}: {result}");
    }
    let mut seen = std::collections::BTreeSet::new();
    let mut next = Value::Null;
    loop {
        let query = if next.is_null() {
            json!({"page_size": 100})
        } else {
            json!({"page_size": 100, "next": next})
        };
        let (_, page) = hub
            .run(
                &account,
                json!({"action": "humaans_list_people", "query": query}),
            )
            .await
            .unwrap();
        for person in page["data"].as_array().expect("a list") {
            assert!(
                seen.insert(id(person).to_owned()),
                "{} came twice",
                person["id"]
            );
        }
        next = page["next"].clone();
        if next.is_null() {
            break;
        }
    }
    assert!(seen.len() > 200, "{} people", seen.len());
    let person = seen.first().unwrap();
    let call = json!({"action": "humaans_get_person", "path": {"id": person}});
    let (status, found) = hub.run(&account, call).await.unwrap();
    assert_eq!(status, StatusCode::OK, "{found}");
    assert_eq!(found["data"]["id"], json!(person));
    let call = json!({"action": "humaans_get_person", "path": {"id": "missing"}});
    let (status, error) = hub.run(&account, call).await.unwrap();
    assert_eq!(status, StatusCode::NOT_FOUND, "{error}");
    assert_eq!(error["provider_errors"][0]["status"], 404);
}

#[tokio::test]
async fn item_5_a_missing_scope_is_refused_by_name() {
    let (_folder, hub) = start().await;
    let public = hub.text("/tokens/public_read").to_owned();
    let (status, account) = hub.link("acme", &public).await.unwrap();
    assert_eq!(status, StatusCode::CREATED, "{account}");
    let (status, error) = hub
        .run(
            id(&account),
            json!({"action": "humaans_list_compensations"}),
        )
        .await
        .unwrap();
    assert_eq!(status, StatusCode::FORBIDDEN, "{error}");
    assert_eq!(error["errorCode"], "MissingScope");
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("compensations:read"),
        "{error}"
    );
}

#[tokio::test]
async fn item_10_events_are_read_in_order() {
    let (_folder, hub) = start().await;
    let full = hub.text("/tokens/full").to_owned();
    let (_, account) = hub.link("acme", &full).await.unwrap();
    let path = format!("/accounts/{}", id(&account));
    let (status, _) = hub
        .call(Method::PATCH, &path, None, Some(json!({"label": "HR"})))
        .await
        .unwrap();
    assert_eq!(status, StatusCode::OK);
    let (status, gone) = hub.call(Method::DELETE, &path, None, None).await.unwrap();
    assert_eq!(status, StatusCode::OK, "{gone}");
    let (_, events) = hub.call(Method::GET, "/events", None, None).await.unwrap();
    let kinds: Vec<_> = events["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["event"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        ["account.created", "account.updated", "account.deleted"]
    );
}
