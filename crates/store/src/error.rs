//! Why the database did not do what it was asked.

use sqlx::migrate::MigrateError;

/// Why a statement, a migration or a start failed. A row that does not exist is not an error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The database cannot be reached or broke off. Worth another try.
    #[error("reach the database")]
    Unavailable {
        /// What the driver said.
        #[source]
        source: sqlx::Error,
    },
    /// The database takes no writes at the moment: disk full, read-only, or the file cannot be opened.
    #[error("write to the database (disk full, read-only, or the file cannot be opened)")]
    NotWritable {
        /// What the driver said.
        #[source]
        source: sqlx::Error,
    },
    /// A row with this key exists, or a row it refers to does not. The transaction has to be dropped.
    #[error("store a row of {what}: its key is taken, or what it refers to is missing")]
    Conflict {
        /// The table.
        what: &'static str,
    },
    /// A stored value is not what this version writes, or a value to be stored cannot be.
    #[error("use a value of the database: {what}")]
    Corrupt {
        /// Which value.
        what: &'static str,
    },
    /// A row was given to a unit of work of another tenant.
    #[error("store a row of {what}: it belongs to another tenant")]
    OtherTenant {
        /// The table.
        what: &'static str,
    },
    /// A migration failed; it has been rolled back.
    #[error("migrate the database")]
    Migration {
        /// What the migration runner said.
        #[source]
        source: MigrateError,
    },
    /// The database was written by a newer version, which this one could damage.
    #[error(
        "use the database: its schema has number {found}, this version knows up to {known}; start the newer version"
    )]
    NewerSchema {
        /// The highest migration in the database.
        found: i64,
        /// The highest migration of this build.
        known: i64,
    },
    /// The SQLite library has a bug that can lose data.
    #[error("use SQLite {found}: 3.51.3 or later is needed (or 3.50.7, or 3.44.6)")]
    UnsupportedLibrary {
        /// The library's version.
        found: String,
    },
    /// The database's address cannot be used. The address may hold a password, so it is not repeated.
    #[error("read the database address: {reason}")]
    Address {
        /// What is wrong with it.
        reason: &'static str,
    },
}

/// What a driver's error means.
impl Error {
    pub(crate) fn of_table(source: sqlx::Error, what: &'static str) -> Self {
        match source {
            sqlx::Error::Database(ref database)
                if database.is_unique_violation() || database.is_foreign_key_violation() =>
            {
                Self::Conflict { what }
            }
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Self::Corrupt { what },
            other => Self::from(other),
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(source: sqlx::Error) -> Self {
        let refused = source
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code)
            .is_some_and(|code| crate::dialect::refuses_writes(&code));
        match source {
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => Self::Corrupt {
                what: "a column of another type",
            },
            sqlx::Error::Encode(_) => Self::Corrupt {
                what: "a value that no column can hold",
            },
            source if refused => Self::NotWritable { source },
            source => Self::Unavailable { source },
        }
    }
}

impl From<MigrateError> for Error {
    fn from(source: MigrateError) -> Self {
        Self::Migration { source }
    }
}
