//! Bringing the schema up to date.

use sqlx::migrate::{Migrate, Migrator};
use sqlx::{AssertSqlSafe, PgPool, SqlitePool};

use crate::dialect::open_postgres;
use crate::{Error, dialect::Database};

static SQLITE: Migrator = sqlx::migrate!("./migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("./migrations/postgres");

/// The table in which the migrations that were applied are noted.
const NOTES: &str = "_sqlx_migrations";
/// Replicas that start together must not grant at the same time: PostgreSQL refuses the second. The number is arbitrary.
const GRANT_LOCK: i64 = 0x6c69_6e6b_7961_7264;

/// The tables that have the three tenant columns and, on PostgreSQL, forced row-level security.
pub const TENANT_TABLES: [&str; 7] = [
    "integrations",
    "accounts",
    "connect_sessions",
    "api_keys",
    "login_links",
    "dashboard_sessions",
    "events",
];

/// The tables that belong to no tenant: what a tenant is, and the installation's own sealed secrets.
pub const GLOBAL_TABLES: [&str; 3] = ["organizations", "projects", "vault_secrets"];

pub(crate) async fn run(
    database: &Database,
    owner_url: Option<&str>,
    progress: &(dyn Fn(&str) + Send + Sync),
) -> Result<(), Error> {
    match database {
        Database::Sqlite { writer, .. } => {
            let applied = sqlite_applied(writer).await?;
            announce(&SQLITE, &applied, progress)?;
            SQLITE.run(writer).await?;
        }
        Database::Postgres(serving) => {
            let owner = match owner_url {
                Some(url) => open_postgres(url, 1).await?,
                None => serving.clone(),
            };
            let applied = postgres_applied(&owner).await?;
            announce(&POSTGRES, &applied, progress)?;
            POSTGRES.run(&owner).await?;
            grant(&owner, serving).await?;
            if owner_url.is_some() {
                owner.close().await;
            }
        }
    }
    progress("the schema is up to date");
    Ok(())
}

/// Refuses a schema that is newer than this build, and says what is about to be done.
fn announce(
    migrator: &Migrator,
    applied: &[i64],
    progress: &(dyn Fn(&str) + Send + Sync),
) -> Result<(), Error> {
    let known = migrator.iter().map(|m| m.version).max().unwrap_or_default();
    let found = applied.iter().copied().max().unwrap_or_default();
    if found > known {
        return Err(Error::NewerSchema { found, known });
    }
    for migration in migrator.iter() {
        if !applied.contains(&migration.version) {
            progress(&format!(
                "migration {}: {}",
                migration.version, migration.description
            ));
        }
    }
    Ok(())
}

/// The numbers of the applied migrations. Writes nothing, so that a newer database stays as it is.
async fn sqlite_applied(pool: &SqlitePool) -> Result<Vec<i64>, Error> {
    let exists: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = ?")
            .bind(NOTES)
            .fetch_one(pool)
            .await?;
    if exists == 0 {
        return Ok(Vec::new());
    }
    let applied = pool.acquire().await?.list_applied_migrations(NOTES).await?;
    Ok(applied.into_iter().map(|m| m.version).collect())
}

async fn postgres_applied(pool: &PgPool) -> Result<Vec<i64>, Error> {
    let exists: bool = sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL")
        .bind(NOTES)
        .fetch_one(pool)
        .await?;
    if !exists {
        return Ok(Vec::new());
    }
    let applied = pool.acquire().await?.list_applied_migrations(NOTES).await?;
    Ok(applied.into_iter().map(|m| m.version).collect())
}

/// Lets the serving role use the owner's tables, and nothing else.
async fn grant(owner: &PgPool, serving: &PgPool) -> Result<(), Error> {
    let current = "SELECT current_user::text";
    let role: String = sqlx::query_scalar(current).fetch_one(serving).await?;
    if role
        == sqlx::query_scalar::<_, String>(current)
            .fetch_one(owner)
            .await?
    {
        return Ok(());
    }
    let mut tx = owner.begin().await?;
    sqlx::query("SELECT pg_advisory_xact_lock($1)")
        .bind(GRANT_LOCK)
        .execute(&mut *tx)
        .await?;
    let tables = [&TENANT_TABLES[..], &GLOBAL_TABLES[..]].concat().join(", ");
    for form in [
        format!("GRANT SELECT, INSERT, UPDATE, DELETE ON {tables} TO %I"),
        format!("GRANT SELECT ON {NOTES} TO %I"),
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO %I".to_owned(),
    ] {
        // The database quotes the role's name itself.
        let statement: String = sqlx::query_scalar("SELECT format($1, $2)")
            .bind(form)
            .bind(&role)
            .fetch_one(&mut *tx)
            .await?;
        sqlx::query(AssertSqlSafe(statement))
            .execute(&mut *tx)
            .await?;
    }
    tx.commit().await?;
    Ok(())
}
