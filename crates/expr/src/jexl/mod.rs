//! The `{{ }}` language: a tree, its parser and its evaluator.

mod evaluate;
mod lexer;
mod operators;
mod parser;
mod reads;

use serde_json::Value;

pub(crate) use evaluate::evaluate_tree;
pub(crate) use operators::BinaryOp;
pub(crate) use parser::parse;
pub(crate) use reads::Reads;

use crate::functions::pattern::Pattern;
use crate::functions::{Function, Method};

/// A parsed expression.
#[derive(Debug, Clone)]
pub(crate) enum Expr {
    Literal(Value),
    /// A name at the start of a path.
    Variable(String),
    /// `.name` inside a filter.
    Relative(String),
    List(Vec<Expr>),
    Object(Vec<(String, Expr)>),
    Not(Box<Expr>),
    Negate(Box<Expr>),
    /// Operators of one level, applied from left to right. A list instead of nested pairs, so that
    /// a long sum is not a deep tree.
    Chain {
        first: Box<Expr>,
        rest: Vec<(BinaryOp, Expr)>,
    },
    Ternary {
        test: Box<Expr>,
        then: Option<Box<Expr>>,
        otherwise: Box<Expr>,
    },
    Access {
        base: Box<Expr>,
        path: Vec<Access>,
    },
    Call(Box<Call>),
}

/// One link of a path.
#[derive(Debug, Clone)]
pub(crate) enum Access {
    Property(String),
    Index(Expr),
    Filter(Expr),
    Method {
        method: Option<Method>,
        arguments: Vec<Expr>,
    },
    /// `|name`; there are no transforms.
    Transform,
}

/// A function call.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) function: Option<&'static Function>,
    pub(crate) arguments: Vec<Expr>,
    /// The compiled second argument of a pattern function, when it is a literal.
    pub(crate) pattern: Option<Pattern>,
}
