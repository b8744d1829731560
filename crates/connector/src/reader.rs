//! Reads typed values out of a parsed document and collects every fault on the way.

use std::cell::RefCell;
use std::collections::BTreeSet;

use linkyard_expr::{Expression, Template};
use serde_json::Value;

use crate::expand::Merged;
use crate::fault::{Fault, Severity};
use crate::parse::{Entry, Kind, Node};

/// Collects faults, each with its place in the original file.
pub(crate) struct Checker<'m> {
    merged: &'m Merged,
    faults: RefCell<Vec<Fault>>,
}

impl<'m> Checker<'m> {
    pub(crate) fn new(merged: &'m Merged) -> Self {
        Self {
            merged,
            faults: RefCell::new(Vec::new()),
        }
    }

    pub(crate) fn into_faults(self) -> Vec<Fault> {
        self.faults.into_inner()
    }

    fn report(
        &self,
        severity: Severity,
        at: (usize, usize),
        path: &str,
        rule: &'static str,
        message: String,
    ) {
        let (file, line, column) = self.merged.origin(at.0, at.1);
        let path = path.to_owned();
        self.faults.borrow_mut().push(Fault {
            file: file.to_owned(),
            line,
            column,
            path,
            rule,
            message,
            severity,
        });
    }
}

/// A node, and the path that leads to it.
#[derive(Clone)]
pub(crate) struct At<'c, 'n> {
    pub(crate) checker: &'c Checker<'c>,
    pub(crate) node: &'n Node,
    pub(crate) path: String,
}

impl<'c, 'n> At<'c, 'n> {
    pub(crate) fn error(&self, rule: &'static str, message: impl Into<String>) {
        self.report(Severity::Error, rule, message);
    }

    pub(crate) fn warn(&self, rule: &'static str, message: impl Into<String>) {
        self.report(Severity::Warning, rule, message);
    }

    fn report(&self, severity: Severity, rule: &'static str, message: impl Into<String>) {
        self.checker.report(
            severity,
            (self.node.line, self.node.column),
            &self.path,
            rule,
            message.into(),
        );
    }

    fn mismatch(&self, wanted: &str) {
        self.error(
            "type",
            format!("must be {wanted}, not {}", self.node.kind_name()),
        );
    }

    pub(crate) fn text(&self) -> Option<String> {
        if let Kind::Text(text) = &self.node.kind {
            Some(text.clone())
        } else {
            self.mismatch("text");
            None
        }
    }

    pub(crate) fn list(&self) -> Vec<At<'c, 'n>> {
        if let Kind::List(items) = &self.node.kind {
            items
                .iter()
                .enumerate()
                .map(|(index, node)| At {
                    checker: self.checker,
                    node,
                    path: format!("{}[{index}]", self.path),
                })
                .collect()
        } else {
            self.mismatch("a list");
            Vec::new()
        }
    }

    /// The node as a map. Repeated keys are faults.
    pub(crate) fn map(&self) -> Option<Object<'c, 'n>> {
        let Kind::Map(entries) = &self.node.kind else {
            self.mismatch("a map");
            return None;
        };
        let mut seen = BTreeSet::new();
        for entry in entries {
            if !seen.insert(entry.key.as_str()) {
                let at = (entry.line, entry.column);
                let message = format!("`{}` stands here twice", entry.key);
                self.checker.report(
                    Severity::Error,
                    at,
                    &join(&self.path, &entry.key),
                    "duplicate-key",
                    message,
                );
            }
        }
        Some(Object {
            at: self.clone(),
            entries,
            used: RefCell::default(),
        })
    }

    pub(crate) fn expression(&self) -> Option<Expression> {
        let text = match &self.node.kind {
            Kind::Text(text) => text.clone(),
            Kind::Bool(value) => format!("{{{{{value}}}}}"),
            Kind::Number(value) => value.to_string(),
            _ => {
                self.mismatch("text");
                return None;
            }
        };
        Expression::parse(&text)
            .map_err(|error| self.error("expression", error.to_string()))
            .ok()
    }

    pub(crate) fn template(&self) -> Option<Template> {
        Template::compile(&self.node.to_json())
            .map_err(|error| self.error("expression", format!("{}: {}", error.path, error.source)))
            .ok()
    }

    /// Words in one text, or a list of texts.
    pub(crate) fn words(&self) -> Vec<String> {
        match &self.node.kind {
            Kind::Text(text) => text.split_whitespace().map(str::to_owned).collect(),
            Kind::List(_) => self.list().iter().filter_map(At::text).collect(),
            _ => {
                self.mismatch("text or a list of texts");
                Vec::new()
            }
        }
    }
}

/// A map under inspection: remembers which keys were asked for.
pub(crate) struct Object<'c, 'n> {
    pub(crate) at: At<'c, 'n>,
    pub(crate) entries: &'n [Entry],
    used: RefCell<BTreeSet<String>>,
}

impl<'c, 'n> Object<'c, 'n> {
    /// The value of `key`, unless it is missing or null.
    pub(crate) fn get(&self, key: &str) -> Option<At<'c, 'n>> {
        self.used.borrow_mut().insert(key.to_owned());
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        if matches!(entry.value.kind, Kind::Null) {
            return None;
        }
        Some(At {
            checker: self.at.checker,
            node: &entry.value,
            path: join(&self.at.path, key),
        })
    }

    /// All values, in file order.
    pub(crate) fn each(&self) -> impl Iterator<Item = (&'n str, At<'c, 'n>)> + '_ {
        self.entries.iter().map(|entry| {
            let path = join(&self.at.path, &entry.key);
            (
                entry.key.as_str(),
                At {
                    checker: self.at.checker,
                    node: &entry.value,
                    path,
                },
            )
        })
    }

    pub(crate) fn required(&self, key: &str) -> Option<At<'c, 'n>> {
        let found = self.get(key);
        if found.is_none() {
            self.at.error("missing-key", format!("`{key}` is missing"));
        }
        found
    }

    pub(crate) fn text(&self, key: &str) -> Option<String> {
        self.get(key)?.text()
    }

    pub(crate) fn required_text(&self, key: &str) -> String {
        self.required(key)
            .and_then(|at| at.text())
            .unwrap_or_default()
    }

    pub(crate) fn flag(&self, key: &str, default: bool) -> bool {
        match self.get(key) {
            None => default,
            Some(at) => {
                if let Kind::Bool(value) = at.node.kind {
                    value
                } else {
                    at.mismatch("true or false");
                    default
                }
            }
        }
    }

    pub(crate) fn count(&self, key: &str) -> Option<u64> {
        let at = self.get(key)?;
        match &at.node.kind {
            Kind::Number(value) if value.is_u64() => value.as_u64(),
            _ => {
                at.mismatch("a whole number, 0 or more");
                None
            }
        }
    }

    pub(crate) fn decimal(&self, key: &str) -> Option<f64> {
        let at = self.get(key)?;
        if let Kind::Number(value) = &at.node.kind {
            value.as_f64()
        } else {
            at.mismatch("a number");
            None
        }
    }

    pub(crate) fn list(&self, key: &str) -> Vec<At<'c, 'n>> {
        self.get(key).map_or_else(Vec::new, |at| at.list())
    }

    pub(crate) fn map(&self, key: &str) -> Option<Object<'c, 'n>> {
        self.get(key)?.map()
    }

    pub(crate) fn expression(&self, key: &str) -> Option<Expression> {
        self.get(key)?.expression()
    }

    pub(crate) fn required_expression(&self, key: &str) -> Option<Expression> {
        self.required(key)?.expression()
    }

    pub(crate) fn words(&self, key: &str) -> Vec<String> {
        self.get(key).map_or_else(Vec::new, |at| at.words())
    }

    pub(crate) fn json(&self, key: &str) -> Option<Value> {
        self.get(key).map(|at| at.node.to_json())
    }

    /// One of the allowed words.
    pub(crate) fn choice<T: Copy>(&self, key: &str, allowed: &[(&str, T)]) -> Option<T> {
        let at = self.get(key)?;
        let text = at.text()?;
        let found = allowed
            .iter()
            .find(|(word, _)| *word == text)
            .map(|(_, value)| *value);
        if found.is_none() {
            let words: Vec<&str> = allowed.iter().map(|(word, _)| *word).collect();
            at.error(
                "enum",
                format!("must be one of {}, not `{text}`", words.join(", ")),
            );
        }
        found
    }

    pub(crate) fn required_choice<T: Copy>(&self, key: &str, allowed: &[(&str, T)]) -> Option<T> {
        self.required(key)?;
        self.choice(key, allowed)
    }

    /// Keys of the format that have no effect here.
    pub(crate) fn ignore(&self, keys: &[&str]) {
        self.used
            .borrow_mut()
            .extend(keys.iter().map(|key| (*key).to_owned()));
    }

    /// Warns about every key that nobody asked for.
    pub(crate) fn finish(&self) {
        let used = self.used.borrow();
        for entry in self
            .entries
            .iter()
            .filter(|entry| !used.contains(&entry.key))
        {
            let camel = camel_case(&entry.key);
            let hint = if camel != entry.key && used.contains(&camel) {
                format!("`{}` is unknown; did you mean `{camel}`?", entry.key)
            } else {
                format!("`{}` is unknown and has no effect; remove it", entry.key)
            };
            let at = (entry.line, entry.column);
            let path = join(&self.at.path, &entry.key);
            self.at
                .checker
                .report(Severity::Warning, at, &path, "unknown-key", hint);
        }
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

fn camel_case(key: &str) -> String {
    let mut parts = key.split(['_', '-']);
    let mut all = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let mut letters = part.chars();
        all.extend(letters.next().map(|c| c.to_ascii_uppercase()));
        all.push_str(letters.as_str());
    }
    all
}
