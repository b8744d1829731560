//! Login links work once; dashboard sessions.

use crate::harness::{both, dashboard_session, login_link};

both! {
    async fn a_login_link_is_taken_once(db) {
        let tenant = db.tenant("p1").await;
        for round in 0..5_u8 {
            let link = login_link(&tenant, round);
            let mut work = db.store.begin(&tenant).await.unwrap();
            work.insert_login_link(&link).await.unwrap();
            work.commit().await.unwrap();
            let takers: Vec<_> = (0..20)
                .map(|_| {
                    let store = db.store.clone();
                    tokio::spawn(async move { store.take_login_link(&[round; 32], 50).await.unwrap() })
                })
                .collect();
            let mut taken = Vec::new();
            for taker in takers {
                taken.extend(taker.await.unwrap());
            }
            assert_eq!(taken, std::slice::from_ref(&link));
            assert_eq!(db.store.login_link_by_hash(&[round; 32]).await.unwrap(), Some(link));
        }
    }
}

both! {
    async fn an_expired_or_unknown_login_link_is_not_taken(db) {
        let tenant = db.tenant("p1").await;
        let mut work = db.store.begin(&tenant).await.unwrap();
        work.insert_login_link(&login_link(&tenant, 1)).await.unwrap();
        work.commit().await.unwrap();
        assert_eq!(db.store.take_login_link(&[2; 32], 50).await.unwrap(), None);
        assert_eq!(db.store.take_login_link(&[1; 32], 100).await.unwrap(), None);
        assert!(db.store.take_login_link(&[1; 32], 99).await.unwrap().is_some());
    }
}

both! {
    async fn dashboard_sessions(db) {
        let tenant = db.tenant("p1").await;
        let mut session = dashboard_session(&tenant, 1);
        let mut work = db.store.begin(&tenant).await.unwrap();
        work.insert_dashboard_session(&session).await.unwrap();
        assert!(work.touch_dashboard_session(&[1; 32], 40).await.unwrap());
        assert!(!work.touch_dashboard_session(&[2; 32], 40).await.unwrap());
        work.commit().await.unwrap();
        session.last_seen_at_ms = 40;
        let found = db.store.dashboard_session_by_hash(&[1; 32]).await.unwrap();
        assert_eq!(found, Some(session));
        let mut work = db.store.begin(&tenant).await.unwrap();
        assert!(work.delete_dashboard_session(&[1; 32]).await.unwrap());
        assert!(!work.delete_dashboard_session(&[1; 32]).await.unwrap());
        work.commit().await.unwrap();
        assert_eq!(db.store.dashboard_session_by_hash(&[1; 32]).await.unwrap(), None);
    }
}
