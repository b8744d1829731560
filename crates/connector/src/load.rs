//! From a folder, or a set of texts, to a compiled connector.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::fault::{Fault, Faults, Severity};
use crate::{Connector, expand, parse};

/// Largest size of one file, in bytes.
pub(crate) const MAX_FILE_BYTES: usize = 1 << 20;
/// End of a main file's name.
const MAIN_SUFFIX: &str = ".connector.s1.yaml";
/// End of a partial's name.
pub(crate) const PARTIAL_SUFFIX: &str = ".s1.partial.yaml";

/// A connector that can be used.
#[derive(Debug)]
pub struct Loaded {
    /// The compiled connector.
    pub connector: Arc<Connector>,
    /// What its author should look at all the same.
    pub warnings: Vec<Fault>,
}

/// Reads and compiles the connector in the folder `dir`: one `<name>.connector.s1.yaml` and its partials. Symbolic
/// links that lead out of the folder are refused.
///
/// # Errors
///
/// Every fault found, with file, line, column and path; also if the folder cannot be read.
pub fn load(dir: &Path) -> Result<Loaded, Faults> {
    let (name, files) = read_folder(dir)?;
    load_bundle(&name, &files)
        .map_err(|faults| in_folder(dir, faults))
        .map(|mut loaded| {
            loaded.warnings = in_folder(dir, Faults(loaded.warnings)).0;
            loaded
        })
}

/// Loads each folder in `dir` that is not hidden, in the order of their names. One bad connector does not touch the
/// others.
///
/// # Errors
///
/// Each folder has its own result; if `dir` itself cannot be read, the one entry is `dir` with that fault.
pub fn load_folder_of_connectors(dir: &Path) -> Vec<(PathBuf, Result<Loaded, Faults>)> {
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) => return vec![(dir.to_owned(), Err(unreadable(dir, &error)))],
    };
    let mut folders: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .filter(|path| {
            !path
                .file_name()
                .is_some_and(|name| name.to_string_lossy().starts_with('.'))
        })
        .collect();
    folders.sort();
    folders
        .into_iter()
        .map(|folder| (folder.clone(), load(&folder)))
        .collect()
}

/// Compiles the connector whose files are `files`, by file name. `name` is the connector's folder name, for messages
/// and for choosing among several main files. Reads nothing else.
///
/// # Errors
///
/// Every fault found, with file, line, column and path.
pub fn load_bundle(name: &str, files: &BTreeMap<String, String>) -> Result<Loaded, Faults> {
    let main = main_file(name, files)?;
    let merged = expand::expand(main, files)?;
    let root = parse::parse(&merged)?;
    let (connector, faults) = crate::compile::compile(&root, &merged);
    let (errors, warnings): (Vec<_>, Vec<_>) = faults
        .into_iter()
        .partition(|f| f.severity == Severity::Error);
    match connector {
        Some(connector) if errors.is_empty() => Ok(Loaded {
            connector: Arc::new(connector),
            warnings,
        }),
        _ => {
            let mut all = errors;
            all.extend(warnings);
            Err(Faults(all))
        }
    }
}

fn main_file<'f>(name: &str, files: &'f BTreeMap<String, String>) -> Result<&'f str, Faults> {
    let preferred = format!("{name}{MAIN_SUFFIX}");
    if let Some((key, _)) = files.get_key_value(&preferred) {
        return Ok(key);
    }
    let mains: Vec<&str> = files
        .keys()
        .map(String::as_str)
        .filter(|file| file.ends_with(".s1.yaml") && !file.ends_with(PARTIAL_SUFFIX))
        .collect();
    match mains[..] {
        [only] => Ok(only),
        [] => Err(whole(
            name,
            "main-file",
            format!("no main file: expected {preferred}"),
        )),
        _ => Err(whole(
            name,
            "main-file",
            format!(
                "several main files ({}): name the connector's own {preferred}",
                mains.join(", ")
            ),
        )),
    }
}

fn read_folder(dir: &Path) -> Result<(String, BTreeMap<String, String>), Faults> {
    let root = dir
        .canonicalize()
        .map_err(|error| unreadable(dir, &error))?;
    let name = root
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let mut files = BTreeMap::new();
    let mut faults = Vec::new();
    for entry in std::fs::read_dir(&root).map_err(|error| unreadable(dir, &error))? {
        let path = entry.map_err(|error| unreadable(dir, &error))?.path();
        let Some(file) = path
            .file_name()
            .and_then(|file| file.to_str())
            .map(str::to_owned)
        else {
            continue;
        };
        if !(file.ends_with(".s1.yaml") || file.ends_with(PARTIAL_SUFFIX)) {
            continue;
        }
        match read_file(&root, &path) {
            Ok(text) => drop(files.insert(file, text)),
            Err((rule, message)) => {
                faults.extend(whole(&dir.join(file).to_string_lossy(), rule, message).0);
            }
        }
    }
    if faults.is_empty() {
        Ok((name, files))
    } else {
        Err(Faults(faults))
    }
}

fn read_file(root: &Path, path: &Path) -> Result<String, (&'static str, String)> {
    let real = path
        .canonicalize()
        .map_err(|error| ("unreadable", format!("cannot be read: {error}")))?;
    if !real.starts_with(root) {
        return Err((
            "path-escape",
            "the file is a link that leads out of the connector's folder".to_owned(),
        ));
    }
    let size = real
        .metadata()
        .map_err(|error| ("unreadable", format!("cannot be read: {error}")))?
        .len();
    if size > MAX_FILE_BYTES as u64 {
        return Err((
            "file-too-large",
            format!("{size} bytes; at most {MAX_FILE_BYTES} are allowed"),
        ));
    }
    let bytes =
        std::fs::read(&real).map_err(|error| ("unreadable", format!("cannot be read: {error}")))?;
    String::from_utf8(bytes).map_err(|_| ("encoding", "the file is not UTF-8 text".to_owned()))
}

fn in_folder(dir: &Path, mut faults: Faults) -> Faults {
    for fault in &mut faults.0 {
        fault.file = dir.join(&fault.file).to_string_lossy().into_owned();
    }
    faults
}

fn unreadable(path: &Path, error: &std::io::Error) -> Faults {
    whole(
        &path.to_string_lossy(),
        "unreadable",
        format!("cannot be read: {error}"),
    )
}

/// A fault of a file as a whole.
pub(crate) fn whole(file: &str, rule: &'static str, message: String) -> Faults {
    Faults(vec![Fault {
        file: file.to_owned(),
        line: 0,
        column: 0,
        path: String::new(),
        rule,
        message,
        severity: Severity::Error,
    }])
}
