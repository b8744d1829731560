//! A running `linkyard dev`.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, bail};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// The hub and sandbox of one development start, with the line that it printed.
pub struct Hub {
    child: Child,
    client: reqwest::Client,
    /// What `--json` printed.
    pub ready: Value,
}

impl Hub {
    /// Starts the binary on free ports over `data_dir` and waits until it says that everything answers.
    ///
    /// # Errors
    ///
    /// If the binary is missing or ends instead.
    pub async fn start(data_dir: &Path, more: &[&str]) -> anyhow::Result<Self> {
        let mut child = Command::new(binary()?)
            .args(["dev", "--port", "0", "--json", "--data-dir"])
            .arg(data_dir)
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .kill_on_drop(true)
            .spawn()?;
        let out = child.stdout.take().context("the binary's output")?;
        let mut lines = BufReader::new(out).lines();
        let line = tokio::time::timeout(Duration::from_mins(1), lines.next_line()).await??;
        let Some(line) = line else {
            bail!("the binary ended: {}", child.wait().await?)
        };
        let client = client()?;
        Ok(Self {
            child,
            client,
            ready: serde_json::from_str(&line)?,
        })
    }

    /// Starts `linkyard serve` with a settings file that listens on `port`, and waits until it is ready. `ready` stands
    /// for the line that a development start prints.
    ///
    /// # Errors
    ///
    /// If the binary is missing or does not become ready.
    pub async fn serve(config: &Path, ready: Value) -> anyhow::Result<Self> {
        let child = Command::new(binary()?)
            .arg("serve")
            .arg("--config")
            .arg(config)
            .kill_on_drop(true)
            .spawn()?;
        let mut hub = Self {
            child,
            client: client()?,
            ready,
        };
        loop {
            if let Some(status) = hub.child.try_wait()? {
                bail!("the binary ended: {status}");
            }
            if let Ok((StatusCode::OK, _)) = hub.call(Method::GET, "/readyz", None, None).await {
                return Ok(hub);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// A text of the printed line, such as `url`.
    pub fn text(&self, pointer: &str) -> &str {
        self.ready
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// Sends a request as the application, with the API key.
    ///
    /// # Errors
    ///
    /// If there is no answer, or no JSON in it.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        account: Option<&str>,
        body: Option<Value>,
    ) -> anyhow::Result<(StatusCode, Value)> {
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.text("/url")));
        request = request.basic_auth(self.text("/api_key"), Some(""));
        if let Some(account) = account {
            request = request.header("x-account-id", account);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        answer(request).await
    }

    /// Opens a connect session for `owner` and gives its token.
    ///
    /// # Errors
    ///
    /// If it is refused.
    pub async fn session(&self, owner: &str) -> anyhow::Result<String> {
        let body =
            json!({"origin_owner_id": owner, "origin_owner_name": owner, "provider": "humaans"});
        let (status, session) = self
            .call(Method::POST, "/connect_sessions", None, Some(body))
            .await?;
        if status != StatusCode::CREATED {
            bail!("{status} {session}");
        }
        Ok(session["token"].as_str().context("token")?.to_owned())
    }

    /// Sends a request as the hub component, with a session token.
    ///
    /// # Errors
    ///
    /// If there is no answer, or no JSON in it.
    pub async fn hub(
        &self,
        method: Method,
        path: &str,
        token: &str,
        body: Option<Value>,
    ) -> anyhow::Result<(StatusCode, Value)> {
        let mut request = self
            .client
            .request(method, format!("{}/hub{path}", self.text("/url")));
        request = request.header("x-hub-session-token", token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        answer(request).await
    }

    /// The id of the integration that a session may link.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub async fn integration(&self, token: &str) -> anyhow::Result<String> {
        let (_, list) = self.hub(Method::GET, "/connectors", token, None).await?;
        let id = list["integrations"][0]["integration_id"]
            .as_str()
            .context("an integration")?;
        Ok(id.to_owned())
    }

    /// Links an account for `owner` with a provider token.
    ///
    /// # Errors
    ///
    /// If there is no answer.
    pub async fn link(
        &self,
        owner: &str,
        provider_token: &str,
    ) -> anyhow::Result<(StatusCode, Value)> {
        let token = self.session(owner).await?;
        let integration = self.integration(&token).await?;
        let body =
            json!({"integration_id": integration, "credentials": {"apiToken": provider_token}});
        self.hub(Method::POST, "/accounts", &token, Some(body))
            .await
    }

    /// Runs an action on an account.
    ///
    /// # Errors
    ///
    /// If there is no answer.
    pub async fn run(&self, account: &str, call: Value) -> anyhow::Result<(StatusCode, Value)> {
        self.call(Method::POST, "/actions/rpc", Some(account), Some(call))
            .await
    }

    /// Ends the process at once, as a crash would.
    ///
    /// # Errors
    ///
    /// If the process cannot be ended.
    pub async fn kill(mut self) -> anyhow::Result<()> {
        Ok(self.child.kill().await?)
    }

    /// Asks the process to stop, and gives its exit code.
    ///
    /// # Errors
    ///
    /// If it does not stop within 35 seconds.
    pub async fn stop(mut self) -> anyhow::Result<Option<i32>> {
        let id = self.child.id().context("the process has ended")?;
        Command::new("kill")
            .args(["-TERM", &id.to_string()])
            .status()
            .await?;
        let status = tokio::time::timeout(Duration::from_secs(35), self.child.wait()).await??;
        Ok(status.code())
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test speaks to the binary as any client would"
)]
async fn answer(request: reqwest::RequestBuilder) -> anyhow::Result<(StatusCode, Value)> {
    let response = request.send().await?;
    let status = response.status();
    let text = response.text().await?;
    let body =
        serde_json::from_str(&text).with_context(|| format!("{status} without JSON: {text}"))?;
    Ok((status, body))
}

fn client() -> anyhow::Result<reqwest::Client> {
    Ok(reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(30))
        .build()?)
}

/// The binary beside the test: `make test` builds it first.
fn binary() -> anyhow::Result<PathBuf> {
    let test = std::env::current_exe()?;
    let folder = test
        .ancestors()
        .find(|f| f.ends_with("debug") || f.ends_with("release"));
    let binary = folder.context("the target folder")?.join("linkyard");
    if !binary.exists() {
        bail!(
            "{} is not built; run `cargo build -p linkyard-cli` first",
            binary.display()
        );
    }
    Ok(binary)
}

/// Runs `linkyard admin` and gives what it printed.
///
/// # Errors
///
/// If the command fails.
pub async fn admin(config: &Path, args: &[&str]) -> anyhow::Result<String> {
    let output = Command::new(binary()?)
        .arg("admin")
        .arg("--config")
        .arg(config)
        .args(args)
        .output()
        .await?;
    if !output.status.success() {
        bail!("{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}
