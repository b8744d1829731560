//! A sandbox on a free port, and a client of it.

use humaans_sandbox::{Options, Sandbox, Scope, serve};
use serde_json::Value;

pub(crate) struct Server {
    pub(crate) url: String,
    pub(crate) sandbox: Sandbox,
    pub(crate) http: reqwest::Client,
}

pub(crate) async fn start(options: Options) -> Server {
    let sandbox = Sandbox::open(options).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(serve(sandbox.clone(), listener, std::future::pending()));
    Server {
        url,
        sandbox,
        http: reqwest::Client::new(),
    }
}
pub(crate) fn options() -> Options {
    Options {
        today: "2026-03-02".parse().ok(),
        rate_limit: None,
        expose_faults: true,
        ..Options::default()
    }
}

impl Server {
    pub(crate) async fn call(
        &self,
        method: &str,
        path: &str,
        token: &str,
        body: Option<Value>,
    ) -> (u16, Value) {
        let mut r = self
            .http
            .request(method.parse().unwrap(), format!("{}{path}", self.url))
            .bearer_auth(token);
        if let Some(b) = body {
            r = r.json(&b);
        }
        let answer = r.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }
    pub(crate) async fn get(&self, path: &str, token: &str) -> (u16, Value) {
        self.call("GET", path, token, None).await
    }
    pub(crate) fn token(&self, scopes: &[Scope]) -> String {
        self.sandbox
            .create_token(&self.sandbox.owner_person_id(), "t", scopes)
            .unwrap()
    }
}
