//! No method of a unit of work sees or changes another tenant's rows.

use linkyard_core::{Environment, Tenant};
use linkyard_store::{AccountFilter, Error, Work};

use crate::harness::{
    account, api_key, both, connect_session, dashboard_session, event_id, integration, login_link,
};

/// Fails unless a row of another tenant was refused.
fn refused<T: std::fmt::Debug>(result: &Result<T, Error>) {
    assert!(
        matches!(result, Err(Error::OtherTenant { .. })),
        "{result:?}"
    );
}

both! {
    async fn every_method_stays_within_its_tenant(db) {
        let owner = db.tenant("p1").await;
        let sibling = db.project(owner.organization_id, "p2").await;
        let stranger = db.tenant("p3").await;
        let linked = integration(&owner);
        let row = account(&linked, "anna", 1);
        let key = api_key(&owner, 1);
        let mut work = db.store.begin(&owner).await.unwrap();
        work.insert_integration(&linked).await.unwrap();
        work.insert_account(&row).await.unwrap();
        work.insert_api_key(&key).await.unwrap();
        work.insert_connect_session(&connect_session(&owner, 1)).await.unwrap();
        work.insert_login_link(&login_link(&owner, 1)).await.unwrap();
        work.insert_dashboard_session(&dashboard_session(&owner, 1)).await.unwrap();
        let payload = serde_json::json!({});
        work.append_event(event_id(), "account.created", Some(row.id), &payload, 1).await.unwrap();
        work.commit().await.unwrap();

        // The same project seen as another environment or organization is another tenant as well.
        let environment = Tenant { environment: Environment::Development, ..owner.clone() };
        let organization = Tenant { organization_id: stranger.organization_id, ..owner.clone() };
        let filter = AccountFilter { page: 1, page_size: 10, ..AccountFilter::default() };
        let by_id = AccountFilter { account_ids: vec![row.id], ..filter.clone() };
        for other in [&sibling, &stranger, &environment, &organization] {
            let mut work: Work = db.store.begin(other).await.unwrap();
            assert_eq!(work.integration(linked.id).await.unwrap(), None);
            assert_eq!(work.integrations().await.unwrap(), []);
            assert_eq!(work.account(row.id).await.unwrap(), None);
            assert_eq!(work.accounts(&filter).await.unwrap(), []);
            assert_eq!(work.accounts(&by_id).await.unwrap(), []);
            assert_eq!(work.count_accounts(&filter).await.unwrap(), 0);
            assert_eq!(work.account_of_owner("anna", "anna Ltd", "acme").await.unwrap(), None);
            assert_eq!(work.delete_account(row.id, 9).await.unwrap(), None);
            assert_eq!(work.api_keys().await.unwrap(), []);
            assert_eq!(work.api_key(key.id).await.unwrap(), None);
            assert!(!work.set_api_key_disabled(key.id, Some(9)).await.unwrap());
            assert!(!work.delete_api_key(key.id).await.unwrap());
            assert!(!work.touch_dashboard_session(&[1; 32], 99).await.unwrap());
            assert!(!work.delete_dashboard_session(&[1; 32]).await.unwrap());
            assert_eq!(work.events(0, 10).await.unwrap(), []);
            // Rows that claim the other tenant exist in no table afterwards.
            let mut moved = linked.clone();
            moved.tenant = other.clone();
            "moved".clone_into(&mut moved.name);
            assert!(!work.update_integration(&moved).await.unwrap());
            let mut moved = row.clone();
            moved.tenant = other.clone();
            assert!(!work.update_account(&moved, row.credential_version).await.unwrap());
            // Rows of the owner are refused.
            refused(&work.insert_integration(&integration(&owner)).await);
            refused(&work.update_integration(&linked).await);
            refused(&work.insert_account(&row).await);
            refused(&work.update_account(&row, row.credential_version).await);
            refused(&work.insert_api_key(&api_key(&owner, 7)).await);
            refused(&work.insert_connect_session(&connect_session(&owner, 7)).await);
            refused(&work.insert_login_link(&login_link(&owner, 7)).await);
            refused(&work.insert_dashboard_session(&dashboard_session(&owner, 7)).await);
            work.commit().await.unwrap();
            // Nor can an account refer to another tenant's integration.
            let mut crossing = account(&linked, "eve", 1);
            crossing.tenant = other.clone();
            let mut work = db.store.begin(other).await.unwrap();
            let crossed = work.insert_account(&crossing).await;
            assert!(matches!(crossed, Err(Error::Conflict { .. })), "{crossed:?}");
        }

        let mut work = db.store.read(&owner).await.unwrap();
        assert_eq!(work.integrations().await.unwrap(), [linked]);
        assert_eq!(work.account(row.id).await.unwrap(), Some(row));
        assert_eq!(work.api_keys().await.unwrap(), [key]);
        assert_eq!(work.events(0, 10).await.unwrap().len(), 1);
        let session = db.store.dashboard_session_by_hash(&[1; 32]).await.unwrap().unwrap();
        assert_eq!(session.last_seen_at_ms, 1);
    }
}
