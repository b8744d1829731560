//! From text to segments.

use super::filter;
use super::{Segment, Selector};
use crate::cursor::Cursor;
use crate::error::{Budget, Detail, Error};
use crate::limits::MAX_TEXT_BYTES;

pub(super) fn parse(text: &str) -> Result<Vec<Segment>, Error> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(Error::limit(Budget::TextLength));
    }
    check(text)?;
    let mut cursor = Cursor::new(text);
    cursor.eat("$");
    // `$.` is the whole context, like `$`.
    if cursor.rest() == "." {
        return Ok(Vec::new());
    }
    segments(&mut cursor, false)
}

/// The rules by which a text with a dollar is told from a path.
fn check(text: &str) -> Result<(), Error> {
    let fault = |reason, position| Err(Error::at(Detail::NotAPath(reason), position));
    if !text.starts_with('$') {
        return fault("it does not start with `$`", 0);
    }
    if let Some(position) = text.find("$_") {
        return fault("`$_` is not allowed", position);
    }
    if let Some(position) = text.find('[')
        && !text.contains(']')
    {
        return fault("`[` is not closed", position);
    }
    if let Some(position) = text.find(' ')
        && !text.contains('[')
    {
        return fault("a space outside brackets", position);
    }
    for (position, _) in text.match_indices('$') {
        let next = text
            .get(position + 1..)
            .and_then(|rest| rest.chars().next());
        let is_bare_root = position == 0 && next.is_none();
        if !is_bare_root && !matches!(next, Some('.' | '[')) {
            return fault("`$` is not followed by `.` or `[`", position);
        }
    }
    Ok(())
}

/// Reads segments; inside a filter a path ends where an operator can stand.
pub(super) fn segments(cursor: &mut Cursor<'_>, in_filter: bool) -> Result<Vec<Segment>, Error> {
    let mut segments = Vec::new();
    loop {
        match cursor.peek() {
            Some('.') => {
                dotted(cursor, &mut segments, in_filter)?;
            }
            Some('[') => segments.push(brackets(cursor)?),
            Some('^') if !in_filter => {
                cursor.next();
                segments.push(Segment::Parent);
            }
            Some('~') if !in_filter => {
                cursor.next();
                segments.push(Segment::PropertyName);
            }
            None => return Ok(segments),
            _ if in_filter => return Ok(segments),
            _ => return Err(cursor.unexpected()),
        }
    }
}

fn dotted(
    cursor: &mut Cursor<'_>,
    segments: &mut Vec<Segment>,
    in_filter: bool,
) -> Result<(), Error> {
    cursor.eat(".");
    if cursor.eat(".") {
        segments.push(Segment::Descend);
    }
    if cursor.peek() == Some('[') {
        segments.push(brackets(cursor)?);
        return Ok(());
    }
    if cursor.eat("*") {
        segments.push(Segment::Select(vec![Selector::Wildcard]));
        return Ok(());
    }
    let ends_name = |character: char| {
        if in_filter {
            !(character.is_alphanumeric() || character == '_' || character == '$')
        } else {
            ".[]^~".contains(character)
        }
    };
    let name = cursor.take_while(|character| !ends_name(character));
    if name.is_empty() {
        return Err(cursor.unexpected());
    }
    segments.push(Segment::Select(vec![Selector::Name(name.to_owned())]));
    Ok(())
}

fn brackets(cursor: &mut Cursor<'_>) -> Result<Segment, Error> {
    cursor.eat("[");
    let mut selectors = Vec::new();
    loop {
        cursor.skip_space();
        selectors.push(selector(cursor)?);
        cursor.skip_space();
        if cursor.eat("]") {
            return Ok(Segment::Select(selectors));
        }
        if !cursor.eat(",") {
            return Err(cursor.unexpected());
        }
    }
}

fn selector(cursor: &mut Cursor<'_>) -> Result<Selector, Error> {
    match cursor.peek() {
        Some('\'' | '"') => cursor.quoted().map(Selector::Name),
        Some('?') => {
            cursor.next();
            cursor.skip_space();
            filter::in_parentheses(cursor).map(Selector::Filter)
        }
        Some('(') => filter::in_parentheses(cursor).map(Selector::Script),
        _ => bare(cursor),
    }
}

fn bare(cursor: &mut Cursor<'_>) -> Result<Selector, Error> {
    let position = cursor.position();
    let text = cursor
        .take_while(|character| !",]".contains(character))
        .trim();
    if text == "*" {
        return Ok(Selector::Wildcard);
    }
    if text.is_empty() {
        return Err(cursor.unexpected());
    }
    if text
        .chars()
        .all(|character| character.is_ascii_digit() || ":- ".contains(character))
        && text.contains(':')
    {
        return slice(text).ok_or(Error::at(
            Detail::NotAPath("the slice is not valid"),
            position,
        ));
    }
    Ok(Selector::Name(text.to_owned()))
}

fn slice(text: &str) -> Option<Selector> {
    let mut bounds = text.split(':').map(str::trim);
    let mut bound = || match bounds.next() {
        None | Some("") => Some(None),
        Some(number) => number.parse::<i64>().ok().map(Some),
    };
    let (start, end, step) = (bound()?, bound()?, bound()?);
    if bounds.next().is_some() {
        return None;
    }
    let step = usize::try_from(step.unwrap_or(1))
        .ok()
        .filter(|step| *step > 0)?;
    Some(Selector::Slice { start, end, step })
}
