//! Which parts of the context a tree can read.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Access, Expr};

/// The name under which finished steps stand.
const STEPS: &str = "steps";

/// What an expression reads.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reads {
    pub(crate) variables: BTreeSet<String>,
    pub(crate) steps: BTreeSet<String>,
}

impl Reads {
    /// Notes a path by its first two keys.
    pub(crate) fn path(&mut self, variable: &str, next: Option<&str>) {
        if let (STEPS, Some(step)) = (variable, next) {
            self.steps.insert(step.to_owned());
        }
        self.variables.insert(variable.to_owned());
    }

    pub(crate) fn tree(&mut self, expr: &Expr) {
        match expr {
            Expr::Variable(name) => self.path(name, None),
            Expr::Literal(_) | Expr::Relative(_) => {}
            Expr::List(items) => items.iter().for_each(|item| self.tree(item)),
            Expr::Object(entries) => entries.iter().for_each(|(_, item)| self.tree(item)),
            Expr::Not(operand) | Expr::Negate(operand) => self.tree(operand),
            Expr::Chain { first, rest } => {
                self.tree(first);
                rest.iter().for_each(|(_, operand)| self.tree(operand));
            }
            Expr::Ternary {
                test,
                then,
                otherwise,
            } => {
                self.tree(test);
                then.iter().for_each(|then| self.tree(then));
                self.tree(otherwise);
            }
            Expr::Access { base, path } => self.access(base, path),
            Expr::Call(call) => call
                .arguments
                .iter()
                .for_each(|argument| self.tree(argument)),
        }
    }

    fn access(&mut self, base: &Expr, path: &[Access]) {
        match (base, path.first()) {
            (
                Expr::Variable(name),
                Some(Access::Property(key) | Access::Index(Expr::Literal(Value::String(key)))),
            ) => self.path(name, Some(key)),
            _ => self.tree(base),
        }
        for access in path {
            match access {
                Access::Index(inner) | Access::Filter(inner) => self.tree(inner),
                Access::Method { arguments, .. } => {
                    arguments.iter().for_each(|argument| self.tree(argument));
                }
                Access::Property(_) | Access::Transform => {}
            }
        }
    }
}
