//! The small language inside `[?(…)]` and `[(…)]`.

use serde_json::Value;

use super::evaluate::{self, Root};
use super::{Segment, parser};
use crate::cursor::Cursor;
use crate::error::Error;
use crate::jexl::{BinaryOp, Reads};
use crate::limits::Meter;
use crate::value::{Val, strict_equal, to_number};

/// A parsed filter or script.
#[derive(Debug, Clone)]
pub(crate) struct Filter(Node);

/// What a filter is asked about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'v> {
    /// `@`.
    pub(super) current: Option<&'v Value>,
    /// `@parent`.
    pub(super) parent: Option<&'v Value>,
    /// `@property`.
    pub(super) name: Option<&'v Value>,
    /// `$` and `@root`.
    pub(super) root: Root<'v>,
}

#[derive(Debug, Clone)]
enum Node {
    Literal(Value),
    Missing,
    Path(Start, Vec<Segment>),
    Not(Box<Node>),
    Negate(Box<Node>),
    /// Operators of one level from left to right.
    Chain(Box<Node>, Vec<(Operator, Node)>),
}

#[derive(Debug, Clone, Copy)]
enum Start {
    Current,
    Parent,
    Property,
    Root,
}

#[derive(Debug, Clone, Copy)]
enum Operator {
    Loose(BinaryOp),
    StrictEqual,
    StrictNotEqual,
}

/// Operators by level, the loosest first; longer ones stand before their beginnings.
const LEVELS: [&[(&str, Operator)]; 6] = [
    &[("||", Operator::Loose(BinaryOp::Or))],
    &[("&&", Operator::Loose(BinaryOp::And))],
    &[
        ("===", Operator::StrictEqual),
        ("!==", Operator::StrictNotEqual),
        ("==", Operator::Loose(BinaryOp::Equal)),
        ("!=", Operator::Loose(BinaryOp::NotEqual)),
    ],
    &[
        (">=", Operator::Loose(BinaryOp::GreaterEqual)),
        ("<=", Operator::Loose(BinaryOp::LessEqual)),
        (">", Operator::Loose(BinaryOp::Greater)),
        ("<", Operator::Loose(BinaryOp::Less)),
    ],
    &[
        ("+", Operator::Loose(BinaryOp::Add)),
        ("-", Operator::Loose(BinaryOp::Subtract)),
    ],
    &[
        ("*", Operator::Loose(BinaryOp::Multiply)),
        ("/", Operator::Loose(BinaryOp::Divide)),
        ("%", Operator::Loose(BinaryOp::Remainder)),
    ],
];

/// Reads `( … )`.
pub(super) fn in_parentheses(cursor: &mut Cursor<'_>) -> Result<Filter, Error> {
    Reader { cursor }.parentheses().map(Filter)
}

struct Reader<'c, 't> {
    cursor: &'c mut Cursor<'t>,
}

impl Reader<'_, '_> {
    fn parentheses(&mut self) -> Result<Node, Error> {
        if !self.cursor.eat("(") {
            return Err(self.cursor.unexpected());
        }
        let node = self.nested(|reader| reader.chain(0))?;
        self.cursor.skip_space();
        if !self.cursor.eat(")") {
            return Err(self.cursor.unexpected());
        }
        Ok(node)
    }

    fn nested(
        &mut self,
        rule: impl FnOnce(&mut Self) -> Result<Node, Error>,
    ) -> Result<Node, Error> {
        self.cursor.enter()?;
        let node = rule(self);
        self.cursor.leave();
        node
    }

    fn chain(&mut self, level: usize) -> Result<Node, Error> {
        let Some(operators) = LEVELS.get(level) else {
            return self.unary();
        };
        let first = self.chain(level + 1)?;
        let mut rest = Vec::new();
        loop {
            self.cursor.skip_space();
            let found = operators.iter().find(|(text, _)| self.cursor.eat(text));
            let Some((_, operator)) = found else { break };
            rest.push((*operator, self.chain(level + 1)?));
        }
        Ok(if rest.is_empty() {
            first
        } else {
            Node::Chain(Box::new(first), rest)
        })
    }

    fn unary(&mut self) -> Result<Node, Error> {
        self.cursor.skip_space();
        match self.cursor.peek() {
            Some('!') => {
                self.cursor.next();
                self.nested(|reader| Ok(Node::Not(Box::new(reader.unary()?))))
            }
            Some('-') => {
                self.cursor.next();
                self.nested(|reader| Ok(Node::Negate(Box::new(reader.unary()?))))
            }
            Some('(') => self.parentheses(),
            Some('"' | '\'') => self
                .cursor
                .quoted()
                .map(|text| Node::Literal(Value::String(text))),
            Some('@') => {
                self.cursor.next();
                let start = self.start();
                self.path(start)
            }
            Some('$') => {
                self.cursor.next();
                self.path(Start::Root)
            }
            _ => self.word(),
        }
    }

    fn start(&mut self) -> Start {
        let names = [
            ("property", Start::Property),
            ("parent", Start::Parent),
            ("root", Start::Root),
        ];
        let found = names.iter().find(|(name, _)| self.cursor.eat(name));
        found.map_or(Start::Current, |(_, start)| *start)
    }

    fn path(&mut self, start: Start) -> Result<Node, Error> {
        parser::segments(self.cursor, true).map(|segments| Node::Path(start, segments))
    }

    fn word(&mut self) -> Result<Node, Error> {
        let start = self.cursor.clone();
        let word = self
            .cursor
            .take_while(|c| c.is_alphanumeric() || c == '.' || c == '_');
        match word {
            "true" => Ok(Node::Literal(Value::Bool(true))),
            "false" => Ok(Node::Literal(Value::Bool(false))),
            "null" => Ok(Node::Literal(Value::Null)),
            "undefined" => Ok(Node::Missing),
            _ => {
                let number = serde_json::from_str(word).ok().filter(Value::is_number);
                number.map(Node::Literal).ok_or_else(|| start.unexpected())
            }
        }
    }
}

impl Filter {
    pub(super) fn holds(&self, subject: &Subject<'_>, meter: &Meter) -> Result<bool, Error> {
        Ok(evaluate(&self.0, *subject, meter, 1)?.is_truthy())
    }

    /// The result as the name of a child.
    pub(super) fn name(
        &self,
        subject: &Subject<'_>,
        meter: &Meter,
    ) -> Result<Option<String>, Error> {
        Ok(evaluate(&self.0, *subject, meter, 1)?
            .as_value()
            .and_then(evaluate::name_of))
    }

    pub(super) fn reads(&self, reads: &mut Reads) {
        node_reads(&self.0, reads);
    }
}

fn node_reads(node: &Node, reads: &mut Reads) {
    match node {
        Node::Literal(_) | Node::Missing => {}
        Node::Not(operand) | Node::Negate(operand) => node_reads(operand, reads),
        Node::Chain(first, rest) => {
            node_reads(first, reads);
            for (_, operand) in rest {
                node_reads(operand, reads);
            }
        }
        Node::Path(start, segments) => {
            if matches!(start, Start::Root) {
                let path = super::JsonPath {
                    text: String::new(),
                    segments: segments.clone(),
                };
                path.reads(reads);
            }
        }
    }
}

fn evaluate<'v>(
    node: &'v Node,
    subject: Subject<'v>,
    meter: &Meter,
    depth: usize,
) -> Result<Val<'v>, Error> {
    meter.step()?;
    meter.depth(depth)?;
    match node {
        Node::Literal(value) => Ok(Val::Ref(value)),
        Node::Missing => Ok(Val::Missing),
        Node::Not(operand) => Ok(Val::bool(
            !evaluate(operand, subject, meter, depth + 1)?.is_truthy(),
        )),
        Node::Negate(operand) => {
            let value = evaluate(operand, subject, meter, depth + 1)?;
            Ok(Val::number(-to_number(value.as_value(), meter)?))
        }
        Node::Path(start, segments) => follow(*start, segments, subject, meter),
        Node::Chain(first, rest) => {
            let mut left = evaluate(first, subject, meter, depth + 1)?;
            for (operator, right) in rest {
                left = match operator {
                    Operator::Loose(operator) if operator.keeps(&left) => left,
                    Operator::Loose(operator) => {
                        let right = evaluate(right, subject, meter, depth + 1)?;
                        operator.apply(&left, right, meter)?
                    }
                    Operator::StrictEqual | Operator::StrictNotEqual => {
                        let right = evaluate(right, subject, meter, depth + 1)?;
                        let equal = match (left.as_value(), right.as_value()) {
                            (Some(left), Some(right)) => strict_equal(left, right, meter, 1)?,
                            (left, right) => left.is_none() && right.is_none(),
                        };
                        Val::bool(equal == matches!(operator, Operator::StrictEqual))
                    }
                };
            }
            Ok(left)
        }
    }
}

fn follow<'v>(
    start: Start,
    segments: &[Segment],
    subject: Subject<'v>,
    meter: &Meter,
) -> Result<Val<'v>, Error> {
    let start = match start {
        Start::Current => subject.current.map(Root::Value),
        Start::Parent => subject.parent.map(Root::Value),
        Start::Property => subject.name.map(Root::Value),
        Start::Root => Some(subject.root),
    };
    let Some(root) = start else {
        return Ok(Val::Missing);
    };
    let mut hits = evaluate::query(segments, root, meter)?;
    if hits.len() > 1 {
        let list: Result<_, Error> = hits.into_iter().map(|hit| hit.into_value(meter)).collect();
        return Ok(Val::Own(Value::Array(list?)));
    }
    hits.pop()
        .map_or(Ok(Val::Missing), |hit| hit.into_val(meter))
}
