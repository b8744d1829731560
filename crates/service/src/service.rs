//! The service: what every use case needs, made once at start.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use linkyard_connector::{AuthMethod, Connector};
use linkyard_core::{Clock, IntegrationId, Random, Tenant, now_ms};
use linkyard_engine::Engine;
use linkyard_store::{Integration, Store};
use linkyard_vault::{Hasher, Vault};

use crate::{Error, TokenKind};

/// The vault secret that holds the key for hashing API keys and session tokens.
const HASH_KEY_NAME: &str = "token_hash_key";
/// How long a key or account read before may be trusted without asking the database again. Revocation reaches every
/// replica within this time.
pub(crate) const CACHE_TIME: Duration = Duration::from_secs(1);

/// Settings of the use cases.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the outside world reaches this hub, without a slash at the end: the start of every link that is made.
    pub public_url: String,
    /// Whether this is the development start, which says so on every page.
    pub development: bool,
}

/// The compiled connectors, by key.
pub type Catalog = BTreeMap<String, Arc<Connector>>;

/// The use cases. Cloning is cheap; clones share everything.
#[derive(Clone)]
pub struct Service(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) vault: Vault,
    pub(crate) hasher: Hasher,
    pub(crate) engine: Engine,
    pub(crate) catalog: Catalog,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) settings: Settings,
    pub(crate) keys: moka::future::Cache<[u8; 32], linkyard_store::ApiKey>,
    pub(crate) runnable:
        moka::future::Cache<(Tenant, linkyard_core::AccountId), Arc<crate::actions::Runnable>>,
    pub(crate) last_used: std::sync::Mutex<BTreeMap<linkyard_core::ApiKeyId, (Tenant, i64)>>,
    pub(crate) linking: moka::sync::Cache<String, Arc<tokio::sync::Mutex<()>>>,
}

/// What a service is made of.
pub struct Parts {
    /// The database, migrated.
    pub store: Store,
    /// The vault, with its key ring.
    pub vault: Vault,
    /// Runs compiled actions.
    pub engine: Engine,
    /// The connectors on offer.
    pub catalog: Catalog,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// The random source.
    pub random: Arc<dyn Random>,
    /// Settings.
    pub settings: Settings,
}

impl Service {
    /// Opens the key that hashes tokens, making it on an empty store, and puts the service together.
    ///
    /// # Errors
    ///
    /// If the database does not answer, or the vault's key is not the one that the database was sealed with. Nothing is
    /// written in that case.
    pub async fn open(parts: Parts) -> Result<Self, Error> {
        let hasher = open_hasher(&parts).await?;
        Ok(Self(Arc::new(Inner {
            store: parts.store,
            vault: parts.vault,
            hasher,
            engine: parts.engine,
            catalog: parts.catalog,
            clock: parts.clock,
            random: parts.random,
            settings: parts.settings,
            keys: moka::future::Cache::builder()
                .max_capacity(10_000)
                .time_to_live(CACHE_TIME)
                .build(),
            runnable: moka::future::Cache::builder()
                .max_capacity(10_000)
                .time_to_live(CACHE_TIME)
                .build(),
            last_used: std::sync::Mutex::default(),
            linking: moka::sync::Cache::builder()
                .max_capacity(10_000)
                .time_to_idle(Duration::from_mins(5))
                .build(),
        })))
    }

    /// The settings that the service was made with.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Whether the database answers.
    pub async fn is_ready(&self) -> bool {
        self.0.store.ping().await.is_ok()
    }

    pub(crate) fn now_ms(&self) -> i64 {
        now_ms(self.0.clock.as_ref())
    }

    pub(crate) fn hash(&self, kind: TokenKind, token: &str) -> [u8; 32] {
        self.0.hasher.hash(kind.domain(), token)
    }

    pub(crate) fn uuid(&self) -> uuid::Uuid {
        linkyard_core::uuid_v7(self.0.clock.as_ref(), self.0.random.as_ref())
    }

    pub(crate) fn connector(&self, key: &str) -> Result<Arc<Connector>, Error> {
        self.0
            .catalog
            .get(key)
            .cloned()
            .ok_or(Error::NotFound("connector"))
    }

    /// The integration with this id in the tenant, with its connector.
    pub(crate) async fn integration(
        &self,
        tenant: &Tenant,
        id: IntegrationId,
    ) -> Result<(Integration, Arc<Connector>), Error> {
        let mut work = self.0.store.read(tenant).await?;
        let integration = work
            .integration(id)
            .await?
            .ok_or(Error::NotFound("integration"))?;
        let connector = self.connector(&integration.connector_key)?;
        Ok((integration, connector))
    }
}

/// The integration's auth method in its connector.
pub(crate) fn auth_method<'a>(
    connector: &'a Connector,
    key: &str,
) -> Result<&'a AuthMethod, Error> {
    connector
        .auth_methods
        .get(key)
        .ok_or(Error::NotFound("authentication method"))
}

async fn open_hasher(parts: &Parts) -> Result<Hasher, Error> {
    let binding = linkyard_vault::Binding {
        table: "vault_secrets",
        column: "sealed",
        organization: "",
        project: "",
        environment: "",
        row: HASH_KEY_NAME,
    };
    if parts.store.vault_secret(HASH_KEY_NAME).await?.is_none() {
        let mut key = zeroize::Zeroizing::new([0_u8; 32]);
        parts.random.fill(key.as_mut());
        let sealed = parts.vault.seal(&binding, key.as_ref());
        // Another replica may have been faster; then its key counts and is read below.
        parts
            .store
            .insert_vault_secret(HASH_KEY_NAME, &sealed)
            .await?;
    }
    let sealed = parts
        .store
        .vault_secret(HASH_KEY_NAME)
        .await?
        .ok_or(Error::NotFound("key for hashing tokens"))?;
    let opened = parts.vault.open(&binding, &sealed)?;
    let key: &[u8; 32] = opened
        .as_slice()
        .try_into()
        .map_err(|_| Error::invalid("the key for hashing tokens is damaged"))?;
    Ok(Hasher::new(key))
}
