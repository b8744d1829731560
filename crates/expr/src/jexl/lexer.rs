//! Tokens of the `{{ }}` language.

use serde_json::{Number, Value};

use super::BinaryOp;
use crate::cursor::{Cursor, continues_name, starts_name};
use crate::error::{Detail, Error};

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Literal(Value),
    Name(String),
    Operator(BinaryOp),
    Not,
    Question,
    Colon,
    Dot,
    Comma,
    Pipe,
    Open(char),
    Close(char),
}

/// A token and the byte at which it starts.
pub(super) type Placed = (Token, usize);

/// Symbols, longer ones before their beginnings.
const SYMBOLS: [(&str, Token); 27] = [
    ("??", Token::Operator(BinaryOp::Coalesce)),
    ("&&", Token::Operator(BinaryOp::And)),
    ("||", Token::Operator(BinaryOp::Or)),
    ("==", Token::Operator(BinaryOp::Equal)),
    ("!=", Token::Operator(BinaryOp::NotEqual)),
    (">=", Token::Operator(BinaryOp::GreaterEqual)),
    ("<=", Token::Operator(BinaryOp::LessEqual)),
    ("//", Token::Operator(BinaryOp::FloorDivide)),
    (">", Token::Operator(BinaryOp::Greater)),
    ("<", Token::Operator(BinaryOp::Less)),
    ("+", Token::Operator(BinaryOp::Add)),
    ("-", Token::Operator(BinaryOp::Subtract)),
    ("*", Token::Operator(BinaryOp::Multiply)),
    ("/", Token::Operator(BinaryOp::Divide)),
    ("%", Token::Operator(BinaryOp::Remainder)),
    ("^", Token::Operator(BinaryOp::Power)),
    ("!", Token::Not),
    ("?", Token::Question),
    (":", Token::Colon),
    (".", Token::Dot),
    (",", Token::Comma),
    ("|", Token::Pipe),
    ("(", Token::Open('(')),
    ("[", Token::Open('[')),
    ("{", Token::Open('{')),
    (")", Token::Close(')')),
    ("]", Token::Close(']')),
];

pub(super) fn tokens(text: &str) -> Result<Vec<Placed>, Error> {
    let mut cursor = Cursor::new(text);
    let mut tokens = Vec::new();
    loop {
        cursor.skip_space();
        if cursor.is_at_end() {
            return Ok(tokens);
        }
        let position = cursor.position();
        tokens.push((token(&mut cursor)?, position));
    }
}

fn token(cursor: &mut Cursor<'_>) -> Result<Token, Error> {
    match cursor.peek() {
        Some('"' | '\'') => cursor
            .quoted()
            .map(|text| Token::Literal(Value::String(text))),
        Some(digit) if digit.is_ascii_digit() => number(cursor),
        Some(letter) if starts_name(letter) => Ok(name(cursor.take_while(continues_name))),
        Some('}') => {
            cursor.next();
            Ok(Token::Close('}'))
        }
        _ => symbol(cursor),
    }
}

fn symbol(cursor: &mut Cursor<'_>) -> Result<Token, Error> {
    for (text, token) in &SYMBOLS {
        if cursor.eat(text) {
            return Ok(token.clone());
        }
    }
    Err(cursor.unexpected())
}

fn name(name: &str) -> Token {
    match name {
        "true" => Token::Literal(Value::Bool(true)),
        "false" => Token::Literal(Value::Bool(false)),
        "in" => Token::Operator(BinaryOp::In),
        _ => Token::Name(name.to_owned()),
    }
}

fn number(cursor: &mut Cursor<'_>) -> Result<Token, Error> {
    let start = cursor.position();
    let mut text = cursor.take_while(|c| c.is_ascii_digit()).to_owned();
    let mut ahead = cursor.clone();
    if ahead.eat(".") && ahead.peek().is_some_and(|c| c.is_ascii_digit()) {
        text.push('.');
        text.push_str(ahead.take_while(|c| c.is_ascii_digit()));
        *cursor = ahead;
    }
    if cursor.peek().is_some_and(starts_name) {
        return Err(cursor.unexpected());
    }
    parse_number(&text)
        .map(Token::Literal)
        .ok_or(Error::at(Detail::NumberRange, start))
}

fn parse_number(text: &str) -> Option<Value> {
    if let Ok(integer) = text.parse::<u64>() {
        return Some(Value::from(integer));
    }
    text.parse::<f64>()
        .ok()
        .and_then(Number::from_f64)
        .map(Value::Number)
}
