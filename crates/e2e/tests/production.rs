//! The production start, administered from the command line, on SQLite and on PostgreSQL with two roles.

use std::net::TcpListener;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use linkyard_e2e::{Hub, admin};
use reqwest::{Method, StatusCode};
use serde_json::json;

fn write_private(path: &Path, text: &str) {
    use std::io::Write;
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .expect("a new file");
    file.write_all(text.as_bytes()).expect("written");
}

/// Settings in `folder`. Gives their path and the port.
fn settings(folder: &Path, database: &str, provider: &str) -> (PathBuf, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("its address").port();
    let key = folder.join("vault.key");
    write_private(&key, "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n");
    let path = folder.join("linkyard.toml");
    let text = format!(
        "public_url = \"http://localhost:{port}\"\nlisten = \"127.0.0.1:{port}\"\n[database]\n{database}\n\
         [vault]\nkey_file = \"{}\"\n[egress]\nallow = [\"{provider}\"]\n",
        key.display()
    );
    write_private(&path, &text);
    (path, port)
}

/// Links, runs, deletes and reads the events, as an application of a new project would.
async fn first_steps(database: impl FnOnce(&Path) -> String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let sandbox = Hub::start(&folder.path().join("dev"), &[])
        .await
        .expect("a sandbox");
    let provider = sandbox
        .text("/humaans_url")
        .trim_start_matches("http://")
        .to_owned();
    let (config, port) = settings(folder.path(), &database(folder.path()), &provider);
    admin(&config, &["project", "create", "shop"])
        .await
        .expect("a project");
    let key = admin(
        &config,
        &["key", "create", "--project", "shop", "--name", "backend"],
    )
    .await
    .expect("a key");
    let set = format!("baseUrl=http://{provider}/api");
    let create = [
        "integration",
        "create",
        "--project",
        "shop",
        "--connector",
        "humaans",
        "--set",
        &set,
    ];
    admin(&config, &create).await.expect("an integration");

    let ready = json!({"url": format!("http://127.0.0.1:{port}"), "api_key": key});
    let hub = Hub::serve(&config, ready).await.expect("the hub");
    let (status, account) = hub
        .link("acme", sandbox.text("/tokens/full"))
        .await
        .expect("an answer");
    assert_eq!(status, StatusCode::CREATED, "{account}");
    let id = account["id"].as_str().expect("an id");
    let (status, me) = hub
        .run(id, json!({"action": "humaans_get_me"}))
        .await
        .expect("an answer");
    assert_eq!(status, StatusCode::OK, "{me}");
    let (status, error) = hub
        .call(Method::GET, "/integrations", None, None)
        .await
        .expect("an answer");
    assert_eq!(
        status,
        StatusCode::FORBIDDEN,
        "key_3: a key starts without administration: {error}"
    );

    // ten_2: a key of another project sees nothing of this one.
    admin(&config, &["project", "create", "other"])
        .await
        .expect("a project");
    let other = admin(
        &config,
        &["key", "create", "--project", "other", "--name", "x"],
    )
    .await
    .expect("a key");
    let mut stranger = hub;
    stranger.ready["api_key"] = json!(other);
    let path = format!("/accounts/{id}");
    for method in [Method::GET, Method::DELETE] {
        let (status, error) = stranger
            .call(method, &path, None, None)
            .await
            .expect("an answer");
        assert_eq!(status, StatusCode::NOT_FOUND, "{error}");
    }
    let (status, error) = stranger
        .run(id, json!({"action": "humaans_get_me"}))
        .await
        .expect("an answer");
    assert_eq!(status, StatusCode::NOT_FOUND, "{error}");
    let (_, accounts) = stranger
        .call(Method::GET, "/accounts", None, None)
        .await
        .expect("an answer");
    assert_eq!(accounts, json!([]));

    let mut hub = stranger;
    hub.ready["api_key"] = json!(key);
    let (status, gone) = hub
        .call(Method::DELETE, &path, None, None)
        .await
        .expect("an answer");
    assert_eq!(status, StatusCode::OK, "{gone}");
    let (_, events) = hub
        .call(Method::GET, "/events", None, None)
        .await
        .expect("an answer");
    let kinds: Vec<_> = events["data"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|event| event["event"].clone())
        .collect();
    assert_eq!(kinds, ["account.created", "account.deleted"]);
    assert_eq!(hub.stop().await.expect("it stops"), Some(0));
}

#[tokio::test]
async fn item_9_a_production_start_works_on_sqlite_and_keeps_projects_apart() {
    first_steps(|folder| format!("url = \"sqlite:{}\"", folder.join("linkyard.db").display()))
        .await;
}

#[tokio::test]
async fn item_9_a_production_start_works_on_postgresql_with_two_roles_and_keeps_projects_apart() {
    first_steps(|_| postgres()).await;
}

/// A new database with an owner and a serving role without rights of their own, made with `psql`.
#[expect(
    clippy::disallowed_methods,
    reason = "the script that starts the server names it in the environment"
)]
fn postgres() -> String {
    let admin = std::env::var("LINKYARD_TEST_POSTGRES_URL")
        .expect("LINKYARD_TEST_POSTGRES_URL: run the tests under scripts/with-postgres.sh");
    let name = format!("e2e_{}", std::process::id());
    let commands = [
        format!("CREATE ROLE {name}_owner LOGIN PASSWORD 'owner'"),
        format!("CREATE ROLE {name}_serving LOGIN PASSWORD 'serving'"),
        format!("CREATE DATABASE {name} OWNER {name}_owner"),
    ];
    for command in commands {
        let status = Command::new("psql")
            .args([admin.as_str(), "-qc", &command])
            .status()
            .expect("psql");
        assert!(status.success(), "{command}");
    }
    let (_, host) = admin.split_once('@').expect("a user in the URL");
    let host = host.split('/').next().unwrap_or_default();
    format!(
        "url = \"postgres://{name}_serving:serving@{host}/{name}\"\n\
         owner_url = \"postgres://{name}_owner:owner@{host}/{name}\""
    )
}
