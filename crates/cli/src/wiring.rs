//! Puts a service together from its parts.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use linkyard_core::{SystemClock, SystemRandom};
use linkyard_service::{Catalog, Parts, Service, Settings};
use linkyard_store::Store;
use linkyard_vault::{KeyRing, Vault};

/// What differs between the development and the production start.
pub(crate) struct Plan {
    pub(crate) database_url: String,
    pub(crate) owner_url: Option<String>,
    pub(crate) key_ring: KeyRing,
    pub(crate) egress: linkyard_net::Policy,
    pub(crate) account_limits: bool,
    pub(crate) catalog: Catalog,
    pub(crate) settings: Settings,
}

/// Opens the database, brings its schema up to date, and opens the service. `progress` hears each step.
pub(crate) async fn open(
    plan: Plan,
    progress: &(dyn Fn(&str) + Send + Sync),
) -> anyhow::Result<Service> {
    let store = Store::open(linkyard_store::Options {
        url: plan.database_url,
        owner_url: plan.owner_url,
        max_connections: 16,
    })
    .await
    .context("could not open the database")?;
    store
        .migrate(progress)
        .await
        .context("could not bring the database up to date")?;
    let net = linkyard_net::Client::new(plan.egress, linkyard_net::Options::default())
        .context("could not set up the outbound client")?;
    let clock = Arc::new(SystemClock);
    let engine = linkyard_engine::Engine::new(
        net,
        clock.clone(),
        linkyard_engine::Options {
            account_limits: plan.account_limits,
            api_host_uri: plan.settings.public_url.clone(),
        },
    );
    let vault = Vault::new(plan.key_ring, Arc::new(SystemRandom));
    let parts = Parts {
        store,
        vault,
        engine,
        catalog: plan.catalog,
        clock,
        random: Arc::new(SystemRandom),
        settings: plan.settings,
    };
    Service::open(parts).await.map_err(|error| match error {
        linkyard_service::Error::Internal(source) => {
            anyhow::anyhow!("could not open the vault: {source}")
        }
        other => other.into(),
    })
}

/// The key ring in `path`, made there if the file does not exist.
pub(crate) fn key_ring_or_new(path: &Path) -> anyhow::Result<KeyRing> {
    if path.exists() {
        return KeyRing::from_key_file(path).context("could not read the vault key");
    }
    KeyRing::generate_key_file(path, &SystemRandom).context("could not make a vault key")
}

/// Writes last-used stamps every ten seconds until the stop.
pub(crate) async fn keep_stamps(service: Service, stop: tokio::sync::watch::Receiver<bool>) {
    let mut every = tokio::time::interval(std::time::Duration::from_secs(10));
    loop {
        tokio::select! {
            () = crate::stop::wished(stop.clone()) => break,
            _ = every.tick() => flush(&service).await,
        }
    }
    flush(&service).await;
}

async fn flush(service: &Service) {
    if let Err(error) = service.flush_last_used().await {
        tracing::warn!(%error, "could not write when API keys were last used");
    }
}
