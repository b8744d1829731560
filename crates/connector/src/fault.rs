//! What is wrong with a connector file, and where.

use std::fmt;

/// How bad a [`Fault`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// The connector cannot be used.
    Error,
    /// The connector works, but something in it has no effect or will age badly.
    Warning,
}

/// One mistake in a connector file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file, as it was given to the loader.
    pub file: String,
    /// Line in that file, from 1; 0 if the fault is about the file as a whole.
    pub line: usize,
    /// Column in that line, in characters from 1; 0 if unknown.
    pub column: usize,
    /// Where in the expanded document, like `actions[3].steps[0].stepFunction`; empty for the document itself.
    pub path: String,
    /// Stable name of the broken rule, in kebab case.
    pub rule: &'static str,
    /// What is wrong and what to do, for the author.
    pub message: String,
    /// Whether the connector can still be used.
    pub severity: Severity,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: ", self.file, self.line, self.column)?;
        if self.severity == Severity::Warning {
            f.write_str("warning: ")?;
        }
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        write!(f, "[{}] {}", self.rule, self.message)
    }
}

/// Everything that is wrong with a connector, in the order found. Never empty as an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, fault) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{fault}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Faults {}
