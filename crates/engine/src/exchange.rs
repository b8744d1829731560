//! One request of a step, with its turn, its retries and its renewal.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::Ordering;
use std::time::Duration;

use linkyard_connector::{Method, Request};
use tokio::time::{Instant, sleep};

use crate::args::{Position, method, prepare};
use crate::block::Opened;
use crate::response::Answer;
use crate::run::Run;
use crate::target::masked;
use crate::{CredentialsError, Error, StepTrace};

/// Attempts at most.
const MAX_ATTEMPTS: u32 = 3;
/// Longest pause before another attempt.
const MAX_PAUSE: Duration = Duration::from_secs(10);
/// All attempts and pauses together.
const MAX_TOTAL: Duration = Duration::from_mins(1);

impl Run<'_> {
    /// Sends the request until there is an answer to go on with. An answer that is a failure is an answer too.
    pub(crate) async fn exchange(
        &mut self,
        step: &str,
        request: &Request,
        position: Option<&Position<'_>>,
    ) -> Result<Answer, Error> {
        let deadline = Instant::now() + MAX_TOTAL;
        let limits = &self.engine.limits;
        limits.earn_retry(&self.call.connector.key);
        let mut attempt = 1;
        loop {
            let answer = self.attempt(step, request, position).await?;
            if answer.received == 401 && request.authorization.is_none() && self.renew().await? {
                continue;
            }
            if !matches!(answer.status, 429 | 503) {
                return Ok(answer);
            }
            let pause = self.pause(attempt, answer.retry_after);
            if self.engine.options.account_limits {
                limits.block(
                    &self.call.context.rate_key,
                    answer.retry_after.unwrap_or(pause).min(MAX_TOTAL),
                );
            }
            attempt += 1;
            let worth_it = answer.retry_after.is_none_or(|wait| wait <= MAX_PAUSE);
            if attempt > MAX_ATTEMPTS
                || !worth_it
                || Instant::now() + pause > deadline
                || !limits.spend_retry(&self.call.connector.key)
            {
                return Ok(answer);
            }
            sleep(pause).await;
        }
    }

    async fn attempt(
        &mut self,
        step: &str,
        request: &Request,
        position: Option<&Position<'_>>,
    ) -> Result<Answer, Error> {
        let Self { call, engine, .. } = *self;
        let base = call.connector.base_url.as_ref();
        let prepared = prepare(
            step,
            request,
            base,
            &call.auth.authorization,
            &self.block,
            position,
        )?;
        self.budget.count(position.is_some())?;
        let turn = if engine.options.account_limits {
            Some(self.turn().await?)
        } else {
            None
        };
        let url = masked(&prepared.url);
        let writes = request.method != Method::Get;
        let wrote_before = self.wrote.load(Ordering::Relaxed);
        // Marked before it is sent: the run may be cut off while it waits.
        self.wrote.store(wrote_before || writes, Ordering::Relaxed);
        let start = Instant::now();
        let sent = engine.net.send(prepared).await;
        drop(turn);
        self.traces.push(StepTrace {
            id: step.to_owned(),
            method: method(request.method).to_string(),
            url,
            status: sent.as_ref().ok().map(|response| response.status.as_u16()),
            duration_ms: u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
        });
        match sent {
            Ok(response) => {
                self.budget.receive(response.body.len())?;
                Answer::read(&response, step, request, &self.block)
            }
            Err(error) => {
                tracing::debug!(%error, step, connector = %call.connector.key, "no answer from the provider");
                let unknown = writes && error.may_have_been_sent();
                self.wrote.store(wrote_before || unknown, Ordering::Relaxed);
                Err(failure(&error, unknown, wrote_before))
            }
        }
    }

    async fn turn(&self) -> Result<tokio::sync::OwnedSemaphorePermit, Error> {
        let connector = self.call.connector;
        let key = &self.call.context.rate_key;
        let turn = self
            .engine
            .limits
            .turn(
                key,
                connector.requests_per_second,
                connector.max_concurrency,
            )
            .await;
        turn.map_err(|busy| Error::Provider {
            status: 429,
            message: "too many requests for this account".to_owned(),
            provider_errors: Vec::new(),
            retry_after_s: Some(busy.after.as_secs().max(1)),
        })
    }

    /// Gets a newer credential, once a run. False if there is none to be had.
    async fn renew(&mut self) -> Result<bool, Error> {
        if std::mem::replace(&mut self.renewed, true) {
            return Ok(false);
        }
        match self
            .call
            .credentials
            .renew(self.block.credentials.version)
            .await
        {
            Ok(credential) => {
                self.block.credentials = Opened::from(credential);
                Ok(true)
            }
            Err(CredentialsError::NotRenewable) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// What the provider asks for, else 1, 2, 4 seconds; a little more, so that runs that failed together do not come
    /// again together.
    fn pause(&self, attempt: u32, retry_after: Option<Duration>) -> Duration {
        let pause = retry_after
            .unwrap_or(Duration::from_secs(1 << (attempt - 1)))
            .min(MAX_PAUSE);
        let mut hasher = DefaultHasher::new();
        (&self.call.context.action_run_id, attempt).hash(&mut hasher);
        let percent = u32::try_from(hasher.finish() % 11).unwrap_or_default();
        pause + pause * percent / 100
    }
}

/// `unknown`: a write may have reached the provider. `wrote_before`: an earlier one has.
fn failure(error: &linkyard_net::Error, unknown: bool, wrote_before: bool) -> Error {
    use linkyard_net::Error as Net;
    match error {
        Net::Refused => Error::Refused,
        Net::TooLarge { .. } => Error::TooLarge,
        _ if unknown => Error::OutcomeUnknown,
        Net::Timeout { .. } if wrote_before => Error::OutcomeUnknown,
        Net::Timeout { .. } => Error::Timeout {
            safe_to_retry: true,
        },
        Net::Connect(_) | Net::Tls(_) | Net::Protocol(_) | Net::Setup(_) => Error::Unreachable,
    }
}
