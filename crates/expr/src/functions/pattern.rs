//! Regular expressions, matched in time linear in the text.

use std::borrow::Cow;
use std::sync::Arc;

use regex_automata::hybrid::{dfa, regex as lazy};
use regex_automata::nfa::thompson::{self, NFA, pikevm::PikeVM};
use regex_automata::util::captures::Captures;
use regex_automata::{Anchored, Input, Match};

use super::arguments::with_text;
use super::{Arguments, Environment, Function};
use crate::error::{Budget, Detail, Error, Stop};
use crate::limits::Meter;
use crate::value::Val;

/// The longest pattern, in bytes.
const MAX_PATTERN_BYTES: usize = 1024;

/// The largest compiled pattern, in bytes.
const MAX_COMPILED_BYTES: usize = 1024 * 1024;

/// The largest cache of the automaton that is built while matching, in bytes.
const CACHE_BYTES: usize = 1024 * 1024;

/// How often the cache may fill up. An automaton that needs more is no longer fast.
const CACHE_CLEARS: usize = 2;

/// The most work of the slow way: bytes of text times states of the pattern.
const MAX_SLOW_WORK: usize = 8_000_000;

/// Bytes of text that count as one step, as a match cannot be interrupted.
const BYTES_PER_STEP: usize = 64;

pub(super) const FUNCTIONS: &[Function] = &[
    Function {
        name: "regexMatch",
        parameters: &["text", "pattern"],
        summary: "Whether the pattern is found in the text.",
        failures: "false when there is no text; an error when the pattern is not valid",
        examples: &[
            ("regexMatch(\"A-12\", \"^[A-Z]-\\d+$\")", "true"),
            ("regexMatch(nothing, \"a\")", "false"),
        ],
        takes_pattern: true,
        run: regex_match,
    },
    Function {
        name: "extractMatch",
        parameters: &["text", "pattern", "group?"],
        summary: "The first match: the given group, else group 1 if the pattern has one, else all.",
        failures: "missing when nothing is found; an error when the pattern is not valid",
        examples: &[
            ("extractMatch(\"id=42;\", \"id=(\\d+)\")", "\"42\""),
            ("extractMatch(\"id=42;\", \"id=(\\d+)\", 0)", "\"id=42\""),
            ("extractMatch(\"id=42;\", \"x\")", "null"),
        ],
        takes_pattern: true,
        run: extract_match,
    },
];

/// A compiled pattern.
///
/// Matching is linear in the text but the factor may be large: an automaton with few states runs at
/// memory speed, and one whose states do not fit its cache would be built over and over. Then the
/// states of the pattern are simulated one by one, if the text is short enough for that.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    lazy: Arc<lazy::Regex>,
    slow: PikeVM,
}

impl Pattern {
    /// Compiles a pattern within its budgets.
    pub(crate) fn compile(pattern: &str) -> Result<Self, Detail> {
        if pattern.len() > MAX_PATTERN_BYTES {
            return Err(Detail::Limit(Budget::PatternLength));
        }
        let config = thompson::Config::new().nfa_size_limit(Some(MAX_COMPILED_BYTES));
        let states = NFA::compiler().configure(config.clone()).build(pattern);
        let states = states.map_err(|error| match error.size_limit() {
            Some(_) => Detail::Limit(Budget::PatternSize),
            None => Detail::BadPattern,
        })?;
        let cache = dfa::Config::new()
            .cache_capacity(CACHE_BYTES)
            .skip_cache_capacity_check(true)
            .minimum_cache_clear_count(Some(CACHE_CLEARS))
            .unicode_word_boundary(true);
        // Only size is left to fail: the syntax has been accepted above.
        let too_big = Detail::Limit(Budget::PatternSize);
        let lazy = lazy::Builder::new()
            .thompson(config)
            .dfa(cache)
            .build(pattern);
        Ok(Self {
            lazy: Arc::new(lazy.map_err(|_| too_big.clone())?),
            slow: PikeVM::new_from_nfa(states).map_err(|_| too_big)?,
        })
    }

    /// The number of groups, the whole match included.
    fn groups(&self) -> usize {
        self.slow
            .get_nfa()
            .group_info()
            .group_len(regex_automata::PatternID::ZERO)
    }

    fn is_match(&self, text: &str) -> Result<bool, Error> {
        let mut cache = self.lazy.create_cache();
        let input = Input::new(text).earliest(true);
        match self
            .lazy
            .forward()
            .try_search_fwd(cache.as_parts_mut().0, &input)
        {
            Ok(end) => Ok(end.is_some()),
            Err(_) => Ok(self.capture(input)?.is_match()),
        }
    }

    /// The text of a group in the first match.
    fn find<'t>(&self, text: &'t str, group: usize) -> Result<Option<&'t str>, Error> {
        let span = match self.first(text) {
            Ok(None) => return Ok(None),
            Ok(Some(whole)) if group == 0 => Some(whole.span()),
            Ok(Some(whole)) => {
                let input = Input::new(text).span(whole.span()).anchored(Anchored::Yes);
                self.capture(input)?.get_group(group)
            }
            Err(GaveUp) => self.capture(Input::new(text))?.get_group(group),
        };
        Ok(span.and_then(|span| text.get(span.range())))
    }

    fn first(&self, text: &str) -> Result<Option<Match>, GaveUp> {
        let mut cache = self.lazy.create_cache();
        self.lazy
            .try_search(&mut cache, &Input::new(text))
            .map_err(|_| GaveUp)
    }

    fn capture(&self, input: Input<'_>) -> Result<Captures, Error> {
        let states = self.slow.get_nfa().states().len();
        if input.get_span().len().saturating_mul(states) > MAX_SLOW_WORK {
            return Err(Error::limit(Budget::PatternWork));
        }
        let mut captures = self.slow.create_captures();
        self.slow
            .captures(&mut self.slow.create_cache(), input, &mut captures);
        Ok(captures)
    }
}

/// The automaton was too large for its cache.
struct GaveUp;

/// The compiled pattern of a call; one that is not a literal is compiled now.
fn pattern<'v>(
    arguments: &Arguments<'v>,
    meter: &Meter,
) -> Result<Option<Cow<'v, Pattern>>, Error> {
    if let Some(pattern) = arguments.pattern() {
        return Ok(Some(Cow::Borrowed(pattern)));
    }
    let Some(text) = arguments.text(1, meter)? else {
        return Ok(None);
    };
    meter.steps(text.len())?;
    Pattern::compile(&text)
        .map(|pattern| Some(Cow::Owned(pattern)))
        .map_err(Error::new)
}

fn charge(text: &str, meter: &Meter) -> Result<(), Error> {
    meter.steps(text.len() / BYTES_PER_STEP)?;
    meter.check_time()
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of Run")]
fn regex_match<'v>(arguments: Arguments<'v>, at: Environment<'v>) -> Result<Val<'v>, Stop> {
    let Some(pattern) = pattern(&arguments, at.meter)? else {
        return Ok(Val::bool(false));
    };
    let Some(text) = arguments.text(0, at.meter)? else {
        return Ok(Val::bool(false));
    };
    charge(&text, at.meter)?;
    Ok(Val::bool(pattern.is_match(&text)?))
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of Run")]
fn extract_match<'v>(arguments: Arguments<'v>, at: Environment<'v>) -> Result<Val<'v>, Stop> {
    let Some(pattern) = pattern(&arguments, at.meter)? else {
        return Ok(Val::Missing);
    };
    let default = usize::from(pattern.groups() > 1);
    let group = if arguments.get(2).is_nullish() {
        default
    } else {
        arguments.count(2, at.meter)?
    };
    with_text(&arguments, at.meter, |text| {
        charge(&text, at.meter)?;
        Ok(pattern.find(&text, group)?.map_or(Val::Missing, Val::text))
    })
}
