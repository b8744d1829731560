//! What the operator allows beyond https to the public internet.

use std::collections::BTreeSet;

use url::{Host, Url};

use crate::{Error, is_global};

/// Where requests may go.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    allowed: BTreeSet<(String, u16)>,
}

/// A value of the egress settings that is not `HOST:PORT`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{value}` is not HOST:PORT: {reason}")]
pub struct PolicyError {
    /// The value as given.
    pub value: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

/// How a request may leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// https, global addresses only.
    Guarded,
    /// The operator listed this host and port.
    Listed,
}

impl Policy {
    /// https to global addresses, nothing else.
    pub fn strict() -> Self {
        Self::default()
    }

    /// Also allows `value`, a `HOST:PORT`, in clear and at any address. The host is a name, an IPv4 address or an IPv6
    /// address in brackets; no patterns.
    ///
    /// # Errors
    ///
    /// If `value` is anything else. The error names it.
    pub fn allow_host_port(mut self, value: &str) -> Result<Self, PolicyError> {
        let fail = |reason| PolicyError {
            value: value.to_owned(),
            reason,
        };
        let (host, port) = value
            .rsplit_once(':')
            .ok_or_else(|| fail("the port is missing"))?;
        if !port.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(fail("the port is not a number"));
        }
        let port = port.parse::<u16>().ok().filter(|&port| port != 0);
        let port = port.ok_or_else(|| fail("the port is not between 1 and 65535"))?;
        if host.is_empty() {
            return Err(fail("the host is missing"));
        }
        if host.contains(['*', '/', '@', ' ']) {
            return Err(fail("the host is not one name or address"));
        }
        let host = Host::parse(host).map_err(|_| fail("the host is not a name or address"))?;
        self.allowed.insert((host.to_string(), port));
        Ok(self)
    }

    /// What is allowed beyond the strict rule, as `HOST:PORT`, for the notice at start.
    pub fn loosened(&self) -> impl Iterator<Item = String> + '_ {
        self.allowed
            .iter()
            .map(|(host, port)| format!("{host}:{port}"))
    }

    /// How a request to `url` may leave. Names pass here; their addresses are checked when they are resolved.
    pub(crate) fn route(&self, url: &Url) -> Result<Route, Error> {
        if !(url.username().is_empty() && url.password().is_none()) {
            return Err(Error::Refused);
        }
        let (Some(host), Some(port)) = (url.host(), url.port_or_known_default()) else {
            return Err(Error::Refused);
        };
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Error::Refused);
        }
        if !self.allowed.is_empty() && self.allowed.contains(&(host.to_string(), port)) {
            return Ok(Route::Listed);
        }
        let literal_ok = match host {
            Host::Domain(_) => true,
            Host::Ipv4(address) => is_global(address.into()),
            Host::Ipv6(address) => is_global(address.into()),
        };
        if literal_ok && url.scheme() == "https" {
            Ok(Route::Guarded)
        } else {
            Err(Error::Refused)
        }
    }
}
