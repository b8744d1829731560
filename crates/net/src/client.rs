//! Sends one request, reads one answer.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH};
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::decode::Body;
use crate::policy::Route;
use crate::resolve::Guard;
use crate::{Error, Policy, Resolve, SystemResolver};

/// Idle connections kept for each host.
const IDLE_PER_HOST: usize = 128;
/// How long an idle connection is kept. Shorter than what servers usually allow, so that a request seldom meets a
/// connection that is being closed.
const IDLE_FOR: Duration = Duration::from_secs(50);
/// Most bytes of an answer's header names and values together.
const MAX_HEADER_BYTES: usize = 64 << 10;

/// Deadlines and caps.
#[derive(Debug, Clone)]
pub struct Options {
    /// Sent as `User-Agent`, unless a request sets its own.
    pub user_agent: String,
    /// For name, connection and TLS together.
    pub connect_timeout: Duration,
    /// From the start of the request to the answer's headers.
    pub first_byte: Duration,
    /// From the start of the request to the end of the answer's body.
    pub total: Duration,
    /// Most bytes of an answer's body, unpacked.
    pub max_body: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            user_agent: concat!("linkyard/", env!("CARGO_PKG_VERSION")).to_owned(),
            connect_timeout: Duration::from_secs(5),
            first_byte: Duration::from_secs(30),
            total: Duration::from_mins(1),
            max_body: 10 << 20,
        }
    }
}

/// A request to send.
#[derive(Debug, Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The target, without user information.
    pub url: Url,
    /// The headers. Secret values should be marked sensitive.
    pub headers: HeaderMap,
    /// The body, sent with its length.
    pub body: Option<Bytes>,
}

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status. Redirects are answers like any other.
    pub status: StatusCode,
    /// The headers; those about the packing of the body are gone.
    pub headers: HeaderMap,
    /// The body, unpacked.
    pub body: Bytes,
    /// The URL that was asked.
    pub url: Url,
}

/// The egress client. Clones share connections.
#[derive(Debug, Clone)]
pub struct Client {
    policy: Arc<Policy>,
    options: Arc<Options>,
    guarded: reqwest::Client,
    listed: reqwest::Client,
}

impl Client {
    /// A client that resolves names as the machine does.
    ///
    /// # Errors
    ///
    /// [`Error::Setup`], if TLS cannot be set up.
    pub fn new(policy: Policy, options: Options) -> Result<Self, Error> {
        Self::with_resolver(policy, options, Arc::new(SystemResolver))
    }

    /// A client that resolves names with `resolver`.
    ///
    /// # Errors
    ///
    /// [`Error::Setup`], if TLS cannot be set up.
    pub fn with_resolver(
        policy: Policy,
        options: Options,
        resolver: Arc<dyn Resolve>,
    ) -> Result<Self, Error> {
        // Two pools: a connection that was made under the looser rule is never used for a request under the strict one.
        Ok(Self {
            guarded: build(
                &options,
                Guard {
                    inner: Arc::clone(&resolver),
                    global_only: true,
                },
            )?,
            listed: build(
                &options,
                Guard {
                    inner: resolver,
                    global_only: false,
                },
            )?,
            policy: Arc::new(policy),
            options: Arc::new(options),
        })
    }

    /// Sends `request` and reads the answer. Never retries, never follows a redirect, keeps no cookies.
    ///
    /// # Errors
    ///
    /// See [`Error`]; a status of 400 or more is not an error here.
    pub async fn send(&self, request: Request) -> Result<Response, Error> {
        let start = Instant::now();
        let client = match self.policy.route(&request.url)? {
            Route::Guarded => &self.guarded,
            Route::Listed => &self.listed,
        };
        let url = request.url.clone();
        let total = start + self.options.total;
        let first_byte = total.min(start + self.options.first_byte);
        let outgoing = outgoing(request);
        let mut answer = timeout_at(first_byte, client.execute(outgoing))
            .await
            .map_err(|_| Error::Timeout { sent: true })?
            .map_err(Error::classify)?;
        let status = answer.status();
        let mut headers = std::mem::take(answer.headers_mut());
        check_headers(&headers)?;
        let body = timeout_at(total, read(&mut answer, &headers, self.options.max_body))
            .await
            .map_err(|_| Error::Timeout { sent: true })??;
        if headers.remove(CONTENT_ENCODING).is_some() {
            headers.remove(CONTENT_LENGTH);
        }
        Ok(Response {
            status,
            headers,
            body,
            url,
        })
    }
}

fn build(options: &Options, guard: Guard) -> Result<reqwest::Client, Error> {
    reqwest::Client::builder()
        .user_agent(&options.user_agent)
        .connect_timeout(options.connect_timeout)
        .pool_max_idle_per_host(IDLE_PER_HOST)
        .pool_idle_timeout(IDLE_FOR)
        .tcp_nodelay(true)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .no_gzip()
        .no_brotli()
        .https_only(guard.global_only)
        .dns_resolver(guard)
        .build()
        .map_err(|error| Error::Setup(error.into()))
}

fn outgoing(request: Request) -> reqwest::Request {
    let mut outgoing = reqwest::Request::new(request.method, request.url);
    *outgoing.headers_mut() = request.headers;
    outgoing
        .headers_mut()
        .insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip, br"));
    *outgoing.body_mut() = request.body.map(Into::into);
    outgoing
}

fn check_headers(headers: &HeaderMap) -> Result<(), Error> {
    let size: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    if size > MAX_HEADER_BYTES {
        Err(Error::TooLarge { what: "headers" })
    } else {
        Ok(())
    }
}

async fn read(
    answer: &mut reqwest::Response,
    headers: &HeaderMap,
    max: usize,
) -> Result<Bytes, Error> {
    let encoding = headers
        .get(CONTENT_ENCODING)
        .map(|value| value.to_str().unwrap_or("?"));
    let mut body = Body::new(encoding, max).ok_or_else(|| {
        Error::Protocol("the answer is packed in a way that was not asked for".into())
    })?;
    while let Some(chunk) = answer.chunk().await.map_err(Error::classify)? {
        body.push(chunk)?;
    }
    body.finish()
}
