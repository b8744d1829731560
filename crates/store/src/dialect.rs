//! Everything that differs between SQLite and PostgreSQL.

use std::os::unix::fs::OpenOptionsExt;
use std::str::FromStr;
use std::time::Duration;

use linkyard_core::Tenant;
use sea_query::{PostgresQueryBuilder, QueryStatementWriter, SqliteQueryBuilder, Value, Values};
use sqlx::postgres::{PgArguments, PgConnectOptions, PgPoolOptions, PgRow};
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow,
    SqliteSynchronous,
};
use sqlx::{
    Arguments, AssertSqlSafe, Decode, PgPool, Postgres, Row as _, Sqlite, SqlitePool, Transaction,
    Type,
};

use crate::Error;

/// How long a statement waits for another writer of the same SQLite file, and for a free connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// The connections to one database.
#[derive(Debug, Clone)]
pub(crate) enum Database {
    Sqlite {
        /// A single connection: SQLite has one writer at a time, and waiting in our queue is fairer than in its own.
        writer: SqlitePool,
        reader: SqlitePool,
    },
    Postgres(PgPool),
}

/// Whose rows a transaction may see on PostgreSQL, beside the filters in the statements.
pub(crate) enum Scope<'a> {
    /// Tables without a tenant only.
    None,
    Tenant(&'a Tenant),
    /// The rows whose secret has this keyed hash.
    Lookup(&'a [u8; 32]),
}

/// Whether a transaction writes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Read,
    Write,
}

/// An open transaction. Dropping it rolls back.
pub(crate) enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// One row of an answer.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Database {
    pub(crate) async fn open(url: &str, max_connections: u32) -> Result<Self, Error> {
        if url.starts_with("sqlite:") {
            open_sqlite(url, max_connections).await
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            open_postgres(url, max_connections)
                .await
                .map(Self::Postgres)
        } else {
            Err(Error::Address {
                reason: "it has to start with sqlite: or postgres://",
            })
        }
    }

    pub(crate) async fn begin(&self, mode: Mode, scope: Scope<'_>) -> Result<Tx, Error> {
        match self {
            // IMMEDIATE takes the write lock at once: a later upgrade of a read transaction would fail when another
            // process has written meanwhile.
            Self::Sqlite { writer, .. } if mode == Mode::Write => {
                Ok(Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?))
            }
            Self::Sqlite { reader, .. } => Ok(Tx::Sqlite(reader.begin().await?)),
            Self::Postgres(pool) => {
                let begin = match mode {
                    Mode::Read => "BEGIN READ ONLY",
                    Mode::Write => "BEGIN",
                };
                let mut tx = Tx::Postgres(pool.begin_with(begin).await?);
                tx.set_scope(&scope).await?;
                Ok(tx)
            }
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { writer, reader } => {
                reader.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Tx {
    pub(crate) async fn commit(self) -> Result<(), Error> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }

    /// Sets the variables that the row-level policies compare with. They end with the transaction.
    pub(crate) async fn set_scope(&mut self, scope: &Scope<'_>) -> Result<(), Error> {
        let Self::Postgres(tx) = self else {
            return Ok(());
        };
        let query = match scope {
            Scope::None => return Ok(()),
            Scope::Tenant(tenant) => sqlx::query(
                "SELECT set_config('linkyard.organization_id', $1, true), \
                 set_config('linkyard.project_id', $2, true), set_config('linkyard.environment', $3, true)",
            )
            .bind(tenant.organization_id.to_string())
            .bind(tenant.project_id.as_str().to_owned())
            .bind(tenant.environment.as_str()),
            Scope::Lookup(hash) => {
                sqlx::query("SELECT set_config('linkyard.lookup_hash', encode($1, 'hex'), true)")
                    .bind(hash.as_slice())
            }
        };
        query.execute(&mut **tx).await?;
        Ok(())
    }

    /// Runs a statement and gives the number of rows it changed.
    pub(crate) async fn execute(
        &mut self,
        statement: &impl QueryStatementWriter,
    ) -> Result<u64, sqlx::Error> {
        match self {
            Self::Sqlite(tx) => {
                let (sql, values) = statement.build(SqliteQueryBuilder);
                let query = sqlx::query_with(AssertSqlSafe(sql), sqlite_arguments(values)?);
                Ok(query.execute(&mut **tx).await?.rows_affected())
            }
            Self::Postgres(tx) => {
                let (sql, values) = statement.build(PostgresQueryBuilder);
                let query = sqlx::query_with(AssertSqlSafe(sql), postgres_arguments(values)?);
                Ok(query.execute(&mut **tx).await?.rows_affected())
            }
        }
    }

    /// Runs a statement and gives its rows.
    pub(crate) async fn fetch(
        &mut self,
        statement: &impl QueryStatementWriter,
    ) -> Result<Vec<Row>, sqlx::Error> {
        match self {
            Self::Sqlite(tx) => {
                let (sql, values) = statement.build(SqliteQueryBuilder);
                let query = sqlx::query_with(AssertSqlSafe(sql), sqlite_arguments(values)?);
                let rows = query.fetch_all(&mut **tx).await?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
            Self::Postgres(tx) => {
                let (sql, values) = statement.build(PostgresQueryBuilder);
                let query = sqlx::query_with(AssertSqlSafe(sql), postgres_arguments(values)?);
                let rows = query.fetch_all(&mut **tx).await?;
                Ok(rows.into_iter().map(Row::Postgres).collect())
            }
        }
    }
}

impl Row {
    /// The value of a column. Only `i64`, `String`, `Vec<u8>` and their options are stored.
    pub(crate) fn get<T>(&self, column: &'static str) -> Result<T, Error>
    where
        T: for<'r> Decode<'r, Sqlite> + Type<Sqlite>,
        T: for<'r> Decode<'r, Postgres> + Type<Postgres>,
    {
        match self {
            Self::Sqlite(row) => row.try_get(column),
            Self::Postgres(row) => row.try_get(column),
        }
        .map_err(|error| Error::of_table(error, column))
    }
}

/// Whether a database's error code says that it takes no writes: SQLite's primary codes READONLY, IOERR, FULL and
/// CANTOPEN (<https://sqlite.org/rescode.html>), PostgreSQL's 25006 and 53100.
pub(crate) fn refuses_writes(code: &str) -> bool {
    match code {
        "25006" | "53100" => true,
        // PostgreSQL's codes have five characters, SQLite's extended codes at most four digits.
        short if short.len() < 5 => short
            .parse::<u32>()
            .is_ok_and(|code| matches!(code & 0xff, 8 | 10 | 13 | 14)),
        _ => false,
    }
}

async fn open_sqlite(url: &str, max_connections: u32) -> Result<Database, Error> {
    if url.contains(":memory:") || url.contains("mode=memory") {
        return Err(Error::Address {
            reason: "a database in memory would be lost at the end; give a file",
        });
    }
    let options = SqliteConnectOptions::from_str(url)
        .map_err(|_| Error::Address {
            reason: "expected sqlite:PATH",
        })?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(PATIENCE)
        .pragma("mmap_size", "0");
    // Made before SQLite makes it, so that others cannot read it; its helper files get the same mode. Should this fail,
    // SQLite's own attempt fails too and says why.
    drop(
        std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .mode(0o600)
            .open(options.get_filename()),
    );
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(PATIENCE)
        .connect_with(options.clone())
        .await?;
    let version: String = sqlx::query_scalar("SELECT sqlite_version()")
        .fetch_one(&writer)
        .await?;
    if !is_supported(&version) {
        return Err(Error::UnsupportedLibrary { found: version });
    }
    let reader = SqlitePoolOptions::new()
        .max_connections(max_connections.max(1))
        .acquire_timeout(PATIENCE)
        .connect_with(options.pragma("query_only", "ON"))
        .await?;
    Ok(Database::Sqlite { writer, reader })
}

/// Connects to PostgreSQL and warns when the role would not be held by row-level security.
pub(crate) async fn open_postgres(url: &str, max_connections: u32) -> Result<PgPool, Error> {
    let options = PgConnectOptions::from_str(url).map_err(|_| Error::Address {
        reason: "expected postgres://role:password@host:port/database",
    })?;
    let pool = PgPoolOptions::new()
        .max_connections(max_connections.max(1))
        .acquire_timeout(PATIENCE)
        .connect_with(options)
        .await?;
    let unbound: bool = sqlx::query_scalar(
        "SELECT rolsuper OR rolbypassrls FROM pg_catalog.pg_roles WHERE rolname = current_user",
    )
    .fetch_one(&pool)
    .await?;
    if unbound {
        tracing::warn!(
            "the PostgreSQL role is a superuser or has BYPASSRLS, so row-level security does not hold it; \
             use a role without either"
        );
    }
    Ok(pool)
}

/// Whether a SQLite version has the fix of the WAL reset bug (<https://sqlite.org/wal.html>).
fn is_supported(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().ok());
    let mut next = || parts.next().flatten().unwrap_or_default();
    let found = (next(), next(), next());
    let patched = |minor, patch| found.0 == 3 && found.1 == minor && found.2 >= patch;
    found >= (3, 51, 3) || patched(50, 7) || patched(44, 6)
}

fn sqlite_arguments(values: Values) -> Result<SqliteArguments, sqlx::Error> {
    let mut arguments = SqliteArguments::default();
    bind(values, |value| match value {
        Portable::Int(value) => arguments.add(value),
        Portable::Text(value) => arguments.add(value),
        Portable::Bytes(value) => arguments.add(value),
    })?;
    Ok(arguments)
}

fn postgres_arguments(values: Values) -> Result<PgArguments, sqlx::Error> {
    let mut arguments = PgArguments::default();
    bind(values, |value| match value {
        Portable::Int(value) => arguments.add(value),
        Portable::Text(value) => arguments.add(value),
        Portable::Bytes(value) => arguments.add(value),
    })?;
    Ok(arguments)
}

/// The types both databases have.
enum Portable {
    Int(Option<i64>),
    Text(Option<String>),
    Bytes(Option<Vec<u8>>),
}

fn bind(
    values: Values,
    mut add: impl FnMut(Portable) -> Result<(), sqlx::error::BoxDynError>,
) -> Result<(), sqlx::Error> {
    for value in values.0 {
        let portable = match value {
            Value::BigInt(value) => Portable::Int(value),
            // LIMIT and OFFSET.
            Value::BigUnsigned(value) => {
                Portable::Int(value.map(|value| i64::try_from(value).unwrap_or(i64::MAX)))
            }
            // PostgreSQL has no NUL character in text; neither do we, so that both databases hold the same.
            Value::String(Some(value)) if value.contains('\0') => {
                return Err(sqlx::Error::Encode("text with a NUL character".into()));
            }
            Value::String(value) => Portable::Text(value),
            Value::Bytes(value) => Portable::Bytes(value),
            _ => return Err(sqlx::Error::Encode("a type that is not portable".into())),
        };
        add(portable).map_err(sqlx::Error::Encode)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::{Database, is_supported, refuses_writes};

    #[tokio::test]
    async fn crs_1_settings_of_every_sqlite_connection() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("linkyard.db");
        let url = format!("sqlite:{}", path.display());
        let Database::Sqlite { writer, reader } = Database::open(&url, 2).await.unwrap() else {
            panic!("not SQLite");
        };
        assert_eq!(writer.options().get_max_connections(), 1);
        for (pool, query_only) in [(&writer, 0_i64), (&reader, 1)] {
            let mode: String = sqlx::query_scalar("PRAGMA journal_mode")
                .fetch_one(pool)
                .await
                .unwrap();
            assert_eq!(mode, "wal");
            for (pragma, expected) in [
                // 2 is FULL.
                ("PRAGMA synchronous", 2),
                ("PRAGMA foreign_keys", 1),
                ("PRAGMA busy_timeout", 5_000),
                ("PRAGMA query_only", query_only),
            ] {
                let found: i64 = sqlx::query_scalar(pragma).fetch_one(pool).await.unwrap();
                assert_eq!(found, expected, "{pragma}");
            }
            let mapped: Option<i64> = sqlx::query_scalar("PRAGMA mmap_size")
                .fetch_optional(pool)
                .await
                .unwrap();
            assert_eq!(mapped.unwrap_or_default(), 0);
        }
        let mode = |path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(path.clone()), 0o600);
        assert_eq!(mode(folder.path().join("linkyard.db-wal")), 0o600);
    }

    #[test]
    fn crs_1_supported_sqlite_versions() {
        for good in [
            "3.51.3", "3.51.10", "3.52.0", "4.0.0", "3.50.7", "3.44.6", "3.44.9",
        ] {
            assert!(is_supported(good), "{good}");
        }
        for bad in [
            "3.51.2", "3.50.6", "3.49.9", "3.44.5", "3.45.0", "", "x", "2.8",
        ] {
            assert!(!is_supported(bad), "{bad}");
        }
    }

    #[test]
    fn codes_that_refuse_writes() {
        for code in ["8", "13", "14", "778", "1032", "25006", "53100"] {
            assert!(refuses_writes(code), "{code}");
        }
        for code in ["5", "1555", "2067", "23505", "40001"] {
            assert!(!refuses_writes(code), "{code}");
        }
    }
}
