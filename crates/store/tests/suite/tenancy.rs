//! TEN-1: the tables themselves, read from the catalog.

use std::collections::BTreeSet;

use linkyard_store::{GLOBAL_TABLES, TENANT_TABLES};
use sqlx::postgres::PgPoolOptions;
use sqlx::{AssertSqlSafe, Row};

use crate::harness::{
    Db, account, api_key, connect_session, dashboard_session, event_id, integration, login_link,
};

const TENANT_COLUMNS: [&str; 3] = ["environment", "organization_id", "project_id"];

fn expected_tables() -> BTreeSet<String> {
    TENANT_TABLES
        .iter()
        .chain(&GLOBAL_TABLES)
        .chain(&["_sqlx_migrations"])
        .map(ToString::to_string)
        .collect()
}

#[tokio::test]
async fn ten_1_sqlite_tables_have_the_tenant_columns() {
    let db = Db::sqlite().await;
    let pool = sqlx::SqlitePool::connect(&db.options.url).await.unwrap();
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert_eq!(
        tables.into_iter().collect::<BTreeSet<_>>(),
        expected_tables()
    );
    for table in TENANT_TABLES {
        let columns: Vec<String> = sqlx::query_scalar(
            "SELECT name FROM pragma_table_info(?) WHERE \"notnull\" = 1 \
             AND name IN ('organization_id', 'project_id', 'environment') ORDER BY name",
        )
        .bind(table)
        .fetch_all(&pool)
        .await
        .unwrap();
        assert_eq!(columns, TENANT_COLUMNS, "{table}");
    }
}

#[tokio::test]
async fn ten_1_postgres_tables_have_forced_row_level_security() {
    let db = Db::postgres().await;
    let admin = db.admin.as_ref().unwrap();
    let rows = sqlx::query(
        "SELECT relname::text, relrowsecurity, relforcerowsecurity, ARRAY( \
             SELECT attname::text FROM pg_attribute WHERE attrelid = pg_class.oid AND attnotnull \
             AND attname IN ('organization_id', 'project_id', 'environment') ORDER BY attname) AS columns \
         FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm') AND relnamespace = 'public'::regnamespace",
    )
    .fetch_all(admin)
    .await
    .unwrap();
    let tables = rows
        .iter()
        .map(|row| row.get::<String, _>("relname"))
        .collect::<BTreeSet<_>>();
    assert_eq!(tables, expected_tables());
    for row in &rows {
        let table: String = row.get("relname");
        if TENANT_TABLES.contains(&table.as_str()) {
            assert!(row.get::<bool, _>("relrowsecurity"), "{table}");
            assert!(row.get::<bool, _>("relforcerowsecurity"), "{table}");
            assert_eq!(
                row.get::<Vec<String>, _>("columns"),
                TENANT_COLUMNS,
                "{table}"
            );
        }
    }
}

/// Without the settings neither the serving role nor the owner of the tables sees, changes or adds a row.
#[tokio::test]
async fn ten_1_postgres_without_a_scope_there_are_no_rows() {
    let db = Db::postgres().await;
    let tenant = db.tenant("p1").await;
    let linked = integration(&tenant);
    let mut work = db.store.begin(&tenant).await.unwrap();
    work.insert_integration(&linked).await.unwrap();
    work.insert_account(&account(&linked, "anna", 1))
        .await
        .unwrap();
    work.insert_api_key(&api_key(&tenant, 1)).await.unwrap();
    work.insert_connect_session(&connect_session(&tenant, 1))
        .await
        .unwrap();
    work.insert_login_link(&login_link(&tenant, 1))
        .await
        .unwrap();
    work.insert_dashboard_session(&dashboard_session(&tenant, 1))
        .await
        .unwrap();
    let payload = serde_json::json!({});
    work.append_event(event_id(), "account.created", None, &payload, 1)
        .await
        .unwrap();
    work.commit().await.unwrap();

    let owner_url = db.options.owner_url.clone().unwrap();
    for url in [&db.options.url, &owner_url] {
        let pool = PgPoolOptions::new()
            .max_connections(1)
            .connect(url)
            .await
            .unwrap();
        for table in TENANT_TABLES {
            let count = format!("SELECT count(*) FROM {table}");
            let mut seen = Vec::new();
            // Never set; ended with its transaction; set to nothing; another tenant's; this tenant's.
            for (organization, project) in [
                (None, ""),
                (Some("1001"), "p1"),
                (Some(""), ""),
                (Some("1002"), "p1"),
            ] {
                let mut tx = pool.begin().await.unwrap();
                if let Some(organization) = organization {
                    sqlx::query(
                        "SELECT set_config('linkyard.organization_id', $1, true), \
                         set_config('linkyard.project_id', $2, true), \
                         set_config('linkyard.environment', 'production', true)",
                    )
                    .bind(organization)
                    .bind(project)
                    .execute(&mut *tx)
                    .await
                    .unwrap();
                }
                let found: i64 = sqlx::query_scalar(AssertSqlSafe(count.clone()))
                    .fetch_one(&mut *tx)
                    .await
                    .unwrap();
                seen.push(found);
                tx.commit().await.unwrap();
            }
            let after: i64 = sqlx::query_scalar(AssertSqlSafe(count))
                .fetch_one(&pool)
                .await
                .unwrap();
            seen.push(after);
            assert_eq!(seen, [0, 1, 0, 0, 0], "{table}");
            for statement in [
                format!("UPDATE {table} SET environment = 'development'"),
                format!("DELETE FROM {table}"),
            ] {
                let changed = sqlx::query(AssertSqlSafe(statement))
                    .execute(&pool)
                    .await
                    .unwrap();
                assert_eq!(changed.rows_affected(), 0, "{table}");
            }
        }
        let added = sqlx::query(
            "INSERT INTO login_links (organization_id, project_id, environment, code_hash, created_at_ms, \
             expires_at_ms) VALUES (1001, 'p1', 'production', '\\x00', 1, 1)",
        )
        .execute(&pool)
        .await
        .unwrap_err();
        assert!(added.to_string().contains("row-level security"), "{added}");
    }
}

/// The setting for look-ups shows the one row with that hash, and only lets a login link be marked.
#[tokio::test]
async fn ten_1_postgres_a_lookup_sees_one_row() {
    let db = Db::postgres().await;
    let tenant = db.tenant("p1").await;
    let mut work = db.store.begin(&tenant).await.unwrap();
    for hash in [1, 2] {
        work.insert_api_key(&api_key(&tenant, hash)).await.unwrap();
        work.insert_login_link(&login_link(&tenant, hash))
            .await
            .unwrap();
    }
    work.commit().await.unwrap();
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .connect(&db.options.url)
        .await
        .unwrap();
    let mut tx = pool.begin().await.unwrap();
    sqlx::query("SELECT set_config('linkyard.lookup_hash', repeat('01', 32), true)")
        .execute(&mut *tx)
        .await
        .unwrap();
    let seen: i64 = sqlx::query_scalar("SELECT count(*) FROM api_keys")
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    assert_eq!(seen, 1);
    for (statement, expected) in [
        ("UPDATE api_keys SET disabled_at_ms = 1", 0),
        ("DELETE FROM api_keys", 0),
        ("DELETE FROM login_links", 0),
        ("UPDATE login_links SET used_at_ms = 1", 1),
    ] {
        let changed = sqlx::query(statement)
            .execute(&mut *tx)
            .await
            .unwrap()
            .rows_affected();
        assert_eq!(changed, expected, "{statement}");
    }
}
