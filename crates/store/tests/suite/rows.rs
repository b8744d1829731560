//! Each kind of row comes back as it was stored.

use linkyard_core::OrganizationId;
use linkyard_store::{Error, NewProject};

use crate::harness::{account, api_key, both, connect_session, event_id, integration};

both! {
    async fn organizations_and_projects(db) {
        let first = db.store.create_organization("One").await.unwrap();
        let second = db.store.create_organization("Two").await.unwrap();
        assert_eq!((first, second), (OrganizationId(1001), OrganizationId(1002)));
        let organizations = db.store.organizations().await.unwrap();
        assert_eq!(organizations.len(), 2);
        assert_eq!(organizations[1].name, "Two");
        // The database's clock is somewhere after 2020.
        assert!(organizations[0].created_at_ms > 1_577_836_800_000);

        let tenant = db.project(first, "dev-56501").await;
        let project = db.store.project(&tenant.project_id).await.unwrap().unwrap();
        assert_eq!(project.tenant(), tenant);
        assert_eq!(db.store.projects().await.unwrap(), std::slice::from_ref(&project));
        assert_eq!(db.store.project(&"other".parse().unwrap()).await.unwrap(), None);

        let again = NewProject {
            id: project.id,
            organization_id: second,
            environment: project.environment,
            name: String::new(),
            created_at_ms: 0,
        };
        let taken = db.store.create_project(again.clone()).await;
        assert!(matches!(taken, Err(Error::Conflict { what: "projects" })), "{taken:?}");
        let nobody = NewProject {
            id: "p2".parse().unwrap(),
            organization_id: OrganizationId(5),
            ..again
        };
        let nobody = db.store.create_project(nobody).await;
        assert!(matches!(nobody, Err(Error::Conflict { .. })), "{nobody:?}");
    }
}

both! {
    async fn vault_secrets_are_written_once(db) {
        assert_eq!(db.store.vault_secret("hash").await.unwrap(), None);
        assert!(db.store.insert_vault_secret("hash", &[1, 0, 255]).await.unwrap());
        assert!(!db.store.insert_vault_secret("hash", &[2]).await.unwrap());
        assert_eq!(db.store.vault_secret("hash").await.unwrap(), Some(vec![1, 0, 255]));
    }
}

both! {
    async fn integrations(db) {
        let tenant = db.tenant("p1").await;
        let mut older = integration(&tenant);
        older.created_at_ms = 5;
        older.enabled_actions = None;
        older.setup_values = None;
        let mut newer = integration(&tenant);
        let mut work = db.store.begin(&tenant).await.unwrap();
        work.insert_integration(&newer).await.unwrap();
        work.insert_integration(&older).await.unwrap();
        work.commit().await.unwrap();

        let mut work = db.store.begin(&tenant).await.unwrap();
        assert_eq!(work.integrations().await.unwrap(), [older.clone(), newer.clone()]);
        newer.active = false;
        "Renamed".clone_into(&mut newer.name);
        newer.updated_at_ms = 99;
        assert!(work.update_integration(&newer).await.unwrap());
        assert_eq!(work.integration(newer.id).await.unwrap(), Some(newer.clone()));
        let unknown = integration(&tenant);
        assert!(!work.update_integration(&unknown).await.unwrap());
        assert_eq!(work.integration(unknown.id).await.unwrap(), None);
        // Not committed: rolled back.
        drop(work);
        let mut work = db.store.read(&tenant).await.unwrap();
        assert_eq!(work.integration(newer.id).await.unwrap().unwrap().name, "Acme");
    }
}

both! {
    async fn connect_sessions(db) {
        let tenant = db.tenant("p1").await;
        let integration = integration(&tenant);
        let account = account(&integration, "o1", 1);
        let mut work = db.store.begin(&tenant).await.unwrap();
        work.insert_integration(&integration).await.unwrap();
        work.insert_account(&account).await.unwrap();
        let mut session = connect_session(&tenant, 1);
        session.integration_id = Some(integration.id);
        session.account_id = Some(account.id);
        session.id = work.insert_connect_session(&session).await.unwrap();
        let mut plain = connect_session(&tenant, 2);
        plain.id = work.insert_connect_session(&plain).await.unwrap();
        work.commit().await.unwrap();
        assert!(plain.id > session.id);
        assert_eq!(db.store.connect_session_by_hash(&[1; 32]).await.unwrap(), Some(session));
        assert_eq!(db.store.connect_session_by_hash(&[2; 32]).await.unwrap(), Some(plain));
        assert_eq!(db.store.connect_session_by_hash(&[3; 32]).await.unwrap(), None);
    }
}

both! {
    async fn api_keys(db) {
        let tenant = db.tenant("p1").await;
        let other = db.tenant("p2").await;
        let mut key = api_key(&tenant, 1);
        let mut foreign = api_key(&other, 2);
        for key in [&key, &foreign] {
            let mut work = db.store.begin(&key.tenant).await.unwrap();
            work.insert_api_key(key).await.unwrap();
            work.commit().await.unwrap();
        }
        assert_eq!(db.store.api_key_by_hash(&[1; 32]).await.unwrap(), Some(key.clone()));
        assert_eq!(db.store.api_key_by_hash(&[9; 32]).await.unwrap(), None);

        let uses = [(tenant.clone(), key.id, 70), (other.clone(), foreign.id, 80), (tenant.clone(), key.id, 60)];
        db.store.touch_api_keys(&uses).await.unwrap();
        // A key under another tenant's name is not touched.
        db.store.touch_api_keys(&[(other.clone(), key.id, 500)]).await.unwrap();
        key.last_used_at_ms = Some(70);
        foreign.last_used_at_ms = Some(80);
        assert_eq!(db.store.api_key_by_hash(&[1; 32]).await.unwrap(), Some(key.clone()));
        assert_eq!(db.store.api_key_by_hash(&[2; 32]).await.unwrap(), Some(foreign));

        let mut work = db.store.begin(&tenant).await.unwrap();
        assert!(work.set_api_key_disabled(key.id, Some(90)).await.unwrap());
        assert_eq!(work.api_key(key.id).await.unwrap().unwrap().disabled_at_ms, Some(90));
        assert!(work.set_api_key_disabled(key.id, None).await.unwrap());
        assert_eq!(work.api_keys().await.unwrap(), [key.clone()]);
        assert!(work.delete_api_key(key.id).await.unwrap());
        assert!(!work.delete_api_key(key.id).await.unwrap());
        work.commit().await.unwrap();
        assert_eq!(db.store.api_key_by_hash(&[1; 32]).await.unwrap(), None);
    }
}

both! {
    /// Places are given in the order of commits, without gaps, and a reader that follows along misses nothing.
    async fn events_are_in_order_under_concurrency(db) {
        let tenant = db.tenant("p1").await;
        let writers = (0..8_i64).map(|writer| {
            let (store, tenant) = (db.store.clone(), tenant.clone());
            tokio::spawn(async move {
                for turn in 0..10_i64 {
                    let mut work = store.begin(&tenant).await.unwrap();
                    let payload = serde_json::json!({ "writer": writer });
                    work.append_event(event_id(), "account.created", None, &payload, turn).await.unwrap();
                    // Some give up, and must leave no gap.
                    if turn % 5 != 4 {
                        work.commit().await.unwrap();
                    }
                }
            })
        });
        let writers: Vec<_> = writers.collect();
        let mut seen = Vec::new();
        while seen.len() < 64 {
            let mut work = db.store.read(&tenant).await.unwrap();
            let last = seen.last().copied().unwrap_or(0);
            seen.extend(work.events(last, 7).await.unwrap().iter().map(|event| event.sequence));
            drop(work);
            tokio::task::yield_now().await;
        }
        for writer in writers {
            writer.await.unwrap();
        }
        assert_eq!(seen, (1..=64).collect::<Vec<i64>>());
    }
}

both! {
    async fn an_event_of_an_unknown_project_is_refused(db) {
        let mut tenant = db.tenant("p1").await;
        tenant.project_id = "p2".parse().unwrap();
        let mut work = db.store.begin(&tenant).await.unwrap();
        let payload = serde_json::json!({});
        let refused = work.append_event(event_id(), "x", None, &payload, 1).await;
        assert!(matches!(refused, Err(Error::Corrupt { what: "projects" })), "{refused:?}");
    }
}

both! {
    /// The same text is refused on both databases, although only PostgreSQL needs it.
    async fn text_with_nul_is_refused(db) {
        let tenant = db.tenant("p1").await;
        let mut row = integration(&tenant);
        "a\0b".clone_into(&mut row.name);
        let mut work = db.store.begin(&tenant).await.unwrap();
        let refused = work.insert_integration(&row).await;
        assert!(matches!(refused, Err(Error::Corrupt { .. })), "{refused:?}");
    }
}

both! {
    async fn a_read_cannot_write(db) {
        let tenant = db.tenant("p1").await;
        let mut work = db.store.read(&tenant).await.unwrap();
        let refused = work.insert_integration(&integration(&tenant)).await;
        assert!(matches!(refused, Err(Error::NotWritable { .. })), "{refused:?}");
    }
}
