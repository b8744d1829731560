//! The one error of this crate.

use std::fmt;

/// What kind of failure an [`Error`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The text is not an expression; found while parsing.
    Syntax,
    /// A budget of [`crate::Limits`] was used up.
    Limit,
    /// The expression is well formed and cannot be computed.
    Evaluation,
}

/// Why an expression could not be parsed or evaluated.
///
/// Messages quote the expression only, never a value from the context, so they are safe to log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    detail: Detail,
    position: Option<usize>,
    field: Option<Box<str>>,
}

/// The budgets, as they are named in messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Budget {
    Steps,
    Time,
    Bytes,
    Depth,
    TextLength,
    PatternLength,
    PatternSize,
    PatternWork,
}

/// The data behind a message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Detail {
    #[error("unexpected `{0}`")]
    Unexpected(char),
    #[error("unexpected end of the expression")]
    UnexpectedEnd,
    #[error("expected {0}")]
    Expected(&'static str),
    #[error("a text literal is not closed")]
    OpenText,
    #[error("a number is out of range")]
    NumberRange,
    #[error("`${{}}` is empty")]
    EmptyInterpolation,
    #[error("`{{{{ }}}}` is empty")]
    EmptyExpression,
    #[error("not a path: {0}")]
    NotAPath(&'static str),
    #[error("the pattern is not a regular expression")]
    BadPattern,
    #[error("the limit of {0} was reached")]
    Limit(Budget),
    #[error("the function `{0}` is not implemented")]
    Unimplemented(&'static str),
}

impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Steps => "steps",
            Self::Time => "time",
            Self::Bytes => "bytes",
            Self::Depth => "depth",
            Self::TextLength => "expression length",
            Self::PatternLength => "pattern length",
            Self::PatternSize => "compiled pattern size",
            Self::PatternWork => "pattern matching work",
        })
    }
}

impl Error {
    pub(crate) fn at(detail: Detail, position: usize) -> Self {
        Self {
            detail,
            position: Some(position),
            field: None,
        }
    }

    pub(crate) fn new(detail: Detail) -> Self {
        Self {
            detail,
            position: None,
            field: None,
        }
    }

    pub(crate) fn limit(budget: Budget) -> Self {
        Self::new(Detail::Limit(budget))
    }

    /// Moves the position from the part that was parsed into the text the author wrote.
    pub(crate) fn map_position(mut self, map: impl FnOnce(usize) -> usize) -> Self {
        self.position = self.position.map(map);
        self
    }

    /// Names the field, unless an inner one is named already.
    pub(crate) fn in_field(mut self, field: &str) -> Self {
        if self.field.is_none() && !field.is_empty() {
            self.field = Some(field.into());
        }
        self
    }

    /// The kind of failure.
    pub fn kind(&self) -> ErrorKind {
        match self.detail {
            Detail::Limit(_) => ErrorKind::Limit,
            Detail::Unimplemented(_) => ErrorKind::Evaluation,
            _ => ErrorKind::Syntax,
        }
    }

    /// Where in the expression the failure is, as a byte offset into its text.
    pub fn position(&self) -> Option<usize> {
        self.position
    }

    /// The field of the template whose expression failed, such as `body.items[0].name`.
    pub fn field(&self) -> Option<&str> {
        self.field.as_deref()
    }

    /// Whether a budget was used up. Such errors surface even where others become null.
    pub fn is_limit(&self) -> bool {
        self.kind() == ErrorKind::Limit
    }

    /// A stable code: `expression_limit`, `expression_syntax` or `expression_evaluation`.
    pub fn code(&self) -> &'static str {
        match self.kind() {
            ErrorKind::Syntax => "expression_syntax",
            ErrorKind::Limit => "expression_limit",
            ErrorKind::Evaluation => "expression_evaluation",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.detail)?;
        if let Some(position) = self.position {
            write!(f, " at byte {position}")?;
        }
        if let Some(field) = &self.field {
            write!(f, " in `{field}`")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}

/// Why an evaluation stopped before it had a value.
#[derive(Debug)]
pub(crate) enum Stop {
    /// To be told to the caller.
    Error(Error),
    /// Something undefined was called; the whole expression is missing.
    Undefined,
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}
