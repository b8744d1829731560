//! From tokens to a tree.

use serde_json::Value;

use super::lexer::{Placed, Token, tokens};
use super::{Access, BinaryOp, Call, Expr};
use crate::error::{Budget, Detail, Error};
use crate::functions::{self, pattern::Pattern};
use crate::limits::{MAX_NESTING, MAX_TEXT_BYTES};

/// Levels of [`BinaryOp::level`], from the loosest.
const LEVELS: u8 = 6;

/// Parses the inside of `{{ }}`.
pub(crate) fn parse(text: &str) -> Result<Expr, Error> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(Error::limit(Budget::TextLength));
    }
    let mut parser = Parser {
        tokens: tokens(text)?.into_iter().peekable(),
        end: text.len(),
        depth: 0,
        has_relative: false,
    };
    if parser.peek().is_none() {
        return Err(Error::new(Detail::EmptyExpression));
    }
    let expression = parser.expression()?;
    match parser.next() {
        None => Ok(expression),
        Some(token) => Err(unexpected(&token)),
    }
}

struct Parser {
    tokens: std::iter::Peekable<std::vec::IntoIter<Placed>>,
    end: usize,
    depth: usize,
    /// Whether the brackets being read hold a `.name`, which makes them a filter.
    has_relative: bool,
}

impl Parser {
    fn peek(&mut self) -> Option<&Token> {
        self.tokens.peek().map(|(token, _)| token)
    }

    fn next(&mut self) -> Option<Placed> {
        self.tokens.next()
    }

    fn eat(&mut self, token: &Token) -> bool {
        self.tokens.next_if(|(next, _)| next == token).is_some()
    }

    fn expect(&mut self, token: &Token, name: &'static str) -> Result<(), Error> {
        if self.eat(token) {
            return Ok(());
        }
        let position = self.position();
        Err(Error::at(Detail::Expected(name), position))
    }

    fn position(&mut self) -> usize {
        let end = self.end;
        self.tokens.peek().map_or(end, |(_, position)| *position)
    }

    /// Runs a rule one level deeper.
    fn nested<T>(&mut self, rule: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        if self.depth >= MAX_NESTING {
            let position = self.position();
            return Err(Error::at(Detail::Limit(Budget::Depth), position));
        }
        self.depth += 1;
        let result = rule(self);
        self.depth -= 1;
        result
    }

    fn expression(&mut self) -> Result<Expr, Error> {
        self.nested(|parser| {
            let test = parser.chain(0)?;
            if !parser.eat(&Token::Question) {
                return Ok(test);
            }
            let then = if parser.peek() == Some(&Token::Colon) {
                None
            } else {
                Some(Box::new(parser.expression()?))
            };
            parser.expect(&Token::Colon, "`:`")?;
            let otherwise = Box::new(parser.expression()?);
            Ok(Expr::Ternary {
                test: Box::new(test),
                then,
                otherwise,
            })
        })
    }

    fn chain(&mut self, level: u8) -> Result<Expr, Error> {
        if level == LEVELS {
            return self.unary();
        }
        let first = self.chain(level + 1)?;
        let mut rest = Vec::new();
        while let Some(operator) = self.operator(level) {
            rest.push((operator, self.chain(level + 1)?));
        }
        if rest.is_empty() {
            return Ok(first);
        }
        Ok(Expr::Chain {
            first: Box::new(first),
            rest,
        })
    }

    fn operator(&mut self, level: u8) -> Option<BinaryOp> {
        match self.peek() {
            Some(Token::Operator(operator)) if operator.level() == level => {
                let operator = *operator;
                self.next();
                Some(operator)
            }
            _ => None,
        }
    }

    fn unary(&mut self) -> Result<Expr, Error> {
        if self.eat(&Token::Not) {
            return self.nested(|parser| Ok(Expr::Not(Box::new(parser.unary()?))));
        }
        if self.eat(&Token::Operator(BinaryOp::Subtract)) {
            return self.nested(|parser| Ok(Expr::Negate(Box::new(parser.unary()?))));
        }
        let base = self.primary()?;
        let path = self.path()?;
        if path.is_empty() {
            return Ok(base);
        }
        Ok(Expr::Access {
            base: Box::new(base),
            path,
        })
    }

    fn primary(&mut self) -> Result<Expr, Error> {
        let Some((token, position)) = self.next() else {
            return Err(Error::at(Detail::UnexpectedEnd, self.end));
        };
        match token {
            Token::Literal(value) => Ok(Expr::Literal(value)),
            Token::Name(name) => {
                if self.eat(&Token::Open('(')) {
                    self.call(&name)
                } else {
                    Ok(Expr::Variable(name))
                }
            }
            Token::Dot => {
                self.has_relative = true;
                self.property_name().map(Expr::Relative)
            }
            Token::Open('(') => {
                let inner = self.expression()?;
                self.expect(&Token::Close(')'), "`)`")?;
                Ok(inner)
            }
            Token::Open('[') => self.items(']', "`]`").map(Expr::List),
            Token::Open(_) => self.object(),
            other => Err(unexpected(&(other, position))),
        }
    }

    fn call(&mut self, name: &str) -> Result<Expr, Error> {
        let position = self.position();
        let arguments = self.items(')', "`)`")?;
        let function = functions::find(name);
        let pattern = match (function, arguments.get(1)) {
            (Some(function), Some(Expr::Literal(Value::String(pattern))))
                if function.takes_pattern =>
            {
                let compiled = Pattern::compile(pattern);
                Some(compiled.map_err(|error| Error::at(error, position))?)
            }
            _ => None,
        };
        Ok(Expr::Call(Box::new(Call {
            function,
            arguments,
            pattern,
        })))
    }

    /// Expressions between commas up to the closing bracket, which is read too.
    fn items(&mut self, close: char, name: &'static str) -> Result<Vec<Expr>, Error> {
        let mut items = Vec::new();
        if self.eat(&Token::Close(close)) {
            return Ok(items);
        }
        loop {
            items.push(self.expression()?);
            if !self.eat(&Token::Comma) {
                self.expect(&Token::Close(close), name)?;
                return Ok(items);
            }
        }
    }

    fn object(&mut self) -> Result<Expr, Error> {
        let mut entries = Vec::new();
        if self.eat(&Token::Close('}')) {
            return Ok(Expr::Object(entries));
        }
        loop {
            let key = self.property_name()?;
            self.expect(&Token::Colon, "`:`")?;
            entries.push((key, self.expression()?));
            if !self.eat(&Token::Comma) {
                self.expect(&Token::Close('}'), "`}`")?;
                return Ok(Expr::Object(entries));
            }
        }
    }

    fn path(&mut self) -> Result<Vec<Access>, Error> {
        let mut path = Vec::new();
        loop {
            if self.eat(&Token::Dot) {
                let name = self.property_name()?;
                path.push(self.property_or_method(name)?);
            } else if self.eat(&Token::Open('[')) {
                path.push(self.brackets()?);
            } else if self.eat(&Token::Pipe) {
                path.push(self.transform()?);
            } else {
                return Ok(path);
            }
        }
    }

    fn property_or_method(&mut self, name: String) -> Result<Access, Error> {
        if !self.eat(&Token::Open('(')) {
            return Ok(Access::Property(name));
        }
        let arguments = self.items(')', "`)`")?;
        Ok(Access::Method {
            method: functions::method(&name),
            arguments,
        })
    }

    fn brackets(&mut self) -> Result<Access, Error> {
        let outer = std::mem::replace(&mut self.has_relative, false);
        let inner = self.expression()?;
        let is_filter = std::mem::replace(&mut self.has_relative, outer);
        self.expect(&Token::Close(']'), "`]`")?;
        Ok(if is_filter {
            Access::Filter(inner)
        } else {
            Access::Index(inner)
        })
    }

    fn transform(&mut self) -> Result<Access, Error> {
        self.property_name()?;
        if self.eat(&Token::Open('(')) {
            self.items(')', "`)`")?;
        }
        Ok(Access::Transform)
    }

    /// A name; after a dot and before a colon the words of the language are names too.
    fn property_name(&mut self) -> Result<String, Error> {
        match self.next() {
            Some((Token::Name(name) | Token::Literal(Value::String(name)), _)) => Ok(name),
            Some((Token::Literal(Value::Bool(value)), _)) => Ok(value.to_string()),
            Some((Token::Operator(BinaryOp::In), _)) => Ok("in".to_owned()),
            Some(token) => Err(unexpected(&token)),
            None => Err(Error::at(Detail::UnexpectedEnd, self.end)),
        }
    }
}

fn unexpected((token, position): &Placed) -> Error {
    let detail = match token {
        Token::Open(bracket) | Token::Close(bracket) => Detail::Unexpected(*bracket),
        _ => Detail::Expected("something else here"),
    };
    Error::at(detail, *position)
}
