//! What a run is given and what it gives back.

use async_trait::async_trait;
use linkyard_connector::{Action, AuthMethod, Connector};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use zeroize::Zeroize;

use crate::CredentialsError;

/// The caller's arguments, by the place where the caller put them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Inputs {
    /// Meant for the path.
    pub path: Map<String, Value>,
    /// Meant for the query; `page_size` and `next` are read by the engine.
    pub query: Map<String, Value>,
    /// Meant for the headers.
    pub headers: Map<String, Value>,
    /// Meant for the body.
    pub body: Map<String, Value>,
}

/// For whom and where an action runs; what expressions see as `context`.
#[derive(Debug, Clone, Default)]
pub struct CallContext {
    /// Key of the authentication method.
    pub authentication_type: String,
    /// Key of the provider's environment.
    pub environment: String,
    /// The project.
    pub project_id: String,
    /// The account; none while it is being linked.
    pub account_id: Option<String>,
    /// The application's own id of the owner.
    pub origin_owner_id: Option<String>,
    /// The integration.
    pub integration_id: String,
    /// The organization.
    pub organization_id: String,
    /// `action` or `test_action`.
    pub flow_type: &'static str,
    /// This run.
    pub action_run_id: String,
    /// Tenant and account, under which rate and concurrency are counted.
    pub rate_key: String,
}

/// An opened credential. Its texts are wiped from memory when it goes.
#[derive(Clone)]
pub struct Credential {
    /// Tells one state of the credential from the next.
    pub version: i64,
    /// Setup, config and token values by name.
    pub values: Map<String, Value>,
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credential")
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

impl Drop for Credential {
    fn drop(&mut self) {
        self.values.values_mut().for_each(wipe);
    }
}

/// Overwrites every text in `value`.
pub(crate) fn wipe(value: &mut Value) {
    match value {
        Value::String(text) => text.zeroize(),
        Value::Array(items) => items.iter_mut().for_each(wipe),
        Value::Object(entries) => entries.values_mut().for_each(wipe),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Where the engine gets an account's credential from.
#[async_trait]
pub trait Credentials: Send + Sync {
    /// The credential as it is.
    async fn current(&self) -> Result<Credential, CredentialsError>;

    /// A newer one than `stale_version`, which the provider refused.
    async fn renew(&self, stale_version: i64) -> Result<Credential, CredentialsError>;
}

/// One action to run.
pub struct Call<'a> {
    /// The connector.
    pub connector: &'a Connector,
    /// How the account authenticates.
    pub auth: &'a AuthMethod,
    /// What to run.
    pub action: &'a Action,
    /// The caller's arguments.
    pub inputs: Inputs,
    /// For whom and where.
    pub context: CallContext,
    /// Where the credential comes from.
    pub credentials: &'a dyn Credentials,
}

impl std::fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Call")
            .field("connector", &self.connector.key)
            .field("action", &self.action.id)
            .field("run", &self.context.action_run_id)
            .finish_non_exhaustive()
    }
}

/// What a run gave.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The evaluated result: an object, usually with `data` and `next`.
    pub result: Value,
    /// Every request that was sent, in order.
    pub steps: Vec<StepTrace>,
}

/// One request that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepTrace {
    /// The step.
    pub id: String,
    /// HTTP method.
    pub method: String,
    /// The URL, with the values of its query masked.
    pub url: String,
    /// The provider's status; none if no answer came.
    pub status: Option<u16>,
    /// From sending to the end of the answer, in milliseconds.
    pub duration_ms: u64,
}
