//! The run of an action from its inputs to its result.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use linkyard_connector::{Request, Step, StepFunction};
use linkyard_core::Clock;
use serde_json::{Map, Value, json};

use crate::block::{Block, Opened, Site, object};
use crate::cursor::Cursor;
use crate::inputs::{self, Accepted};
use crate::limits::Limits;
use crate::page::mark_partial;
use crate::redact::Secrets;
use crate::response::{Answer, index};
use crate::{Call, Error, Outcome, StepTrace};

/// Most requests of one run, pages apart.
const MAX_CALLS: u32 = 50;
/// Most pages of one run.
const MAX_PAGES: u32 = 100;
/// Most bytes of all answers of one run.
const MAX_RECEIVED: usize = 64 << 20;
/// Longest run.
const MAX_DURATION: Duration = Duration::from_mins(2);

/// What may be set about the engine.
#[derive(Debug, Clone)]
pub struct Options {
    /// Whether each account is held to its connector's rate and concurrency. Off for measurements only.
    pub account_limits: bool,
    /// Our own public base URL, which expressions see as `apiHostUri`.
    pub api_host_uri: String,
}

/// Runs actions.
#[derive(Debug)]
pub struct Engine {
    pub(crate) net: linkyard_net::Client,
    pub(crate) options: Options,
    pub(crate) limits: Limits,
    clock: Arc<dyn Clock>,
}

/// One run under way.
pub(crate) struct Run<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) call: &'a Call<'a>,
    pub(crate) block: Block,
    pub(crate) page_size: Option<usize>,
    /// Where the caller goes on.
    pub(crate) cursor: Cursor,
    /// Where this run stopped.
    pub(crate) reached: Cursor,
    /// The `next` of each paginated step that ran.
    pub(crate) paged: BTreeMap<String, Option<Value>>,
    pub(crate) budget: Budget,
    pub(crate) traces: Vec<StepTrace>,
    /// Whether a write may have reached the provider.
    pub(crate) wrote: &'a AtomicBool,
    pub(crate) renewed: bool,
}

/// What a run has used of what it may use.
#[derive(Debug, Default)]
pub(crate) struct Budget {
    calls: u32,
    pages: u32,
    received: usize,
    cut_short: bool,
}

/// A step that failed, with what it leaves behind if its failure is passed over.
#[derive(Debug)]
pub(crate) struct Failure {
    error: Error,
    output: Value,
}

impl Engine {
    /// An engine that sends through `net` and tells time by `clock`.
    pub fn new(net: linkyard_net::Client, clock: Arc<dyn Clock>, options: Options) -> Self {
        Self {
            net,
            options,
            limits: Limits::default(),
            clock,
        }
    }

    /// Runs `call` to its end.
    ///
    /// # Errors
    ///
    /// See [`Error`]. No error text contains a credential.
    pub async fn run(&self, mut call: Call<'_>) -> Result<Outcome, Error> {
        let given = std::mem::take(&mut call.inputs);
        let accepted = inputs::accept(call.action, &call.connector.key, given)?;
        let wrote = AtomicBool::new(false);
        let run = self.run_accepted(&call, accepted, &wrote);
        tokio::time::timeout(MAX_DURATION, run)
            .await
            .unwrap_or_else(|_| {
                Err(if wrote.load(Ordering::Relaxed) {
                    Error::OutcomeUnknown
                } else {
                    Error::Timeout {
                        safe_to_retry: true,
                    }
                })
            })
    }

    async fn run_accepted(
        &self,
        call: &Call<'_>,
        accepted: Accepted,
        wrote: &AtomicBool,
    ) -> Result<Outcome, Error> {
        let opened = Opened::from(call.credentials.current().await?);
        let block = Block::new(
            call,
            self.clock.now(),
            &self.options.api_host_uri,
            accepted.inputs,
            opened,
        );
        let mut run = Run {
            engine: self,
            call,
            block,
            page_size: accepted.page_size,
            cursor: accepted.cursor,
            reached: Cursor::default(),
            paged: BTreeMap::new(),
            budget: Budget::default(),
            traces: Vec::new(),
            wrote,
            renewed: false,
        };
        let outcome = run.steps().await.and_then(|()| run.result());
        let secrets = Secrets::of(call.auth, &run.block);
        let result = outcome.map_err(|error| secrets.mask_error(error))?;
        if secrets.leak_into(&result) {
            return Err(leak());
        }
        let mut steps = std::mem::take(&mut run.traces);
        for trace in &mut steps {
            trace.url = secrets.mask(std::mem::take(&mut trace.url));
        }
        Ok(Outcome { result, steps })
    }
}

impl Run<'_> {
    async fn steps(&mut self) -> Result<(), Error> {
        let action = self.call.action;
        for step in &action.steps {
            let site = Site::new(&step.id, "condition");
            let snapshot = if site.holds(step.condition.as_ref(), &self.block.full())? {
                self.step(step).await?
            } else {
                json!({ "successful": true, "skipped": true })
            };
            if let Value::Object(steps) = &mut self.block.steps {
                steps.insert(step.id.clone(), snapshot);
            }
        }
        Ok(())
    }

    /// Runs a step and gives its snapshot.
    async fn step(&mut self, step: &Step) -> Result<Value, Error> {
        let output = match &step.function {
            StepFunction::Request(request) => self.request(&step.id, request).await,
            StepFunction::PaginatedRequest(paged) => self.paginate(&step.id, paged).await,
        };
        match output {
            Ok(output) => Ok(snapshot(output, None)),
            Err(failure) if step.ignore_error && failure.error.is_ignorable() => {
                Ok(snapshot(failure.output, Some(&failure.error)))
            }
            Err(failure) => Err(failure.error),
        }
    }

    async fn request(&mut self, step: &str, request: &Request) -> Result<Value, Failure> {
        let mut answer = self.exchange(step, request, None).await?;
        if answer.failed() {
            return Err(Failure::answered(answer));
        }
        let data = answer.data(step, request.data_key.as_ref(), &self.block)?;
        Ok(output(&mut answer, data.map(|data| index(data, request))))
    }

    /// Evaluates the action's result.
    fn result(&mut self) -> Result<Value, Error> {
        let site = Site::new("result", "result");
        let value = match &self.call.action.result {
            Some(template) => {
                let variables = template.variables();
                if variables.contains("credentials") || variables.contains("config") {
                    return Err(leak());
                }
                site.template(template, &self.block.full())?
            }
            None => self.call.action.steps.last().and_then(|step| {
                self.block
                    .steps
                    .get(&step.id)?
                    .get("output")?
                    .get("data")
                    .cloned()
                    .map(|data| object([("data", data)]))
            }),
        };
        let mut result = match value {
            Some(Value::Object(entries)) => entries,
            Some(other) => Map::from_iter([("data".to_owned(), other)]),
            None => Map::new(),
        };
        self.finish_paging(&mut result);
        Ok(Value::Object(result))
    }

    /// Puts the engine's own cursor in, unless the connector made a `next` of its own.
    fn finish_paging(&mut self, result: &mut Map<String, Value>) {
        if self.paged.is_empty() {
            return;
        }
        let ours = match result.get("next") {
            None | Some(Value::Null) => true,
            Some(next) => self.paged.values().any(|step| step.as_ref() == Some(next)),
        };
        if ours {
            let owner = inputs::owner(&self.call.connector.key, self.call.action);
            let next = std::mem::take(&mut self.reached).encode(owner);
            result.insert("next".to_owned(), next.map_or(Value::Null, Value::String));
        }
        if self.budget.cut_short {
            mark_partial(result);
        }
    }
}

impl Budget {
    /// Counts a request that is about to be sent.
    pub(crate) fn count(&mut self, is_page: bool) -> Result<(), Error> {
        let (used, max) = if is_page {
            (&mut self.pages, MAX_PAGES)
        } else {
            (&mut self.calls, MAX_CALLS)
        };
        if *used >= max {
            return Err(Error::Limit(format!(
                "the action needs more than {max} requests"
            )));
        }
        *used += 1;
        Ok(())
    }

    /// Counts an answer's body.
    pub(crate) fn receive(&mut self, bytes: usize) -> Result<(), Error> {
        self.received += bytes;
        if self.received > MAX_RECEIVED {
            Err(Error::TooLarge)
        } else {
            Ok(())
        }
    }

    /// Whether no further page may be asked for; remembered, for then the result is partial.
    pub(crate) fn pages_are_used_up(&mut self) -> bool {
        let used_up = self.pages >= MAX_PAGES;
        self.cut_short |= used_up;
        used_up
    }
}

impl Failure {
    /// The provider answered with a failure.
    pub(crate) fn answered(mut answer: Answer) -> Self {
        let error = answer.error();
        let data = answer.body.clone();
        Self {
            error,
            output: output(&mut answer, Some(data)),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let output = json!({ "statusCode": 500, "message": error.to_string() });
        Self { error, output }
    }
}

fn output(answer: &mut Answer, data: Option<Value>) -> Value {
    let headers = answer.headers.clone();
    let mut output = object([
        ("raw", answer.raw()),
        ("headers", headers),
        ("statusCode", answer.status.into()),
        ("message", answer.message.clone().into()),
    ]);
    if let (Some(data), Value::Object(entries)) = (data, &mut output) {
        entries.insert("data".to_owned(), data);
    }
    output
}

fn snapshot(output: Value, error: Option<&Error>) -> Value {
    let mut snapshot = object([
        ("successful", error.is_none().into()),
        ("skipped", false.into()),
        ("output", output),
    ]);
    if let (Some(error), Value::Object(entries)) = (error, &mut snapshot) {
        let message = error.to_string();
        entries.insert("errors".to_owned(), json!([{ "message": message }]));
        entries.insert("message".to_owned(), message.into());
    }
    snapshot
}

fn leak() -> Error {
    Error::Limit("credential_leak: the action's result would show a credential".to_owned())
}
