//! `$ref` lines: partials spliced into the main file as text, before YAML sees it, with a map back to the originals.

use std::collections::BTreeMap;

use crate::fault::{Fault, Faults, Severity};
use crate::load::{MAX_FILE_BYTES, PARTIAL_SUFFIX, whole};

/// Largest size of all files together after expansion, in bytes.
const MAX_MERGED_BYTES: usize = 16 << 20;

/// Where a line of the merged text comes from.
#[derive(Debug, Clone, Copy)]
struct Origin {
    file: usize,
    line: usize,
    /// Characters that splicing put before the line.
    shift: usize,
}

/// The merged text and its line map.
#[derive(Debug)]
pub(crate) struct Merged {
    /// The text to parse.
    pub(crate) text: String,
    files: Vec<String>,
    origins: Vec<Origin>,
}

impl Merged {
    /// File, line and column in the original of a place in the merged text, all from 1.
    pub(crate) fn origin(&self, line: usize, column: usize) -> (&str, usize, usize) {
        let last = self.origins.len();
        match line
            .checked_sub(1)
            .and_then(|index| self.origins.get(index.min(last.saturating_sub(1))))
        {
            Some(origin) => (
                &self.files[origin.file],
                origin.line,
                column.saturating_sub(origin.shift).max(1),
            ),
            None => (self.files.first().map_or("", String::as_str), line, column),
        }
    }

    fn push(&mut self, indent: &str, line: &str, origin: Origin) {
        if !line.is_empty() {
            self.text.push_str(indent);
            self.text.push_str(line);
        }
        self.text.push('\n');
        self.origins.push(Origin {
            shift: indent.chars().count(),
            ..origin
        });
    }
}

/// Replaces each `$ref` line of the file `main` by the partial that it names.
pub(crate) fn expand(main: &str, files: &BTreeMap<String, String>) -> Result<Merged, Faults> {
    let mut faults = Vec::new();
    for (file, text) in files {
        if text.len() > MAX_FILE_BYTES {
            let message = format!("{} bytes; at most {MAX_FILE_BYTES} are allowed", text.len());
            faults.extend(whole(file, "file-too-large", message).0);
        }
    }
    let Some(text) = files.get(main) else {
        return Err(whole(main, "main-file", "no such file".to_owned()));
    };
    if !faults.is_empty() {
        return Err(Faults(faults));
    }
    let mut merged = Merged {
        text: String::new(),
        files: vec![main.to_owned()],
        origins: Vec::new(),
    };
    let mut scalars = BlockScalars::default();
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let inside = scalars.contains(line);
        let origin = Origin {
            file: 0,
            line: index + 1,
            shift: 0,
        };
        match if inside { None } else { reference(line) } {
            None => merged.push("", line, origin),
            Some(found) => {
                if let Err((rule, message)) = splice(&mut merged, files, &found) {
                    faults.push(fault_at(main, index + 1, found.column(), rule, message));
                }
            }
        }
        if merged.text.len() > MAX_MERGED_BYTES {
            let message = format!("more than {MAX_MERGED_BYTES} bytes after `$ref` expansion");
            return Err(whole(main, "file-too-large", message));
        }
    }
    if faults.is_empty() {
        Ok(merged)
    } else {
        Err(Faults(faults))
    }
}

fn fault_at(file: &str, line: usize, column: usize, rule: &'static str, message: String) -> Fault {
    Fault {
        file: file.to_owned(),
        line,
        column,
        path: "$ref".to_owned(),
        rule,
        message,
        severity: Severity::Error,
    }
}

/// A `$ref` line.
struct Reference<'l> {
    indent: &'l str,
    name: &'l str,
}

impl Reference<'_> {
    fn column(&self) -> usize {
        self.indent.chars().count() + 1
    }
}

fn reference(line: &str) -> Option<Reference<'_>> {
    let body = line.trim_start_matches(' ');
    let indent = &line[..line.len() - body.len()];
    let body = body.strip_prefix("- ").map_or(body, str::trim_start);
    let rest = body.strip_prefix("$ref:")?;
    if !rest.starts_with(' ') {
        return None;
    }
    let rest = rest.trim();
    let name = if let quote @ ('"' | '\'') = rest.chars().next()? {
        let (name, after) = rest[1..].split_once(quote)?;
        let after = after.trim_start();
        (after.is_empty() || after.starts_with('#')).then_some(name)?
    } else {
        let name = rest
            .split_once(" #")
            .map_or(rest, |(name, _)| name)
            .trim_end();
        (!name.contains(char::is_whitespace)).then_some(name)?
    };
    Some(Reference { indent, name })
}

fn splice(
    merged: &mut Merged,
    files: &BTreeMap<String, String>,
    found: &Reference<'_>,
) -> Result<(), (&'static str, String)> {
    let name = found.name.strip_prefix("./").unwrap_or(found.name);
    if name.is_empty()
        || name.contains(['/', '\\', ':', '\0'])
        || name.split('.').any(str::is_empty)
    {
        return Err((
            "path-escape",
            format!(
                "`{}`: a partial is named alone and lies beside the main file",
                found.name
            ),
        ));
    }
    let has_extension = std::path::Path::new(name)
        .extension()
        .is_some_and(|e| e == "yaml");
    let file = if has_extension {
        name.to_owned()
    } else {
        format!("{name}{PARTIAL_SUFFIX}")
    };
    if !file.ends_with(PARTIAL_SUFFIX) {
        return Err((
            "partial-name",
            format!("`{file}`: a partial's name ends in {PARTIAL_SUFFIX}"),
        ));
    }
    let Some(text) = files.get(&file) else {
        return Err((
            "missing-partial",
            format!("there is no file {file} beside the main file"),
        ));
    };
    merged.files.push(file);
    let index = merged.files.len() - 1;
    let mut scalars = BlockScalars::default();
    for (number, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let inside = scalars.contains(line);
        if !inside && reference(line).is_some() {
            return Err((
                "nested-partial",
                format!(
                    "{}:{}: a partial cannot include another",
                    merged.files[index],
                    number + 1
                ),
            ));
        }
        merged.push(
            found.indent,
            line,
            Origin {
                file: index,
                line: number + 1,
                shift: 0,
            },
        );
    }
    Ok(())
}

/// Follows which lines belong to a block scalar (`|`, `>`), where a `$ref` is only text.
#[derive(Default)]
struct BlockScalars {
    /// Indent of the line that opened the scalar.
    open: Option<usize>,
}

impl BlockScalars {
    fn contains(&mut self, line: &str) -> bool {
        let body = line.trim_start_matches(' ');
        let indent = line.len() - body.len();
        if let Some(opener) = self.open {
            if body.trim().is_empty() || indent > opener {
                return true;
            }
            self.open = None;
        }
        if !body.starts_with('#') && opens_block_scalar(body) {
            self.open = Some(indent);
        }
        false
    }
}

fn opens_block_scalar(body: &str) -> bool {
    let body = body
        .split_once(" #")
        .map_or(body, |(before, _)| before)
        .trim_end();
    let Some(last) = body.split(' ').next_back() else {
        return false;
    };
    let before = body[..body.len() - last.len()].trim_end();
    let header = last.strip_prefix(['|', '>']);
    header.is_some_and(|rest| rest.len() <= 2 && rest.chars().all(|c| "+-123456789".contains(c)))
        && (before.ends_with(':') || before.ends_with('-') || before.is_empty())
}
