//! What one account, and one connector, may ask of a provider.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep, timeout};

/// Longest wait for a turn.
const MAX_WAIT: Duration = Duration::from_secs(10);
/// From this many accounts on, those that are idle are forgotten.
const SWEEP_FROM: usize = 10_000;
/// An account is idle after this time.
const IDLE: Duration = Duration::from_mins(2);
/// Retries that a connector may save up.
const RETRY_CAPACITY: f64 = 10.0;
/// What one call earns towards a retry: a tenth, so that retries add at most a tenth to the load of a failing provider.
const RETRY_EARNED: f64 = 0.1;

/// Rate and concurrency by account, retries by connector.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    accounts: Mutex<HashMap<String, Arc<Account>>>,
    retries: Mutex<HashMap<String, f64>>,
}

#[derive(Debug)]
struct Account {
    bucket: Mutex<Bucket>,
    turns: Arc<Semaphore>,
}

#[derive(Debug)]
struct Bucket {
    tokens: f64,
    at: Instant,
    blocked_until: Option<Instant>,
}

/// There is no turn within the longest wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Busy {
    /// When to come again.
    pub(crate) after: Duration,
}

impl Limits {
    /// Waits for a turn of `key`: `per_second` requests, `at_once` in flight.
    pub(crate) async fn turn(
        &self,
        key: &str,
        per_second: f64,
        at_once: usize,
    ) -> Result<OwnedSemaphorePermit, Busy> {
        let account = self.account(key, per_second, at_once);
        let wait = locked(&account.bucket).reserve(per_second)?;
        if !wait.is_zero() {
            sleep(wait).await;
        }
        let busy = Busy {
            after: Duration::from_secs(1),
        };
        timeout(MAX_WAIT, Arc::clone(&account.turns).acquire_owned())
            .await
            .map_err(|_| busy)?
            .map_err(|_| busy)
    }

    /// The provider wants no request of `key` before `wait` has passed.
    pub(crate) fn block(&self, key: &str, wait: Duration) {
        if let Some(account) = locked(&self.accounts).get(key) {
            let until = Instant::now() + wait;
            let mut bucket = locked(&account.bucket);
            bucket.blocked_until = Some(bucket.blocked_until.map_or(until, |held| held.max(until)));
        }
    }

    /// Counts a call of `connector` towards its retries.
    pub(crate) fn earn_retry(&self, connector: &str) {
        let mut retries = locked(&self.retries);
        match retries.get_mut(connector) {
            Some(saved) => *saved = (*saved + RETRY_EARNED).min(RETRY_CAPACITY),
            None => drop(retries.insert(connector.to_owned(), RETRY_CAPACITY)),
        }
    }

    /// Takes one retry of `connector`, if one is left.
    pub(crate) fn spend_retry(&self, connector: &str) -> bool {
        let mut retries = locked(&self.retries);
        let Some(saved) = retries.get_mut(connector).filter(|saved| **saved >= 1.0) else {
            return false;
        };
        *saved -= 1.0;
        true
    }

    fn account(&self, key: &str, per_second: f64, at_once: usize) -> Arc<Account> {
        let mut accounts = locked(&self.accounts);
        if let Some(account) = accounts.get(key) {
            return Arc::clone(account);
        }
        if accounts.len() >= SWEEP_FROM {
            let now = Instant::now();
            accounts.retain(|_, account| {
                Arc::strong_count(account) > 1
                    || now.duration_since(locked(&account.bucket).at) < IDLE
            });
        }
        let bucket = Bucket {
            tokens: per_second.max(1.0),
            at: Instant::now(),
            blocked_until: None,
        };
        let turns = Arc::new(Semaphore::new(at_once.max(1)));
        let account = Arc::new(Account {
            bucket: Mutex::new(bucket),
            turns,
        });
        accounts.insert(key.to_owned(), Arc::clone(&account));
        account
    }
}

impl Bucket {
    /// Takes a token, on credit if there is none, and tells how long to wait for it.
    fn reserve(&mut self, per_second: f64) -> Result<Duration, Busy> {
        let now = Instant::now();
        let blocked = self
            .blocked_until
            .map_or(Duration::ZERO, |until| until.saturating_duration_since(now));
        let per_second = per_second.max(0.01);
        self.tokens = (self.tokens + now.duration_since(self.at).as_secs_f64() * per_second)
            .min(per_second.max(1.0));
        self.at = now;
        let owed = ((1.0 - self.tokens) / per_second).max(0.0);
        let wait = blocked.max(Duration::try_from_secs_f64(owed).unwrap_or(Duration::MAX));
        if wait > MAX_WAIT {
            return Err(Busy { after: wait });
        }
        self.tokens -= 1.0;
        Ok(wait)
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn lim_6_an_account_gets_its_rate_and_no_more() {
        let limits = Limits::default();
        let start = Instant::now();
        for _ in 0..30 {
            drop(limits.turn("a", 10.0, 5).await.unwrap());
        }
        let took = start.elapsed().as_secs_f64();
        assert!((1.9..2.2).contains(&took), "{took}");
        drop(limits.turn("b", 10.0, 5).await.unwrap());
        assert!(start.elapsed().as_secs_f64() - took < 0.01);
    }

    #[tokio::test(start_paused = true)]
    async fn lim_6_a_blocked_account_waits_or_is_sent_away() {
        let limits = Limits::default();
        drop(limits.turn("a", 10.0, 5).await.unwrap());
        limits.block("a", Duration::from_secs(3));
        let start = Instant::now();
        drop(limits.turn("a", 10.0, 5).await.unwrap());
        assert!(start.elapsed() >= Duration::from_secs(3));
        limits.block("a", Duration::from_secs(40));
        assert!(
            limits
                .turn("a", 10.0, 5)
                .await
                .is_err_and(|busy| busy.after > Duration::from_secs(39))
        );
    }

    #[tokio::test(start_paused = true)]
    async fn only_so_many_are_in_flight() {
        let limits = Limits::default();
        let held = limits.turn("a", 100.0, 1).await.unwrap();
        assert!(limits.turn("a", 100.0, 1).await.is_err());
        drop(held);
        assert!(limits.turn("a", 100.0, 1).await.is_ok());
    }

    #[test]
    fn lim_6_retries_add_at_most_a_tenth() {
        let limits = Limits::default();
        let mut retries = 0;
        for _ in 0..1000 {
            limits.earn_retry("acme");
            for _ in 0..2 {
                retries += usize::from(limits.spend_retry("acme"));
            }
        }
        assert!((100..=112).contains(&retries), "{retries}");
    }
}
