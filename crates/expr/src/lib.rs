//! Expressions of connector files: literals, JSONPath, `${…}` and `{{ … }}`.
//!
//! A text is parsed once, into an [`Expression`], a [`JsonPath`] or, for nested values, a
//! [`Template`]; it is evaluated against a [`Context`] any number of times. Evaluation is total: it
//! does no I/O, takes the time from the context, never panics, and ends with an error of kind
//! [`ErrorKind::Limit`] when a budget of [`Limits`] is used up.
//!
//! To add a function, see [`functions`].

#![warn(clippy::indexing_slicing, clippy::string_slice)]

mod context;
mod cursor;
mod date_format;
mod error;
mod expression;
pub mod functions;
mod interpolation;
mod jexl;
mod limits;
mod number;
mod path;
mod template;
mod value;

pub use context::Context;
pub use error::{Error, ErrorKind};
pub use expression::Expression;
pub use functions::dates;
pub use limits::Limits;
pub use path::JsonPath;
pub use template::{Template, TemplateError};
