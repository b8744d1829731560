//! A killed process loses nothing that was acknowledged.

use linkyard_e2e::Hub;
use reqwest::{Method, StatusCode};
use serde_json::json;

#[tokio::test]
async fn crs_2_every_acknowledged_account_outlives_twenty_kills() {
    let folder = tempfile::tempdir().unwrap();
    let mut acknowledged: Vec<String> = Vec::new();
    for round in 0..20_u32 {
        let hub = Hub::start(folder.path(), &["--no-limits"]).await.unwrap();
        let token = hub.text("/tokens/full").to_owned();
        // Each round is cut at another moment of the second and third linking.
        let (status, account) = hub.link(&format!("owner-{round}"), &token).await.unwrap();
        assert_eq!(status, StatusCode::CREATED, "{account}");
        acknowledged.push(account["id"].as_str().unwrap().to_owned());
        let linking = async {
            let mut more = Vec::new();
            for number in 0..50 {
                if let Ok((StatusCode::CREATED, account)) =
                    hub.link(&format!("owner-{round}-{number}"), &token).await
                {
                    more.push(account["id"].as_str().unwrap().to_owned());
                }
                if more.len() > 2 {
                    break;
                }
            }
            more
        };
        let moment = std::time::Duration::from_millis(u64::from(round) * 4);
        if let Ok(more) = tokio::time::timeout(moment, linking).await {
            acknowledged.extend(more);
        }
        hub.kill().await.unwrap();
    }
    let hub = Hub::start(folder.path(), &["--no-limits"]).await.unwrap();
    for account in &acknowledged {
        let (status, found) = hub
            .call(Method::GET, &format!("/accounts/{account}"), None, None)
            .await
            .unwrap();
        assert_eq!(status, StatusCode::OK, "{account}: {found}");
        let (status, me) = hub
            .run(account, json!({"action": "humaans_get_me"}))
            .await
            .unwrap();
        assert_eq!(status, StatusCode::OK, "{account} does not open: {me}");
    }
}
