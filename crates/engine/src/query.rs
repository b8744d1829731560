//! Values as query and form parameters.

use linkyard_connector::ArrayFormat;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::block::text;

/// What is encoded in a query. Brackets, commas and the like are plain enough to be left readable.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'$')
    .remove(b'[')
    .remove(b']')
    .remove(b',')
    .remove(b':')
    .remove(b'@')
    .remove(b'/');

/// Parameters in the order in which they were named.
#[derive(Debug, Default)]
pub(crate) struct Parameters(Vec<(String, Value, ArrayFormat)>);

impl Parameters {
    /// Adds a parameter; a name given again makes a list.
    pub(crate) fn add(&mut self, name: String, value: Value, format: ArrayFormat) {
        let Some((_, held, held_format)) = self.0.iter_mut().find(|(held, ..)| *held == name)
        else {
            self.0.push((name, value, format));
            return;
        };
        if *held_format == ArrayFormat::default() {
            *held_format = format;
        }
        let mut items = listed(held.take());
        items.extend(listed(value));
        *held = Value::Array(items);
    }

    /// Sets a parameter, whatever it was.
    pub(crate) fn set(&mut self, name: &str, value: Value) {
        self.0.retain(|(held, ..)| held != name);
        self.0
            .push((name.to_owned(), value, ArrayFormat::default()));
    }

    /// The text after the question mark; empty if there are none.
    pub(crate) fn encode(&self) -> String {
        let mut out = String::new();
        for (name, value, format) in &self.0 {
            write(&mut out, name, value, *format);
        }
        out
    }
}

fn listed(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        other => vec![other],
    }
}

fn write(out: &mut String, name: &str, value: &Value, format: ArrayFormat) {
    match value {
        Value::Null => {}
        Value::Array(items) => write_list(out, name, items, format),
        Value::Object(entries) => {
            for (key, value) in entries {
                write(out, &format!("{name}[{key}]"), value, format);
            }
        }
        Value::String(text) => pair(out, name, text),
        Value::Bool(_) | Value::Number(_) => pair(out, name, &value.to_string()),
    }
}

fn write_list(out: &mut String, name: &str, items: &[Value], format: ArrayFormat) {
    match format {
        ArrayFormat::Indexed => {
            for (index, item) in items.iter().enumerate() {
                write(out, &format!("{name}[{index}]"), item, format);
            }
        }
        ArrayFormat::Repeat => {
            for item in items {
                write(out, name, item, format);
            }
        }
        ArrayFormat::Brackets => {
            let name = format!("{name}[]");
            for item in items {
                write(out, &name, item, format);
            }
        }
        ArrayFormat::Comma => {
            let texts: Vec<String> = items.iter().filter_map(text).collect();
            if !texts.is_empty() {
                pair(out, name, &texts.join(","));
            }
        }
        ArrayFormat::Stringify => pair(out, name, &Value::from(items).to_string()),
    }
}

fn pair(out: &mut String, name: &str, value: &str) {
    if !out.is_empty() {
        out.push('&');
    }
    out.extend(utf8_percent_encode(name, QUERY));
    out.push('=');
    out.extend(utf8_percent_encode(value, QUERY));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn one(value: Value, format: ArrayFormat) -> String {
        let mut parameters = Parameters::default();
        parameters.add("a".into(), value, format);
        parameters.encode()
    }

    #[test]
    fn lists_are_written_as_the_file_says() {
        let list = json!([1, "x&y"]);
        assert_eq!(one(list.clone(), ArrayFormat::Indexed), "a[0]=1&a[1]=x%26y");
        assert_eq!(one(list.clone(), ArrayFormat::Repeat), "a=1&a=x%26y");
        assert_eq!(one(list.clone(), ArrayFormat::Brackets), "a[]=1&a[]=x%26y");
        assert_eq!(one(list.clone(), ArrayFormat::Comma), "a=1,x%26y");
        assert_eq!(one(list, ArrayFormat::Stringify), "a=[1,%22x%26y%22]");
    }

    #[test]
    fn names_given_twice_make_a_list_and_nulls_are_left_out() {
        let mut parameters = Parameters::default();
        parameters.add("a".into(), json!(1), ArrayFormat::Repeat);
        parameters.add(
            "$b".into(),
            json!({ "c": { "d": true }, "e": null }),
            ArrayFormat::Indexed,
        );
        parameters.add("a".into(), json!("2 3"), ArrayFormat::Indexed);
        assert_eq!(parameters.encode(), "a=1&a=2%203&$b[c][d]=true");
        parameters.set("a", json!(9));
        assert_eq!(parameters.encode(), "$b[c][d]=true&a=9");
    }
}
