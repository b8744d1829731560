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
            Expr::List(items) => self.trees(items),
            Expr::Object(entries) => self.trees(entries.iter().map(|(_, item)| item)),
            Expr::Not(operand) | Expr::Negate(operand) => self.tree(operand),
            Expr::Chain { first, rest } => {
                self.tree(first);
                self.trees(rest.iter().map(|(_, operand)| operand));
            }
            Expr::Ternary {
                test,
                then,
                otherwise,
            } => {
                self.tree(test);
                self.trees(then.as_deref());
                self.tree(otherwise);
            }
            Expr::Access { base, path } => self.access(base, path),
            Expr::Call(call) => self.trees(&call.arguments),
        }
    }

    fn trees<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>) {
        for expr in exprs {
            self.tree(expr);
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
                Access::Method { arguments, .. } => self.trees(arguments),
                Access::Property(_) | Access::Transform => {}
            }
        }
    }
}
