//! The sandbox itself: rows, tokens, faults, and the file that keeps the changes.

use crate::{
    Error, Scope,
    schema::{Kind, Row, text},
    seed::{self, Tables},
    token::{self, Token},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
use std::time::Instant;

/// How many calls one token may make.
#[derive(Debug, Clone, Copy)]
pub struct RateLimit {
    /// Calls in one window, and the largest burst. Default 100.
    pub requests: u32,
    /// Length of the window in seconds. Default 10.
    pub window_seconds: u32,
}
impl Default for RateLimit {
    fn default() -> Self {
        RateLimit {
            requests: 100,
            window_seconds: 10,
        }
    }
}

/// How to open a sandbox.
#[derive(Debug, Clone)]
pub struct Options {
    /// Folder of `sandbox.json`; without it nothing outlives the process.
    pub data_dir: Option<PathBuf>,
    /// The number from which the companies are made. A data file keeps its own. Default 1.
    pub seed: u64,
    /// The day that counts as today; `None` is the real one (UTC).
    pub today: Option<NaiveDate>,
    /// Per token; `None` is unlimited. Default 100 calls in 10 seconds.
    pub rate_limit: Option<RateLimit>,
    /// Whether `POST /_sandbox/faults` is offered.
    pub expose_faults: bool,
}
impl Default for Options {
    fn default() -> Self {
        Options {
            data_dir: None,
            seed: 1,
            today: None,
            rate_limit: Some(RateLimit::default()),
            expose_faults: false,
        }
    }
}

/// The data file: what differs from the seed.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    seed: u64,
    seeded_on: NaiveDate,
    tokens: Vec<Token>,
    /// By path of the resource and id; `None` is a deleted row.
    changes: BTreeMap<String, BTreeMap<String, Option<Row>>>,
}

#[derive(Debug)]
pub(crate) struct Data {
    pub(crate) tables: Tables,
    pub(crate) roles_of: HashMap<String, Vec<String>>,
    /// By manager: everybody who ever reported to them.
    pub(crate) reports_of: HashMap<String, Vec<String>>,
    by_hash: HashMap<String, usize>,
    kept: Kept,
}

/// A forced answer to the next calls.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Fault {
    pub(crate) status: u16,
    pub(crate) count: u32,
    pub(crate) retry_after: Option<u64>,
    #[serde(default)]
    pub(crate) delay_ms: u64,
}

pub(crate) struct Inner {
    pub(crate) options: Options,
    data: RwLock<Data>,
    writer: Mutex<()>,
    pub(crate) fault: Mutex<Option<Fault>>,
    buckets: Mutex<HashMap<String, (f64, Instant)>>,
    pub(crate) last_used: Mutex<HashMap<String, NaiveDate>>,
}

/// A running sandbox; clones share everything.
#[derive(Clone)]
pub struct Sandbox(pub(crate) Arc<Inner>);

pub(crate) fn lock<T>(m: &Mutex<T>) -> MutexGuard<'_, T> {
    m.lock().unwrap_or_else(PoisonError::into_inner)
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the clock"
)]
pub(crate) fn now() -> String {
    chrono::Utc::now()
        .format("%Y-%m-%dT%H:%M:%S%.3fZ")
        .to_string()
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the clock"
)]
fn real_today() -> NaiveDate {
    chrono::Utc::now().date_naive()
}

impl Data {
    fn new(kept: Kept) -> Data {
        let mut tables = seed::seed(kept.seed, kept.seeded_on);
        for (path, rows) in &kept.changes {
            let Some(table) = Kind::from_path(path).and_then(|k| tables.get_mut(&k)) else {
                continue;
            };
            for (id, row) in rows {
                match row {
                    Some(r) => {
                        table.insert(id.clone(), r.clone());
                    }
                    None => {
                        table.shift_remove(id);
                    }
                }
            }
        }
        let mut data = Data {
            tables,
            roles_of: HashMap::new(),
            reports_of: HashMap::new(),
            by_hash: HashMap::new(),
            kept,
        };
        data.index();
        data
    }
    fn index(&mut self) {
        self.by_hash = self
            .kept
            .tokens
            .iter()
            .enumerate()
            .map(|(i, t)| (t.hash.clone(), i))
            .collect();
        self.roles_of.clear();
        self.reports_of.clear();
        for (id, role) in &self.tables[&Kind::JobRoles] {
            self.roles_of
                .entry(text(role, "personId").to_owned())
                .or_default()
                .push(id.clone());
            let below = self
                .reports_of
                .entry(text(role, "reportingTo").to_owned())
                .or_default();
            if !below.iter().any(|p| p == text(role, "personId")) {
                below.push(text(role, "personId").to_owned());
            }
        }
    }
    pub(crate) fn row(&self, kind: Kind, id: &str) -> Option<&Row> {
        self.tables.get(&kind)?.get(id)
    }
    pub(crate) fn tokens(&self) -> &[Token] {
        &self.kept.tokens
    }
    pub(crate) fn token(&self, value: &str) -> Option<&Token> {
        self.by_hash
            .get(&token::hash(value))
            .map(|i| &self.kept.tokens[*i])
    }
    pub(crate) fn tokens_mut(&mut self) -> &mut Vec<Token> {
        &mut self.kept.tokens
    }
    /// Puts or (with `None`) removes a row.
    pub(crate) fn set(&mut self, kind: Kind, id: &str, row: Option<Row>) {
        let table = self.tables.entry(kind).or_default();
        match &row {
            Some(r) => {
                table.insert(id.to_owned(), r.clone());
            }
            None => {
                table.shift_remove(id);
            }
        }
        self.kept
            .changes
            .entry(kind.path().to_owned())
            .or_default()
            .insert(id.to_owned(), row);
    }
}

impl Sandbox {
    /// Opens the data folder, or makes the seeded companies.
    ///
    /// # Errors
    /// [`Error::Io`] and [`Error::Damaged`] if the data file cannot be used.
    pub fn open(options: Options) -> Result<Sandbox, Error> {
        let fresh = Kept {
            seed: options.seed,
            seeded_on: options.today.unwrap_or_else(real_today),
            tokens: vec![],
            changes: BTreeMap::new(),
        };
        let mut kept = fresh;
        if let Some(dir) = &options.data_dir {
            let path = dir.join("sandbox.json");
            std::fs::create_dir_all(dir).map_err(|source| Error::Io {
                path: path.clone(),
                source,
            })?;
            match std::fs::read(&path) {
                Ok(bytes) => kept = serde_json::from_slice(&bytes)?,
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
                Err(source) => return Err(Error::Io { path, source }),
            }
        }
        let sandbox = Sandbox(Arc::new(Inner {
            options,
            data: RwLock::new(Data::new(kept)),
            writer: Mutex::new(()),
            fault: Mutex::new(None),
            buckets: Mutex::new(HashMap::new()),
            last_used: Mutex::new(HashMap::new()),
        }));
        // A new folder gets its file now, so that the day of the seed stays.
        sandbox.write(|_| Ok::<(), Error>(()))?;
        Ok(sandbox)
    }

    pub(crate) fn today(&self) -> NaiveDate {
        self.0.options.today.unwrap_or_else(real_today)
    }
    pub(crate) fn read(&self) -> RwLockReadGuard<'_, Data> {
        self.0.data.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// One change: kept in the file before it is acknowledged, undone if it cannot be kept.
    pub(crate) fn write<T, E: From<Error>>(
        &self,
        change: impl FnOnce(&mut Data) -> Result<T, E>,
    ) -> Result<T, E> {
        let turn = lock(&self.0.writer);
        let before = self.read().kept.clone();
        let (result, bytes) = {
            let mut data = self.0.data.write().unwrap_or_else(PoisonError::into_inner);
            let result = change(&mut data);
            if result.is_ok() {
                data.index();
            }
            (result, serde_json::to_vec(&data.kept).map_err(Error::from))
        };
        let result = result?;
        if let Err(e) = bytes.and_then(|b| self.keep(&b)) {
            *self.0.data.write().unwrap_or_else(PoisonError::into_inner) = Data::new(before);
            return Err(e.into());
        }
        drop(turn);
        Ok(result)
    }

    fn keep(&self, bytes: &[u8]) -> Result<(), Error> {
        use std::io::Write as _;
        let Some(dir) = &self.0.options.data_dir else {
            return Ok(());
        };
        let path = dir.join("sandbox.json");
        let new = dir.join("sandbox.json.new");
        let kept = || -> std::io::Result<()> {
            let mut file = std::fs::File::create(&new)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            std::fs::rename(&new, &path)?;
            std::fs::File::open(dir)?.sync_all()
        };
        kept().map_err(|source| Error::Io {
            path: path.clone(),
            source,
        })
    }

    /// The owner of the first company.
    pub fn owner_person_id(&self) -> String {
        self.read().tables[&Kind::People]
            .keys()
            .next()
            .cloned()
            .unwrap_or_default()
    }

    /// Makes an access token. It is given out here once; only its hash is kept.
    ///
    /// # Errors
    /// [`Error::UnknownPerson`], or the change could not be kept.
    pub fn create_token(
        &self,
        person_id: &str,
        label: &str,
        scopes: &[Scope],
    ) -> Result<String, Error> {
        let value = token::random_id(32)?;
        let row = Token {
            id: token::random_id(24)?,
            hash: token::hash(&value),
            person_id: person_id.to_owned(),
            label: label.to_owned(),
            scopes: scopes.to_vec(),
            created_at: now(),
        };
        self.write(|data| {
            data.row(Kind::People, person_id)
                .ok_or_else(|| Error::UnknownPerson(person_id.to_owned()))?;
            data.kept.tokens.push(row);
            Ok(value)
        })
    }

    /// Whether the API would accept this token.
    pub fn token_is_valid(&self, token: &str) -> bool {
        crate::view::viewer(&self.read(), token, self.today()).is_some()
    }

    /// Makes the tokens of the seed, label and value, if there is no token yet.
    ///
    /// # Errors
    /// As [`Sandbox::create_token`].
    pub fn first_tokens(&self) -> Result<Vec<(&'static str, String)>, Error> {
        use Scope::{
            CompensationsRead, CompensationsWrite, DocumentsRead, PrivateRead, PrivateWrite,
            PublicRead,
        };
        if !self.read().kept.tokens.is_empty() {
            return Ok(vec![]);
        }
        let people: Vec<String> = self.read().tables[&Kind::People].keys().cloned().collect();
        let no_pay: Vec<Scope> = Scope::ALL
            .into_iter()
            .filter(|s| !matches!(s, CompensationsRead | CompensationsWrite))
            .collect();
        let private = [PublicRead, PrivateRead, PrivateWrite];
        let wanted: [(&'static str, usize, &[Scope]); 9] = [
            ("owner-all", 0, &Scope::ALL),
            (
                "owner-read",
                0,
                &[PublicRead, PrivateRead, CompensationsRead, DocumentsRead],
            ),
            ("owner-public", 0, &[PublicRead]),
            ("owner-no-pay", 0, &no_pay),
            ("admin-all", 1, &Scope::ALL),
            ("manager-private", 2, &private),
            ("user-self", 100, &private),
            ("leaver", 225, &Scope::ALL),
            ("other-tenant", 250, &Scope::ALL),
        ];
        wanted
            .into_iter()
            .map(|(label, n, scopes)| Ok((label, self.create_token(&people[n], label, scopes)?)))
            .collect()
    }

    /// Takes one call from the token's bucket, or says in how many seconds there is one.
    pub(crate) fn take(&self, token_id: &str) -> Result<(), u64> {
        let Some(limit) = self.0.options.rate_limit else {
            return Ok(());
        };
        let (most, per_second) = (
            f64::from(limit.requests),
            f64::from(limit.requests) / f64::from(limit.window_seconds.max(1)),
        );
        let now = Instant::now();
        let mut buckets = lock(&self.0.buckets);
        let bucket = buckets.entry(token_id.to_owned()).or_insert((most, now));
        bucket.0 = most.min(bucket.0 + now.duration_since(bucket.1).as_secs_f64() * per_second);
        bucket.1 = now;
        if bucket.0 < 1.0 {
            return Err(1);
        }
        bucket.0 -= 1.0;
        Ok(())
    }
}
