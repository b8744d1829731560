//! Walks a document along the segments of a path.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::filter::Subject;
use super::{Segment, Selector};
use crate::context::Context;
use crate::error::Error;
use crate::limits::{Meter, NODE_BYTES};
use crate::number;
use crate::value::{Val, text_length};

/// Where a path starts.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Root<'v> {
    Value(&'v Value),
    Context(&'v Context<'v>),
}

/// Something a path has reached.
#[derive(Debug)]
pub(super) enum Node<'v> {
    Context(&'v Context<'v>),
    Value(&'v Value),
    Computed(Value),
}

impl<'v> Node<'v> {
    pub(super) fn of(root: Root<'v>) -> Self {
        match root {
            Root::Value(value) => Self::Value(value),
            Root::Context(context) => Self::Context(context),
        }
    }

    fn again(&self) -> Node<'v> {
        match self {
            Self::Context(context) => Node::Context(context),
            Self::Value(value) => Node::Value(value),
            Self::Computed(value) => Node::Computed(value.clone()),
        }
    }

    fn children(&self) -> Children<'v> {
        match self {
            Self::Context(context) => {
                Box::new(context.iter().map(|(name, value)| (Key::Name(name), value)))
            }
            Self::Value(Value::Array(items)) => Box::new(
                items
                    .iter()
                    .enumerate()
                    .map(|(index, item)| (Key::Index(index), item)),
            ),
            Self::Value(Value::Object(map)) => Box::new(
                map.iter()
                    .map(|(name, item)| (Key::Name(name.as_str()), item)),
            ),
            Self::Value(_) | Self::Computed(_) => Box::new(std::iter::empty()),
        }
    }

    pub(super) fn into_val(self, meter: &Meter) -> Result<Val<'v>, Error> {
        match self {
            Self::Value(value) => Ok(Val::Ref(value)),
            Self::Computed(value) => Ok(Val::Own(value)),
            Self::Context(context) => {
                let mut map = Map::new();
                for (name, value) in context.iter() {
                    meter.bytes(NODE_BYTES + name.len())?;
                    map.insert(name.to_owned(), meter.copy(value)?);
                }
                Ok(Val::Own(Value::Object(map)))
            }
        }
    }

    pub(super) fn into_value(self, meter: &Meter) -> Result<Value, Error> {
        meter.bytes(NODE_BYTES)?;
        Ok(self.into_val(meter)?.into_value(meter)?.unwrap_or_default())
    }

    pub(super) fn into_cow(self, meter: &Meter) -> Result<Cow<'v, Value>, Error> {
        match self {
            Self::Value(value) => Ok(Cow::Borrowed(value)),
            other => other.into_value(meter).map(Cow::Owned),
        }
    }
}

type Children<'v> = Box<dyn Iterator<Item = (Key<'v>, &'v Value)> + 'v>;

/// Under what a node stands in its parent.
#[derive(Debug, Clone, Copy)]
pub(super) enum Key<'v> {
    Root,
    Name(&'v str),
    Index(usize),
}

impl Key<'_> {
    fn to_value(self) -> Option<Value> {
        match self {
            Self::Root => None,
            Self::Name(name) => Some(Value::from(name)),
            Self::Index(index) => Some(Value::String(index.to_string())),
        }
    }
}

/// A node with the way to it, kept in an arena so that `^` can go back.
#[derive(Debug)]
struct Place<'v> {
    node: Node<'v>,
    parent: Option<usize>,
    key: Key<'v>,
    depth: usize,
}

/// What a place costs in memory, in bytes.
const PLACE_BYTES: usize = 64;

struct Walk<'v, 'm> {
    root: Root<'v>,
    meter: &'m Meter,
    places: Vec<Place<'v>>,
}

/// Everything `segments` finds below `root`.
pub(super) fn query<'v>(
    segments: &[Segment],
    root: Root<'v>,
    meter: &Meter,
) -> Result<Vec<Node<'v>>, Error> {
    let start = Place {
        node: Node::of(root),
        parent: None,
        key: Key::Root,
        depth: 0,
    };
    let mut walk = Walk {
        root,
        meter,
        places: vec![start],
    };
    let mut current = vec![0];
    for segment in segments {
        let mut next = Vec::new();
        for place in current {
            meter.step()?;
            walk.apply(segment, place, &mut next)?;
        }
        current = next;
    }
    let found = current
        .into_iter()
        .filter_map(|place| walk.places.get(place));
    Ok(found.map(|place| place.node.again()).collect())
}

impl<'v> Walk<'v, '_> {
    fn apply(&mut self, segment: &Segment, at: usize, found: &mut Vec<usize>) -> Result<(), Error> {
        match segment {
            Segment::Select(selectors) => selectors
                .iter()
                .try_for_each(|selector| self.select(selector, at, found)),
            Segment::Descend => self.descend(at, found),
            Segment::Parent => {
                found.extend(self.places.get(at).and_then(|place| place.parent));
                Ok(())
            }
            Segment::PropertyName => {
                let name = self.places.get(at).and_then(|place| place.key.to_value());
                match name {
                    Some(name) => self.add(at, Key::Root, Node::Computed(name), found),
                    None => Ok(()),
                }
            }
        }
    }

    fn add(
        &mut self,
        parent: usize,
        key: Key<'v>,
        node: Node<'v>,
        found: &mut Vec<usize>,
    ) -> Result<(), Error> {
        let depth = self.places.get(parent).map_or(0, |place| place.depth) + 1;
        self.meter.step()?;
        self.meter.depth(depth)?;
        self.meter.bytes(PLACE_BYTES)?;
        found.push(self.places.len());
        self.places.push(Place {
            node,
            parent: Some(parent),
            key,
            depth,
        });
        Ok(())
    }

    /// The place itself and everything below that has children, parents first.
    fn descend(&mut self, at: usize, found: &mut Vec<usize>) -> Result<(), Error> {
        let mut waiting = vec![at];
        while let Some(place) = waiting.pop() {
            found.push(place);
            let mut below = Vec::new();
            for (key, child) in self.children(place) {
                if child.is_array() || child.is_object() {
                    self.add(place, key, Node::Value(child), &mut below)?;
                } else {
                    self.meter.step()?;
                }
            }
            waiting.extend(below.into_iter().rev());
        }
        Ok(())
    }

    fn children(&self, at: usize) -> Children<'v> {
        self.places.get(at).map_or_else(
            || Box::new(std::iter::empty()) as _,
            |place| place.node.children(),
        )
    }

    fn select(
        &mut self,
        selector: &Selector,
        at: usize,
        found: &mut Vec<usize>,
    ) -> Result<(), Error> {
        match selector {
            Selector::Name(name) => self.named(name, at, found),
            Selector::Wildcard => {
                for (key, child) in self.children(at) {
                    self.add(at, key, Node::Value(child), found)?;
                }
                Ok(())
            }
            Selector::Slice { start, end, step } => {
                let Some(Place {
                    node: Node::Value(Value::Array(items)),
                    ..
                }) = self.places.get(at)
                else {
                    return Ok(());
                };
                let (start, end) = bounds(*start, *end, items.len());
                let items: &'v [Value] = items;
                let part = items
                    .iter()
                    .enumerate()
                    .take(end)
                    .skip(start)
                    .step_by(*step);
                for (index, item) in part {
                    self.add(at, Key::Index(index), Node::Value(item), found)?;
                }
                Ok(())
            }
            Selector::Filter(filter) => {
                let parent = self.value(at);
                for (key, child) in self.children(at) {
                    self.meter.step()?;
                    let name = key.to_value();
                    let subject = Subject {
                        current: Some(child),
                        parent,
                        name: name.as_ref(),
                        root: self.root,
                    };
                    if filter.holds(&subject, self.meter)? {
                        self.add(at, key, Node::Value(child), found)?;
                    }
                }
                Ok(())
            }
            Selector::Script(script) => {
                let subject = Subject {
                    current: self.value(at),
                    parent: None,
                    name: None,
                    root: self.root,
                };
                match script.name(&subject, self.meter)? {
                    Some(name) => self.named(&name, at, found),
                    None => Ok(()),
                }
            }
        }
    }

    fn value(&self, at: usize) -> Option<&'v Value> {
        match self.places.get(at) {
            Some(Place {
                node: Node::Value(value),
                ..
            }) => Some(value),
            _ => None,
        }
    }

    fn named(&mut self, name: &str, at: usize, found: &mut Vec<usize>) -> Result<(), Error> {
        let Some(place) = self.places.get(at) else {
            return Ok(());
        };
        let (key, node) = match place.node {
            Node::Context(context) => {
                let Some((name, value)) = context.iter().find(|(known, _)| *known == name) else {
                    return Ok(());
                };
                (Key::Name(name), Node::Value(value))
            }
            Node::Value(value) => match child(value, name) {
                Some(child) => child,
                None => return Ok(()),
            },
            Node::Computed(_) => return Ok(()),
        };
        self.add(at, key, node, found)
    }
}

/// A child by name; lists know indexes and, like texts, their length.
fn child<'v>(value: &'v Value, name: &str) -> Option<(Key<'v>, Node<'v>)> {
    match value {
        Value::Object(map) => {
            let (key, value) = map.get_key_value(name)?;
            Some((Key::Name(key), Node::Value(value)))
        }
        Value::Array(items) if name == "length" => {
            Some((Key::Root, Node::Computed(Value::from(items.len()))))
        }
        Value::Array(items) => {
            // `+1` and `01` parse as numbers and are not indexes.
            let index = name
                .parse::<usize>()
                .ok()
                .filter(|index| index.to_string() == name)?;
            Some((Key::Index(index), Node::Value(items.get(index)?)))
        }
        Value::String(text) if name == "length" => match text_length(text) {
            Val::Own(length) => Some((Key::Root, Node::Computed(length))),
            _ => None,
        },
        _ => None,
    }
}

/// The bounds of a slice inside a list; negative ones count from the end.
fn bounds(start: Option<i64>, end: Option<i64>, length: usize) -> (usize, usize) {
    let place = |bound: i64| {
        let size = usize::try_from(bound.unsigned_abs()).unwrap_or(usize::MAX);
        if bound < 0 {
            length.saturating_sub(size)
        } else {
            size.min(length)
        }
    };
    (start.map_or(0, place), end.map_or(length, place))
}

/// The number or text of a script as the name of a child.
pub(super) fn name_of(value: &Value) -> Option<String> {
    match value {
        Value::String(name) => Some(name.clone()),
        Value::Number(index) => Some(number::to_text(index)),
        _ => None,
    }
}
