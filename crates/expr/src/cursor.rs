//! A place in a text, moved only over whole characters.

use crate::error::{Budget, Detail, Error};
use crate::limits::MAX_NESTING;

/// Reads a text from left to right without ever slicing inside a character.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'t> {
    text: &'t str,
    position: usize,
    /// How deep the rule being read is nested; kept here as paths and filters contain each other.
    depth: usize,
}

impl<'t> Cursor<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        Self {
            text,
            position: 0,
            depth: 0,
        }
    }

    pub(crate) fn position(&self) -> usize {
        self.position
    }

    pub(crate) fn rest(&self) -> &'t str {
        self.text.get(self.position..).unwrap_or_default()
    }

    pub(crate) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.rest().is_empty()
    }

    pub(crate) fn next(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.position += character.len_utf8();
        Some(character)
    }

    /// Moves over `expected` if the text goes on with it.
    pub(crate) fn eat(&mut self, expected: &str) -> bool {
        let found = self.rest().starts_with(expected);
        if found {
            self.position += expected.len();
        }
        found
    }

    pub(crate) fn skip_space(&mut self) {
        self.take_while(char::is_whitespace);
    }

    pub(crate) fn take_while(&mut self, accept: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest
            .find(|character| !accept(character))
            .unwrap_or(rest.len());
        self.position += length;
        rest.get(..length).unwrap_or_default()
    }

    /// Goes one level deeper; [`leave`](Self::leave) comes back.
    pub(crate) fn enter(&mut self) -> Result<(), Error> {
        if self.depth >= MAX_NESTING {
            return Err(Error::at(Detail::Limit(Budget::Depth), self.position));
        }
        self.depth += 1;
        Ok(())
    }

    pub(crate) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// The error for whatever stands here.
    pub(crate) fn unexpected(&self) -> Error {
        let detail = self
            .peek()
            .map_or(Detail::UnexpectedEnd, Detail::Unexpected);
        Error::at(detail, self.position)
    }

    /// Reads a quoted text whose quote is the next character. A backslash escapes the quote and
    /// the backslash; before anything else it is an ordinary character.
    pub(crate) fn quoted(&mut self) -> Result<String, Error> {
        let start = self.position;
        let quote = self.next().ok_or_else(|| self.unexpected())?;
        let mut out = String::new();
        while let Some(character) = self.next() {
            match self.peek() {
                _ if character == quote => return Ok(out),
                Some(escaped) if character == '\\' && (escaped == quote || escaped == '\\') => {
                    out.push(escaped);
                    self.next();
                }
                _ => out.push(character),
            }
        }
        Err(Error::at(Detail::OpenText, start))
    }
}

/// Whether a name can start with this character.
pub(crate) fn starts_name(character: char) -> bool {
    character.is_alphabetic() || character == '_' || character == '$'
}

/// Whether a name can go on with this character.
pub(crate) fn continues_name(character: char) -> bool {
    starts_name(character) || character.is_ascii_digit()
}
