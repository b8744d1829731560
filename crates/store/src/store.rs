//! The way in: opening, migrating, and beginning units of work.

use std::sync::Arc;

use linkyard_core::Tenant;
use sea_query::{Expr, Query};

use crate::dialect::{Database, Mode, Scope, Tx};
use crate::{Error, Work, migrate};

/// Which database to use. It has no `Debug`, because addresses hold passwords.
#[derive(Clone)]
pub struct Options {
    /// `sqlite:PATH`, or `postgres://…` with the role that serves requests (neither superuser nor BYPASSRLS).
    pub url: String,
    /// PostgreSQL only: the address with the role that owns the tables and runs the migrations. By default `url`.
    pub owner_url: Option<String>,
    /// How many connections may be open: to PostgreSQL in all, to SQLite for reading (one more writes).
    pub max_connections: u32,
}

/// A database. Clones share the same connections.
#[derive(Clone)]
pub struct Store {
    database: Database,
    owner_url: Option<Arc<str>>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let kind = match self.database {
            Database::Sqlite { .. } => "sqlite",
            Database::Postgres(_) => "postgres",
        };
        f.debug_struct("Store")
            .field("kind", &kind)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Connects. A SQLite file that does not exist is made.
    ///
    /// # Errors
    ///
    /// [`Error::Address`], [`Error::UnsupportedLibrary`], or that the database is not reachable or not writable.
    pub async fn open(options: Options) -> Result<Self, Error> {
        let database = Database::open(&options.url, options.max_connections).await?;
        let owner_url = options.owner_url.map(Arc::from);
        Ok(Self {
            database,
            owner_url,
        })
    }

    /// Applies the migrations that are missing, each in a transaction of its own. `progress` gets a sentence for each.
    /// On PostgreSQL the serving role gets its rights afterwards.
    ///
    /// # Errors
    ///
    /// [`Error::NewerSchema`] before anything is written; [`Error::Migration`] when one fails.
    pub async fn migrate(&self, progress: &(dyn Fn(&str) + Send + Sync)) -> Result<(), Error> {
        migrate::run(&self.database, self.owner_url.as_deref(), progress).await
    }

    /// Asks the database for an answer, for a health check.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] when it does not answer.
    pub async fn ping(&self) -> Result<(), Error> {
        let mut tx = self.database.begin(Mode::Read, Scope::None).await?;
        tx.fetch(&Query::select().expr(Expr::val(1_i64)).take())
            .await?;
        tx.commit().await
    }

    /// Waits for what is under way and closes every connection.
    pub async fn close(&self) {
        self.database.close().await;
    }

    /// Begins a unit of work on one tenant's rows. Dropping it rolls back.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] when there is no connection in time.
    pub async fn begin(&self, tenant: &Tenant) -> Result<Work, Error> {
        self.work(tenant, Mode::Write).await
    }

    /// As [`Store::begin`], for reading only: does not wait for writers on SQLite, and refuses writes.
    ///
    /// # Errors
    ///
    /// [`Error::Unavailable`] when there is no connection in time.
    pub async fn read(&self, tenant: &Tenant) -> Result<Work, Error> {
        self.work(tenant, Mode::Read).await
    }

    async fn work(&self, tenant: &Tenant, mode: Mode) -> Result<Work, Error> {
        let tx = self.database.begin(mode, Scope::Tenant(tenant)).await?;
        Ok(Work::new(tx, tenant.clone()))
    }

    pub(crate) async fn transaction(&self, mode: Mode, scope: Scope<'_>) -> Result<Tx, Error> {
        self.database.begin(mode, scope).await
    }
}
