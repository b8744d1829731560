//! Names to addresses, with the address check.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolving};

use crate::is_global;

/// Finds the addresses of a name.
pub trait Resolve: Send + Sync {
    /// All addresses of `name`.
    fn addresses(
        &self,
        name: String,
    ) -> Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;
}

/// The machine's own resolver.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn addresses(
        &self,
        name: String,
    ) -> Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// The name has no address, or one that may not be reached.
#[derive(Debug, thiserror::Error)]
#[error("no usable address")]
pub(crate) struct NoAddress;

/// What the HTTP client asks in its connect step.
pub(crate) struct Guard {
    pub(crate) inner: Arc<dyn Resolve>,
    pub(crate) global_only: bool,
}

impl reqwest::dns::Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let lookup = self.inner.addresses(name.as_str().to_owned());
        let global_only = self.global_only;
        Box::pin(async move {
            let found = lookup.await.map_err(|_| NoAddress)?;
            // One bad address spoils the name: an honest provider has none.
            if found.is_empty() || (global_only && !found.iter().copied().all(is_global)) {
                return Err(NoAddress.into());
            }
            let addresses: Addrs =
                Box::new(found.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(addresses)
        })
    }
}
