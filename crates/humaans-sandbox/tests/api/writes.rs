//! Changes and the rules they meet.

use crate::harness::{Server, options, start};
use humaans_sandbox::Scope;
use serde_json::{Value, json};

fn issue(answer: &(u16, Value)) -> (u16, &str) {
    let name = answer.1["issues"][0]["name"].as_str();
    (answer.0, name.unwrap_or_default())
}

#[tokio::test]
async fn a_person_comes_with_a_role_and_goes_with_it() {
    let s = start(options()).await;
    let all = s.token(&Scope::ALL);
    let owner = s.sandbox.owner_person_id();
    let body = json!({
        "firstName": "New", "lastName": "Hire", "email": "new@northwind.example.com",
        "locationId": "remote", "remoteCity": "Lyon", "remoteTimezone": "Europe/Paris",
        "employmentStartDate": "2026-04-01",
        "jobRole": {"jobTitle": "Engineer", "department": "Engineering", "reportingTo": owner},
    });
    let (status, made) = s
        .call("POST", "/api/people", &all, Some(body.clone()))
        .await;
    assert_eq!(status, 201, "{made}");
    assert_eq!(made["status"], "newHire");
    assert_eq!(made["timezone"], "Europe/Paris");
    assert_eq!(made["firstWorkingDay"], "2026-04-01");
    let again = s
        .call("POST", "/api/people", &all, Some(body.clone()))
        .await;
    assert_eq!(issue(&again), (422, "email"));
    let mut lost = body;
    lost["email"] = json!("other@northwind.example.com");
    lost["remoteCity"] = Value::Null;
    let lost = s.call("POST", "/api/people", &all, Some(lost)).await;
    assert_eq!(issue(&lost), (422, "remoteCity"));

    let id = made["id"].as_str().unwrap();
    let roles = s
        .get(&format!("/api/job-roles?personId={id}"), &all)
        .await
        .1;
    assert_eq!(roles["total"], 1);
    assert_eq!(roles["data"][0]["effectiveDate"], "2026-04-01");
    let role = format!(
        "/api/job-roles/{}",
        roles["data"][0]["id"].as_str().unwrap()
    );
    assert_eq!(s.call("DELETE", &role, &all, None).await.0, 409);
    let circle = json!({"personId": owner, "jobTitle": "CEO", "effectiveDate": "2026-03-02", "reportingTo": owner});
    let circle = s.call("POST", "/api/job-roles", &all, Some(circle)).await;
    assert_eq!(issue(&circle), (422, "reportingTo"));
    let twice = json!({"personId": id, "jobTitle": "Engineer", "effectiveDate": "2026-04-01"});
    let twice = s.call("POST", "/api/job-roles", &all, Some(twice)).await;
    assert_eq!(issue(&twice), (422, "effectiveDate"));

    let person = format!("/api/people/{id}");
    assert_eq!(s.call("DELETE", &person, &all, None).await.0, 200);
    assert_eq!(s.get(&role, &all).await.0, 404);
}

#[tokio::test]
async fn a_person_without_a_place_can_be_changed() {
    let s = start(options()).await;
    let all = s.token(&Scope::ALL);
    let found = s.get("/api/people?status=all&locationId=", &all).await.1;
    let path = format!("/api/people/{}", found["data"][0]["id"].as_str().unwrap());
    let (status, changed) = s
        .call("PATCH", &path, &all, Some(json!({"bio": "Soon here"})))
        .await;
    assert_eq!((status, &changed["timezone"]), (200, &Value::Null));
    let berlin = s.get("/api/locations?label=Berlin", &all).await.1["data"][0]["id"].clone();
    let (_, changed) = s
        .call("PATCH", &path, &all, Some(json!({"locationId": berlin})))
        .await;
    assert_eq!(changed["timezone"], "Europe/Berlin");
    let nowhere = s
        .call("PATCH", &path, &all, Some(json!({"locationId": "x"})))
        .await;
    assert_eq!(issue(&nowhere), (422, "locationId"));
}

#[tokio::test]
async fn pay_is_kept_as_text_and_needs_its_scope() {
    let s = start(options()).await;
    let all = s.token(&Scope::ALL);
    let types = s
        .get("/api/compensation-types?baseType=bonus", &all)
        .await
        .1;
    let mut body = json!({
        "personId": s.sandbox.owner_person_id(), "compensationTypeId": types["data"][0]["id"],
        "amount": 1250.5, "currency": "GBP", "period": "oneOff", "effectiveDate": "2026-03-02",
    });
    let (status, made) = s
        .call("POST", "/api/compensations", &all, Some(body.clone()))
        .await;
    assert_eq!((status, &made["amount"]), (201, &json!("1250.5")));
    let narrow = s.token(&[Scope::PublicRead, Scope::PrivateRead, Scope::PrivateWrite]);
    let refused = s
        .call("POST", "/api/compensations", &narrow, Some(body.clone()))
        .await;
    assert_eq!(refused.0, 403);
    body["compensationTypeId"] = json!("unknown");
    let unknown = s.call("POST", "/api/compensations", &all, Some(body)).await;
    assert_eq!(issue(&unknown), (422, "compensationTypeId"));
}

#[tokio::test]
async fn time_away_waits_for_an_approver() {
    let s = start(options()).await;
    let all = s.token(&Scope::ALL);
    let someone = person(&s, &all, 100).await;
    let own = &s
        .sandbox
        .create_token(&someone, "own", &Scope::ALL)
        .unwrap();
    let me = s.get("/api/me", own).await.1["id"].clone();
    let types = s.get("/api/time-away-types?name=Training", &all).await.1;
    let body = json!({
        "personId": me, "timeAwayTypeId": types["data"][0]["id"],
        "startDate": "2029-03-05", "endDate": "2029-03-06", "startPeriod": "pm",
    });
    let (status, made) = s.call("POST", "/api/time-away", own, Some(body)).await;
    assert_eq!(
        (status, &made["requestStatus"]),
        (201, &json!("pending")),
        "{made}"
    );
    let path = format!("/api/time-away/{}", made["id"].as_str().unwrap());
    let yes = json!({"requestStatus": "approved", "reviewNote": "Fine"});
    assert_eq!(s.call("PATCH", &path, own, Some(yes.clone())).await.0, 403);
    let (status, decided) = s.call("PATCH", &path, &all, Some(yes)).await;
    assert_eq!(
        (status, &decided["requestStatus"]),
        (200, &json!("approved"))
    );
    assert_eq!(decided["reviewedBy"], json!(s.sandbox.owner_person_id()));
    let elsewhere = json!({"personId": s.sandbox.owner_person_id(), "timeAwayTypeId": types["data"][0]["id"],
        "startDate": "2029-03-05", "endDate": "2029-03-06"});
    let refused = s.call("POST", "/api/time-away", own, Some(elsewhere)).await;
    assert_eq!(refused.0, 403);
}

async fn person(s: &Server, token: &str, n: usize) -> String {
    let page = s
        .get(&format!("/api/people?$skip={n}&$limit=1"), token)
        .await
        .1;
    page["data"][0]["id"].as_str().unwrap().to_owned()
}
