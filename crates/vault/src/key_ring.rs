//! The installation's keys and the file they come from.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use linkyard_core::Random;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// A key file has a handful of lines of 45 bytes; anything larger is something else.
const LARGEST_FILE: u64 = 64 * 1024;

/// Why keys could not be read or made. Never holds a part of a key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The file is missing or cannot be read.
    #[error(
        "read the key file {path}: {source}; make one, or give the path of the one this data was written with"
    )]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// Others may read the file.
    #[error(
        "use the key file {path}: its mode is {mode:04o}, so others may read it; run chmod 600 on it"
    )]
    Mode {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The path leads to something else than a file.
    #[error(
        "use the key file {path}: it is not a file of at most 64 KiB; give the path of a key file"
    )]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// A line of the file is no key.
    #[error(
        "use the key file {path}: line {line} is not the base64 form of 32 bytes; restore the file from its backup"
    )]
    FileLine {
        /// The file.
        path: PathBuf,
        /// The line, from 1 up.
        line: usize,
    },
    /// The file has no key.
    #[error("use the key file {path}: it holds no key; restore it from its backup")]
    FileEmpty {
        /// The file.
        path: PathBuf,
    },
    /// A line of the given text is no key.
    #[error("use the given keys: line {line} is not the base64 form of 32 bytes")]
    Line {
        /// The line, from 1 up.
        line: usize,
    },
    /// The given text has no key.
    #[error("use the given keys: there is none")]
    Empty,
    /// The file exists or cannot be written.
    #[error("make the key file {path}: {source}; an existing key file is never overwritten")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

pub(crate) struct Key {
    id: String,
    bytes: Zeroizing<[u8; 32]>,
}

impl Key {
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.bytes
    }
}

/// The installation's keys. The first one seals, all of them open. There is no way to get a key out again.
pub struct KeyRing {
    current: Key,
    older: Vec<Key>,
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let older: Vec<&str> = self.older.iter().map(Key::id).collect();
        f.debug_struct("KeyRing")
            .field("current", &self.current.id())
            .field("older", &older)
            .finish()
    }
}

impl KeyRing {
    /// Reads a key file: one base64 key of 32 bytes a line, the current one first. Empty lines are passed over.
    ///
    /// # Errors
    ///
    /// When the file is missing, readable by others, or holds something else. The errors name the path and what to do.
    pub fn from_key_file(path: &Path) -> Result<Self, KeyError> {
        let text = read_private(path)?;
        Self::parse(&text).map_err(|error| match error {
            KeyError::Line { line } => KeyError::FileLine {
                path: path.to_owned(),
                line,
            },
            _ => KeyError::FileEmpty {
                path: path.to_owned(),
            },
        })
    }

    /// Reads keys from text in the form of a key file.
    ///
    /// # Errors
    ///
    /// [`KeyError::Line`] or [`KeyError::Empty`].
    pub fn from_base64(text: &str) -> Result<Self, KeyError> {
        Self::parse(text.as_bytes())
    }

    /// Makes a key file with one new key, readable by its owner only. When it returns, the file is on disk.
    ///
    /// # Errors
    ///
    /// [`KeyError::Write`], also when the file exists.
    pub fn generate_key_file(path: &Path, random: &dyn Random) -> Result<Self, KeyError> {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        random.fill(bytes.as_mut_slice());
        let mut line = Zeroizing::new(STANDARD.encode(bytes.as_slice()));
        line.push('\n');
        write_private(path, line.as_bytes()).map_err(|source| KeyError::Write {
            path: path.to_owned(),
            source,
        })?;
        Ok(Self {
            current: key(bytes),
            older: Vec::new(),
        })
    }

    /// The id of the key that seals: the first 8 hex digits of a hash of it. Not a secret.
    pub fn current_id(&self) -> &str {
        self.current.id()
    }

    pub(crate) fn current(&self) -> &Key {
        &self.current
    }

    pub(crate) fn find(&self, id: &str) -> Option<&Key> {
        std::iter::once(&self.current)
            .chain(&self.older)
            .find(|key| key.id == id)
    }

    fn parse(text: &[u8]) -> Result<Self, KeyError> {
        let mut keys = Vec::new();
        for (index, line) in text.split(|byte| *byte == b'\n').enumerate() {
            let line = line.trim_ascii();
            if line.is_empty() {
                continue;
            }
            keys.push(decode(line).ok_or(KeyError::Line { line: index + 1 })?);
        }
        let mut keys = keys.into_iter();
        let current = keys.next().ok_or(KeyError::Empty)?;
        Ok(Self {
            current,
            older: keys.collect(),
        })
    }
}

fn decode(line: &[u8]) -> Option<Key> {
    let decoded = Zeroizing::new(STANDARD.decode(line).ok()?);
    let mut bytes = Zeroizing::new([0_u8; 32]);
    if decoded.len() != bytes.len() {
        return None;
    }
    bytes.copy_from_slice(&decoded);
    Some(key(bytes))
}

fn key(bytes: Zeroizing<[u8; 32]>) -> Key {
    let digest = Sha256::new()
        .chain_update(b"linkyard key id 1\0")
        .chain_update(bytes.as_slice())
        .finalize();
    let head = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
    Key {
        id: format!("{head:08x}"),
        bytes,
    }
}

/// Reads a file after checking, on the open handle, that it is a small file that only its owner can use.
fn read_private(path: &Path) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let failed = |source| KeyError::Read {
        path: path.to_owned(),
        source,
    };
    // Checked before opening as well: opening a pipe would wait for a writer.
    let looks_right = std::fs::metadata(path).map_err(failed)?.is_file();
    if !looks_right {
        return Err(KeyError::NotAFile {
            path: path.to_owned(),
        });
    }
    let file = File::open(path).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if !metadata.is_file() || metadata.len() > LARGEST_FILE {
        return Err(KeyError::NotAFile {
            path: path.to_owned(),
        });
    }
    let mode = metadata.permissions().mode() & 0o7777;
    if mode & 0o177 != 0 {
        return Err(KeyError::Mode {
            path: path.to_owned(),
            mode,
        });
    }
    let mut text = Zeroizing::new(Vec::with_capacity(4096));
    file.take(LARGEST_FILE)
        .read_to_end(&mut text)
        .map_err(failed)?;
    Ok(text)
}

fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(content)?;
    file.sync_all()?;
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    File::open(folder)?.sync_all()
}
