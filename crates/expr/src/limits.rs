//! Budgets of one evaluation.

use std::cell::Cell;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::error::{Budget, Error};

/// How deep an expression may nest when it is parsed; evaluation has its own, settable limit.
pub(crate) const MAX_NESTING: usize = 64;

/// The longest text that is parsed as a path, an expression or an interpolation, in bytes.
pub(crate) const MAX_TEXT_BYTES: usize = 64 * 1024;

/// Work between two looks at the clock, so that cheap steps stay cheap.
const TICKS_PER_CLOCK_READ: u64 = 256;

/// Bytes that count as one tick of work.
const BYTES_PER_TICK: usize = 64;

/// What a list or map entry costs besides its text, in bytes.
pub(crate) const NODE_BYTES: usize = 16;

/// The budgets of one evaluation.
///
/// Using up any of them ends the evaluation with an error of kind
/// [`Limit`](crate::ErrorKind::Limit).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Nodes, list elements and path places visited. Default 100,000.
    pub max_steps: u64,
    /// Wall-clock time. Default 50 ms. It is looked at every few hundred steps.
    pub max_time: Duration,
    /// Bytes of text and values made, results included. Default 8 MiB.
    pub max_bytes: usize,
    /// Nesting of expressions and of the values walked. Default 64.
    pub max_depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_steps: 100_000,
            max_time: Duration::from_millis(50),
            max_bytes: 8 * 1024 * 1024,
            max_depth: MAX_NESTING,
        }
    }
}

/// Counts what one evaluation uses.
#[derive(Debug)]
pub(crate) struct Meter {
    limits: Limits,
    started: Instant,
    steps: Cell<u64>,
    bytes: Cell<usize>,
    ticks: Cell<u64>,
}

impl Meter {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            started: Instant::now(),
            steps: Cell::new(0),
            bytes: Cell::new(0),
            ticks: Cell::new(0),
        }
    }

    /// Counts one step.
    pub(crate) fn step(&self) -> Result<(), Error> {
        self.steps(1)
    }

    /// Counts `count` steps before they are made.
    pub(crate) fn steps(&self, count: usize) -> Result<(), Error> {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        let steps = self.steps.get().saturating_add(count);
        self.steps.set(steps);
        if steps > self.limits.max_steps {
            return Err(Error::limit(Budget::Steps));
        }
        self.tick(count)
    }

    /// Counts `count` bytes before they are allocated.
    pub(crate) fn bytes(&self, count: usize) -> Result<(), Error> {
        let bytes = self.bytes.get().saturating_add(count);
        self.bytes.set(bytes);
        if bytes > self.limits.max_bytes {
            return Err(Error::limit(Budget::Bytes));
        }
        self.tick(u64::try_from(count / BYTES_PER_TICK).unwrap_or(u64::MAX))
    }

    /// Fails when `depth` is beyond the limit.
    pub(crate) fn depth(&self, depth: usize) -> Result<(), Error> {
        if depth > self.limits.max_depth {
            return Err(Error::limit(Budget::Depth));
        }
        Ok(())
    }

    /// Copies a value after counting what the copy takes.
    pub(crate) fn copy(&self, value: &Value) -> Result<Value, Error> {
        self.bytes_of(value, 1)?;
        Ok(value.clone())
    }

    /// Looks at the clock now, before work that cannot be interrupted.
    pub(crate) fn check_time(&self) -> Result<(), Error> {
        self.ticks.set(0);
        if self.started.elapsed() > self.limits.max_time {
            return Err(Error::limit(Budget::Time));
        }
        Ok(())
    }

    fn bytes_of(&self, value: &Value, depth: usize) -> Result<(), Error> {
        self.depth(depth)?;
        match value {
            Value::String(text) => self.bytes(NODE_BYTES + text.len()),
            Value::Array(items) => {
                self.bytes(NODE_BYTES)?;
                items
                    .iter()
                    .try_for_each(|item| self.bytes_of(item, depth + 1))
            }
            Value::Object(map) => {
                self.bytes(NODE_BYTES)?;
                map.iter().try_for_each(|(key, item)| {
                    self.bytes(NODE_BYTES + key.len())?;
                    self.bytes_of(item, depth + 1)
                })
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => self.bytes(NODE_BYTES),
        }
    }

    fn tick(&self, count: u64) -> Result<(), Error> {
        let ticks = self.ticks.get().saturating_add(count);
        if ticks < TICKS_PER_CLOCK_READ {
            self.ticks.set(ticks);
            return Ok(());
        }
        self.check_time()
    }
}
