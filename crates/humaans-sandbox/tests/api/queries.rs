//! Filters and what they mean, on the wire.

use crate::harness::{Server, options, start};
use humaans_sandbox::Scope;
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};

async fn rows(server: &Server, path: &str, token: &str) -> Vec<Value> {
    let mut all = vec![];
    loop {
        let sign = if path.contains('?') { '&' } else { '?' };
        let page = format!("/api/{path}{sign}$limit=250&$skip={}", all.len());
        let (status, body) = server.get(&page, token).await;
        assert_eq!(status, 200, "{path}: {body}");
        all.extend_from_slice(body["data"].as_array().unwrap());
        if all.len() as u64 >= body["total"].as_u64().unwrap() {
            return all;
        }
    }
}

fn ids(rows: &[Value]) -> HashSet<&str> {
    rows.iter().map(|r| r["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn as_of_gives_the_row_in_force() {
    let s = start(options()).await;
    let all = s.token(&Scope::ALL);
    let day = "2025-01-15";
    for (path, keys) in [
        ("job-roles", &["personId"][..]),
        ("compensations", &["personId", "compensationTypeId"]),
    ] {
        let everything = rows(&s, path, &all).await;
        let mut wanted: BTreeMap<Vec<&str>, &Value> = BTreeMap::new();
        for row in &everything {
            let key = keys.iter().map(|k| row[*k].as_str().unwrap()).collect();
            let from = row["effectiveDate"].as_str().unwrap();
            let held = wanted
                .get(&key)
                .map_or("", |r| r["effectiveDate"].as_str().unwrap());
            if from <= day && from > held {
                wanted.insert(key, row);
            }
        }
        // A role that ended before the day, with none after it yet, is not in force.
        wanted.retain(|_, r| r["endDate"].as_str().is_none_or(|end| end >= day));
        let found = rows(&s, &format!("{path}?$asOf={day}"), &all).await;
        let wanted: HashSet<&str> = wanted.values().map(|r| r["id"].as_str().unwrap()).collect();
        assert!(wanted.len() > 50, "{path}");
        assert_eq!(ids(&found), wanted, "{path}");
    }
    assert_eq!(s.get("/api/job-roles?$asOf=soon", &all).await.0, 422);
    assert_eq!(s.get("/api/people?$asOf=2025-01-15", &all).await.0, 422);
}

#[tokio::test]
async fn an_empty_value_asks_for_null() {
    let s = start(options()).await;
    let all = s.token(&Scope::ALL);
    let people = rows(&s, "people?status=all", &all).await;
    for field in ["locationId", "employeeId", "preferredName", "phoneNumber"] {
        let found = rows(&s, &format!("people?status=all&{field}="), &all).await;
        let wanted = people.iter().filter(|p| p[field].is_null()).count();
        assert!(wanted > 0 && found.len() == wanted, "{field}: {wanted}");
        assert!(found.iter().all(|p| p[field].is_null()), "{field}");
    }
}

#[tokio::test]
async fn or_joins_its_arms_and_meets_the_other_filters() {
    let s = start(options()).await;
    let all = s.token(&Scope::ALL);
    let people = rows(&s, "people?status=all", &all).await;
    let count = |test: &dyn Fn(&Value) -> bool| people.iter().filter(|p| test(p)).count();
    let either = count(&|p| p["firstName"] == "Ada" || p["lastName"] == "Smith");
    let found = rows(
        &s,
        "people?status=all&$or[0][firstName]=Ada&$or[1][lastName]=Smith",
        &all,
    )
    .await;
    assert!(either > 3 && found.len() == either, "{either}");
    let met = count(&|p| {
        p["gender"] == "Female" && (p["firstName"] == "Ada" || p["lastName"] == "Smith")
    });
    let found = rows(
        &s,
        "people?status=all&gender=Female&$or[0][firstName]=Ada&$or[1][lastName]=Smith",
        &all,
    )
    .await;
    assert_eq!(found.len(), met);
    let odd = rows(&s, "time-away?$or.startDate[$gte]=2026-03-02", &all).await;
    let plain = rows(&s, "time-away?startDate[$gte]=2026-03-02", &all).await;
    assert!(!plain.is_empty() && ids(&odd) == ids(&plain));
}

#[tokio::test]
async fn brackets_may_be_encoded_or_not() {
    let s = start(options()).await;
    let all = s.token(&Scope::ALL);
    let forms = [
        "people?status=all&firstName[$in]=Ada&firstName[$in]=Mia&$sort[lastName]=-1",
        "people?status=all&firstName%5B%24in%5D=Ada&firstName%5B%24in%5D=Mia&%24sort%5BlastName%5D=-1",
        "people?status=all&firstName%5b$in%5d[]=Ada&firstName%5b$in%5d[]=Mia&$sort%5blastName%5d=-1",
        "people?status=all&firstName[$in][0]=Ada&firstName[$in][1]=Mia&$sort[lastName]=-1",
    ];
    let mut answers = vec![];
    for form in forms {
        let found = rows(&s, form, &all).await;
        let names: Vec<String> = found.iter().map(|p| p["lastName"].to_string()).collect();
        assert!(
            names.len() > 3 && names.is_sorted_by(|a, b| a >= b),
            "{form}"
        );
        answers.push(names);
    }
    assert!(answers.iter().all(|a| *a == answers[0]));
    let zoe = rows(&s, "people?status=all&firstName=Zo%C3%AB", &all).await;
    assert!(!zoe.is_empty() && zoe.iter().all(|p| p["firstName"] == "Zoë"));
    for wrong in [
        "people?firstName[$like]=A",
        "people?nope=1",
        "people?$select=id",
    ] {
        let (status, body) = s.get(&format!("/api/{wrong}"), &all).await;
        assert!(
            status == 422 && body["issues"][0]["name"].is_string(),
            "{wrong}"
        );
    }
}
