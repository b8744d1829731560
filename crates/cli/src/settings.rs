//! Settings of the production start, from a file and the environment.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use linkyard_core::SecretString;
use linkyard_vault::KeyRing;
use serde::Deserialize;

use crate::args::ConfigArgs;
use crate::dev::DEV_FILE;

/// Everything that can be set.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// Where the outside world reaches the hub, such as `https://hub.example.com`.
    pub(crate) public_url: Option<String>,
    /// Address and port to listen on.
    #[serde(default = "default_listen")]
    pub(crate) listen: String,
    #[serde(default)]
    pub(crate) database: Database,
    #[serde(default)]
    pub(crate) vault: VaultKey,
    #[serde(default)]
    pub(crate) egress: Egress,
    /// Folder with more connectors.
    pub(crate) connectors: Option<PathBuf>,
}

fn default_listen() -> String {
    "127.0.0.1:4747".to_owned()
}

/// Where the data is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Database {
    /// `sqlite:PATH`, or `postgres://…` of the role that serves.
    pub(crate) url: String,
    /// PostgreSQL only: the role that owns the tables and runs migrations.
    pub(crate) owner_url: Option<String>,
}

impl Default for Database {
    fn default() -> Self {
        Self {
            url: "sqlite:linkyard.db".to_owned(),
            owner_url: None,
        }
    }
}

/// The key that seals the vault. One of the two is needed.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct VaultKey {
    /// A file with the key, readable by its owner alone.
    pub(crate) key_file: Option<PathBuf>,
    /// The key itself, 32 bytes in base64; meant for the environment.
    pub(crate) key: Option<SecretString>,
}

/// What may be reached besides public HTTPS hosts.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Egress {
    /// `HOST:PORT` entries.
    pub(crate) allow: Vec<String>,
}

impl Settings {
    /// Reads the settings. A bad one is named with where it stands.
    pub(crate) fn read(args: &ConfigArgs) -> anyhow::Result<Self> {
        let mut builder = config::Config::builder();
        if let Some(path) = &args.config {
            if !path.exists() {
                bail!("there is no settings file {}", path.display());
            }
            builder = builder
                .add_source(config::File::from(path.as_path()).format(config::FileFormat::Toml));
        }
        let environment = config::Environment::with_prefix("LINKYARD")
            .prefix_separator("__")
            .separator("__")
            .list_separator(",")
            .with_list_parse_key("egress.allow")
            .try_parsing(true);
        let read = builder
            .add_source(environment)
            .build()
            .context("could not read the settings")?;
        read.try_deserialize().context("a setting is wrong")
    }

    /// The key ring that the settings name.
    pub(crate) fn key_ring(&self) -> anyhow::Result<KeyRing> {
        use linkyard_core::ExposeSecret;
        match (&self.vault.key_file, &self.vault.key) {
            (Some(_), Some(_)) => bail!("vault.key_file and vault.key are both set; keep one"),
            (Some(path), None) => KeyRing::from_key_file(path).context("vault.key_file"),
            (None, Some(key)) => KeyRing::from_base64(key.expose_secret()).context("vault.key"),
            (None, None) => bail!(
                "no vault key: make one with `(umask 077; head -c 32 /dev/urandom | base64 > vault.key)` and set \
                 vault.key_file (or LINKYARD__VAULT__KEY_FILE) to its path. Keep a copy: without it no credential can \
                 be opened"
            ),
        }
    }

    /// What may be reached.
    pub(crate) fn egress(&self) -> anyhow::Result<linkyard_net::Policy> {
        let mut policy = linkyard_net::Policy::strict();
        for entry in &self.egress.allow {
            policy = policy.allow_host_port(entry).context("egress.allow")?;
            tracing::warn!(%entry, "egress is loosened for this address");
        }
        Ok(policy)
    }

    /// Refuses a folder that a development start made.
    pub(crate) fn refuse_development_folder(&self) -> anyhow::Result<()> {
        let database = self
            .database
            .url
            .strip_prefix("sqlite:")
            .map(|path| path.trim_start_matches("//"));
        let folders = [database.map(Path::new), self.vault.key_file.as_deref()];
        for folder in folders.into_iter().flatten().filter_map(Path::parent) {
            let folder = if folder.as_os_str().is_empty() {
                Path::new(".")
            } else {
                folder
            };
            if folder.join(DEV_FILE).exists() {
                bail!(
                    "{} is the data folder of `linkyard dev`; a production start needs a folder and a key of its own",
                    folder.display()
                );
            }
        }
        Ok(())
    }
}

/// Logs to standard error. `default` is the filter when `LINKYARD_LOG` says nothing.
pub(crate) fn log_to_stderr(default: &str) {
    let filter = tracing_subscriber::EnvFilter::try_from_env("LINKYARD_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(default));
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .with_writer(std::io::stderr)
        .finish();
    // Fails only if logging was set up before, and then it works already.
    drop(tracing::subscriber::set_global_default(subscriber));
}
