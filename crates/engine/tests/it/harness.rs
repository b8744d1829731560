//! A connector, a credential, and an engine that may reach one provider.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use linkyard_connector::Connector;
use linkyard_core::SystemClock;
use linkyard_engine::{
    Call, CallContext, Credential, Credentials, CredentialsError, Engine, Error, Inputs, Options,
    Outcome,
};
use linkyard_testkit::{Answer, Provider};
use serde_json::{Map, Value, json};

/// The secret that must never be seen.
pub(crate) const TOKEN: &str = "canary-4f1b9e7720";

/// Everything that a run needs.
pub(crate) struct Harness {
    pub(crate) provider: Provider,
    pub(crate) keys: Keys,
    connector: Arc<Connector>,
    engine: Engine,
}

/// A credential that can be renewed, if told so.
pub(crate) struct Keys {
    base_url: String,
    renewable: bool,
    version: AtomicI64,
}

impl Keys {
    fn credential(&self) -> Credential {
        let version = self.version.load(Ordering::SeqCst);
        let token = if version == 1 {
            TOKEN.to_owned()
        } else {
            format!("{TOKEN}-{version}")
        };
        let Value::Object(values) = json!({ "apiToken": token, "baseUrl": self.base_url }) else {
            unreachable!()
        };
        Credential { version, values }
    }
}

#[async_trait]
impl Credentials for Keys {
    async fn current(&self) -> Result<Credential, CredentialsError> {
        Ok(self.credential())
    }

    async fn renew(&self, stale_version: i64) -> Result<Credential, CredentialsError> {
        if !self.renewable {
            return Err(CredentialsError::NotRenewable);
        }
        self.version.store(stale_version + 1, Ordering::SeqCst);
        Ok(self.credential())
    }
}

impl Harness {
    /// A connector whose one action `act` has these inputs, steps and result (YAML, indented by four).
    pub(crate) async fn new(action: &str, answers: Vec<Answer>) -> Self {
        Self::over(action, Provider::scripted(answers).await)
    }

    pub(crate) fn over(action: &str, provider: Provider) -> Self {
        let file = format!("{HEAD}{action}");
        let files = BTreeMap::from([("acme.connector.s1.yaml".to_owned(), file)]);
        let connector = linkyard_connector::load_bundle("acme", &files)
            .unwrap_or_else(|faults| panic!("{faults:?}"))
            .connector;
        let policy = linkyard_net::Policy::strict()
            .allow_host_port(&provider.host_port())
            .unwrap();
        let net = linkyard_net::Client::new(
            policy,
            linkyard_net::Options {
                first_byte: Duration::from_millis(700),
                ..linkyard_net::Options::default()
            },
        )
        .unwrap();
        let options = Options {
            account_limits: true,
            api_host_uri: "https://hub.example".to_owned(),
        };
        let keys = Keys {
            base_url: provider.url(),
            renewable: false,
            version: AtomicI64::new(1),
        };
        Self {
            engine: Engine::new(net, Arc::new(SystemClock), options),
            provider,
            keys,
            connector,
        }
    }

    pub(crate) fn renewable(mut self) -> Self {
        self.keys.renewable = true;
        self
    }

    pub(crate) async fn run(&self, inputs: Value) -> Result<Outcome, Error> {
        self.run_as(serde_json::from_value::<Inputs>(inputs).unwrap())
            .await
    }

    async fn run_as(&self, inputs: Inputs) -> Result<Outcome, Error> {
        let context = CallContext {
            flow_type: "action",
            rate_key: "p/a".to_owned(),
            ..CallContext::default()
        };
        let call = Call {
            connector: &self.connector,
            auth: &self.connector.auth_methods[0],
            action: &self.connector.actions["act"],
            inputs,
            context,
            credentials: &self.keys,
        };
        self.engine.run(call).await
    }

    /// The result's `data`.
    pub(crate) async fn data(&self, inputs: Value) -> Value {
        self.run(inputs).await.unwrap().result["data"].clone()
    }
}

/// An input in YAML.
pub(crate) fn input(name: &str, kind: &str, location: &str) -> String {
    format!(
        "      - {{name: {name}, type: {kind}, in: {location}, required: false, description: An input.}}\n"
    )
}

/// An action with one `request` step; `parameters` is indented by twelve.
pub(crate) fn request(inputs: &str, parameters: &str) -> String {
    let inputs = if inputs.is_empty() {
        String::new()
    } else {
        format!("    inputs:\n{inputs}")
    };
    format!(
        "{inputs}    steps:
      - stepId: fetch
        description: Asks.
        stepFunction:
          functionName: request
          parameters:
{parameters}    result:
      data: $.steps.fetch.output.data
"
    )
}

/// One good answer.
pub(crate) fn ok() -> Vec<Answer> {
    vec![Answer::json(
        200,
        &Value::Object(Map::from_iter([("ok".to_owned(), true.into())])),
    )]
}

const HEAD: &str = "StackOne: 1.0.0
info:
  title: Acme
  key: acme
  version: 1.0.0
  description: A provider of tests.
baseUrl: ${credentials.baseUrl}
rateLimit:
  mainRatelimit: 1000
authentication:
  - api_key:
      type: custom
      label: API Key
      authorization:
        type: bearer
        token: $.credentials.apiToken
      setupFields:
        - key: baseUrl
          label: Base URL
          type: text
          required: true
      configFields:
        - key: apiToken
          label: API Token
          type: password
          required: true
          secret: true
actions:
  - actionId: act
    label: Act
    description: Acts.
    categories: [hris]
    actionType: custom
";
