//! Opening and migrating.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;

use linkyard_store::{Error, Options, Store};

use crate::harness::{both, new_postgres};

both! {
    async fn migrating_twice_changes_nothing(db) {
        let said = Mutex::new(Vec::new());
        db.store.migrate(&|line| said.lock().unwrap().push(line.to_owned())).await.unwrap();
        assert_eq!(*said.lock().unwrap(), ["the schema is up to date"]);
        db.store.ping().await.unwrap();
        db.store.close().await;
        assert!(matches!(db.store.ping().await, Err(Error::Unavailable { .. })));
    }
}

both! {
    async fn crs_6_a_newer_schema_is_refused(db) {
        db.raw(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             SELECT 9999, description, success, checksum, execution_time FROM _sqlx_migrations WHERE version = 1",
        )
        .await;
        let refused = db.store.migrate(&|_| ()).await;
        assert!(matches!(refused, Err(Error::NewerSchema { found: 9999, known: 1 })), "{refused:?}");
        let again = Store::open(db.options.clone()).await.unwrap();
        assert!(matches!(again.migrate(&|_| ()).await, Err(Error::NewerSchema { .. })));
    }
}

both! {
    async fn crs_6_a_changed_migration_is_refused(db) {
        db.raw("UPDATE _sqlx_migrations SET description = 'x', checksum = substr(checksum, 2)").await;
        assert!(matches!(db.store.migrate(&|_| ()).await, Err(Error::Migration { .. })));
    }
}

/// Three replicas start at once on an empty database.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn crs_6_replicas_migrate_at_once() {
    let (options, _admin) = new_postgres().await;
    let replicas: Vec<_> = (0..3)
        .map(|_| {
            let options = options.clone();
            tokio::spawn(async move {
                let store = Store::open(options).await.unwrap();
                store.migrate(&|_| ()).await.unwrap();
                store.create_organization("x").await.unwrap()
            })
        })
        .collect();
    for replica in replicas {
        replica.await.unwrap();
    }
}

/// One role that owns the tables and serves is held by row-level security too.
#[tokio::test]
async fn one_postgres_role_can_do_both() {
    let (options, admin) = new_postgres().await;
    let url = options.owner_url.unwrap();
    let store = Store::open(Options {
        url,
        owner_url: None,
        max_connections: 2,
    })
    .await
    .unwrap();
    store.migrate(&|_| ()).await.unwrap();
    store.create_organization("x").await.unwrap();
    drop(admin);
}

#[tokio::test]
async fn addresses_that_cannot_be_used() {
    for url in [
        "mysql://x",
        "",
        "sqlite::memory:",
        "sqlite://x?mode=memory",
        "postgres://[bad",
    ] {
        let options = Options {
            url: url.to_owned(),
            owner_url: None,
            max_connections: 1,
        };
        let error = Store::open(options).await.unwrap_err();
        assert!(matches!(error, Error::Address { .. }), "{url}: {error:?}");
    }
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("missing/x.db").display());
    let error = Store::open(Options {
        url,
        owner_url: None,
        max_connections: 1,
    })
    .await
    .unwrap_err();
    assert!(matches!(error, Error::NotWritable { .. }), "{error:?}");
}

/// Both folders have the same migrations.
#[test]
fn migrations_exist_for_both_databases() {
    let names = |dialect: &str| -> BTreeSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("migrations")
            .join(dialect);
        std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    };
    let sqlite = names("sqlite");
    assert!(!sqlite.is_empty());
    assert_eq!(sqlite, names("postgres"));
    let mut numbers = Vec::new();
    for name in &sqlite {
        let (number, _) = name.strip_suffix(".sql").unwrap().split_once('_').unwrap();
        assert_eq!(number.len(), 4, "{name}");
        numbers.push(number.parse::<usize>().unwrap());
    }
    assert_eq!(numbers, (1..=numbers.len()).collect::<Vec<_>>());
}
