//! As many requests as the wanted records need.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use linkyard_connector::{PageMode, PaginatedRequest};
use serde_json::{Map, Value, json};

use crate::Error;
use crate::args::Position;
use crate::block::{Site, object};
use crate::cursor::Place;
use crate::response::{Answer, index, pick};
use crate::run::{Failure, Run};

/// Records gathered, if neither caller nor connector says a number.
const DEFAULT_PAGE_SIZE: usize = 25;

/// Where a paginated step stands.
struct Walk {
    /// The page to ask for; null for the first in cursor mode.
    token: Value,
    /// Records of that page that were delivered already.
    skip: usize,
    seen: HashSet<Value>,
    last_page: Option<u64>,
    gathered: Vec<Value>,
    raw: Vec<Value>,
    status: u16,
}

/// How a walk goes on after a page.
enum Next {
    AnotherPage,
    /// Enough was gathered; the rest starts here.
    Full(Place),
    /// Nothing remains.
    Exhausted,
}

impl Run<'_> {
    /// Runs a paginated step and gives its output.
    pub(crate) async fn paginate(
        &mut self,
        step: &str,
        paged: &PaginatedRequest,
    ) -> Result<Value, Failure> {
        let want = self.page_size.unwrap_or(DEFAULT_PAGE_SIZE).max(1);
        let mut walk = self.start(step, paged)?;
        let place = loop {
            if self.budget.pages_are_used_up() {
                break Some(walk.here());
            }
            let position = walk.position(paged);
            let mut answer = self.exchange(step, &paged.request, Some(&position)).await?;
            if answer.failed() {
                return Err(Failure::answered(answer));
            }
            match self.consume(step, paged, &mut walk, &mut answer, want)? {
                Next::AnotherPage => {}
                Next::Full(place) => break Some(place),
                Next::Exhausted => break None,
            }
        };
        Ok(self.page_output(step, paged, walk, place))
    }

    fn start(&self, step: &str, paged: &PaginatedRequest) -> Result<Walk, Error> {
        let place = self.cursor.steps.get(step).cloned().unwrap_or_default();
        let foreign = || Error::invalid("query.next: is not a cursor of this action");
        let token = match (&paged.mode, place.token) {
            (PageMode::Cursor { .. }, token) => token,
            (PageMode::Offset, Value::Null) => json!(0),
            (PageMode::Page { start, .. }, Value::Null) => json!(start),
            (PageMode::Offset | PageMode::Page { .. }, token) if token.is_u64() => token,
            _ => return Err(foreign()),
        };
        Ok(Walk {
            seen: HashSet::from([token.clone()]),
            token,
            skip: place.position,
            last_page: None,
            gathered: Vec::new(),
            raw: Vec::new(),
            status: 200,
        })
    }

    /// Takes a page in, and tells how to go on.
    fn consume(
        &self,
        step: &str,
        paged: &PaginatedRequest,
        walk: &mut Walk,
        answer: &mut Answer,
        want: usize,
    ) -> Result<Next, Error> {
        let condition = Site::new(step, "iterator.condition");
        let goes_on = condition.holds(paged.condition.as_ref(), &self.block.only(&answer.body))?;
        let following = self.following(step, paged, answer)?;
        let list = answer.take_list(step, paged.request.data_key.as_ref(), &self.block)?;
        walk.status = answer.status;
        walk.raw.push(answer.raw());
        let Some(list) = list else {
            tracing::warn!(step, connector = %self.call.connector.key, "a page holds no list");
            return Ok(Next::Exhausted);
        };
        if list.is_empty() || walk.repeats(&paged.mode, &list) {
            return Ok(Next::Exhausted);
        }
        if let PageMode::Page { max, .. } = paged.mode
            && walk.token.as_u64().is_some_and(|number| number > max)
        {
            return Err(Error::Limit(format!(
                "step `{step}`: the provider has more than {max} pages"
            )));
        }
        let records = list.len();
        let skipped = walk.skip.min(records);
        let taken = (records - skipped).min(want - walk.gathered.len());
        walk.gathered
            .extend(list.into_iter().skip(skipped).take(taken));
        let used = skipped + taken;
        if used < records {
            return Ok(Next::Full(walk.rest_of_page(&paged.mode, used)));
        }
        let following = if goes_on {
            walk.next_token(&paged.mode, following, records)
        } else {
            None
        };
        let Some(token) = following else {
            return Ok(Next::Exhausted);
        };
        if !walk.seen.insert(token.clone()) {
            return Err(Error::Limit(format!(
                "step `{step}`: the provider gave the same cursor twice"
            )));
        }
        walk.token = token;
        walk.skip = 0;
        let full = walk.gathered.len() >= want;
        Ok(if full {
            Next::Full(walk.here())
        } else {
            Next::AnotherPage
        })
    }

    /// The provider's token of the next page.
    fn following(
        &self,
        step: &str,
        paged: &PaginatedRequest,
        answer: &Answer,
    ) -> Result<Option<Value>, Error> {
        let PageMode::Cursor {
            next_key,
            in_headers,
        } = &paged.mode
        else {
            return Ok(None);
        };
        let found = if *in_headers {
            pick(
                step,
                "response.nextKey",
                &lower(next_key),
                &answer.headers,
                &self.block,
            )?
        } else if answer.body.is_object() {
            pick(
                step,
                "response.nextKey",
                next_key,
                &answer.body,
                &self.block,
            )?
        } else {
            None
        };
        let is_token =
            |token: &Value| !(token.is_null() || token == "" || token == &Value::Bool(false));
        Ok(found.filter(is_token))
    }

    fn page_output(
        &mut self,
        step: &str,
        paged: &PaginatedRequest,
        walk: Walk,
        place: Option<Place>,
    ) -> Value {
        let data = index(Value::Array(walk.gathered), &paged.request);
        let mut output = object([
            ("data", data),
            ("raw", Value::Array(walk.raw)),
            ("statusCode", walk.status.into()),
        ]);
        if let (Some(place), Value::Object(entries)) = (&place, &mut output) {
            let next = match (&paged.mode, &place.token) {
                (PageMode::Page { .. }, token) => token.to_string().into(),
                (_, token) => token.clone(),
            };
            entries.insert("next".to_owned(), next);
            entries.insert("position".to_owned(), place.position.into());
        }
        self.paged
            .insert(step.to_owned(), output.get("next").cloned());
        if let Some(place) = place {
            self.reached.steps.insert(step.to_owned(), place);
        }
        output
    }
}

impl Walk {
    /// What to put into the request; null is left out.
    fn position<'a>(&self, paged: &'a PaginatedRequest) -> Position<'a> {
        Position {
            key: &paged.iterator_key,
            location: paged.iterator_location,
            value: self.token.clone(),
        }
    }

    /// Whether a provider that counts pages gave the same page again.
    fn repeats(&mut self, mode: &PageMode, list: &[Value]) -> bool {
        if !matches!(mode, PageMode::Page { .. }) {
            return false;
        }
        let mut hasher = DefaultHasher::new();
        list.hash(&mut hasher);
        let hash = hasher.finish();
        self.last_page.replace(hash) == Some(hash)
    }

    fn here(&self) -> Place {
        Place {
            token: self.token.clone(),
            position: self.skip,
        }
    }

    fn rest_of_page(&self, mode: &PageMode, used: usize) -> Place {
        match mode {
            PageMode::Offset => Place {
                token: self.offset_after(used),
                position: 0,
            },
            PageMode::Cursor { .. } | PageMode::Page { .. } => Place {
                token: self.token.clone(),
                position: used,
            },
        }
    }

    fn next_token(
        &self,
        mode: &PageMode,
        following: Option<Value>,
        records: usize,
    ) -> Option<Value> {
        match mode {
            PageMode::Cursor { .. } => following,
            PageMode::Offset => Some(self.offset_after(records)),
            PageMode::Page { .. } => self.token.as_u64().map(|number| json!(number + 1)),
        }
    }

    fn offset_after(&self, records: usize) -> Value {
        json!(self.token.as_u64().unwrap_or_default() + records as u64)
    }
}

/// Header names are in lower case.
fn lower(key: &linkyard_connector::DataKey) -> linkyard_connector::DataKey {
    match key {
        linkyard_connector::DataKey::Path(path, name) => {
            linkyard_connector::DataKey::Path(path.clone(), name.to_ascii_lowercase())
        }
        linkyard_connector::DataKey::Expression(expression) => {
            linkyard_connector::DataKey::Expression(expression.clone())
        }
    }
}

/// Marks a result that was cut short by the cap on pages.
pub(crate) fn mark_partial(result: &mut Map<String, Value>) {
    result.insert("partial".to_owned(), Value::Bool(true));
}
