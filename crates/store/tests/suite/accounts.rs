//! Accounts: filters, pages, compare-and-swap, deletion.

use linkyard_core::AccountStatus;
use linkyard_store::{Account, AccountFilter, Error};

use crate::harness::{account, both, integration};

fn filter() -> AccountFilter {
    AccountFilter {
        page: 1,
        page_size: 50,
        ..AccountFilter::default()
    }
}

fn owners(accounts: &[Account]) -> Vec<&str> {
    accounts
        .iter()
        .map(|account| account.origin_owner_id.as_str())
        .collect()
}

both! {
    async fn filters_and_pages(db) {
        let tenant = db.tenant("p1").await;
        let integration = integration(&tenant);
        let mut work = db.store.begin(&tenant).await.unwrap();
        work.insert_integration(&integration).await.unwrap();
        let mut accounts = Vec::new();
        for (index, owner) in ["anna", "BERT", "carl", "dora", "ÉMILE"].into_iter().enumerate() {
            let mut row = account(&integration, owner, i64::try_from(index).unwrap());
            if owner == "carl" {
                "other".clone_into(&mut row.provider);
                row.status = AccountStatus::Error;
                row.label = None;
            }
            work.insert_account(&row).await.unwrap();
            accounts.push(row);
        }
        work.commit().await.unwrap();

        let mut work = db.store.read(&tenant).await.unwrap();
        let all = work.accounts(&filter()).await.unwrap();
        assert_eq!(owners(&all), ["ÉMILE", "dora", "carl", "BERT", "anna"]);
        assert_eq!(all[4], accounts[0]);
        assert_eq!(work.account(accounts[1].id).await.unwrap().as_ref(), Some(&accounts[1]));

        let pages = AccountFilter { page: 2, page_size: 2, ..filter() };
        assert_eq!(owners(&work.accounts(&pages).await.unwrap()), ["carl", "BERT"]);
        assert_eq!(work.count_accounts(&pages).await.unwrap(), 5);
        let beyond = AccountFilter { page: u32::MAX, page_size: u32::MAX, ..filter() };
        assert_eq!(work.accounts(&beyond).await.unwrap(), []);

        let cases: [(AccountFilter, &[&str]); 9] = [
            (AccountFilter { providers: vec!["other".to_owned()], ..filter() }, &["carl"]),
            (AccountFilter { account_ids: vec![accounts[0].id, accounts[3].id], ..filter() }, &["dora", "anna"]),
            (AccountFilter { origin_owner_ids: vec!["BERT".to_owned()], ..filter() }, &["BERT"]),
            (AccountFilter { statuses: vec![AccountStatus::Error], ..filter() }, &["carl"]),
            (AccountFilter { search: Some("bErT LTD".to_owned()), ..filter() }, &["BERT"]),
            (AccountFilter { search: Some("émi".to_owned()), ..filter() }, &["ÉMILE"]),
            (AccountFilter { search: Some("GRÖSSE".to_owned()), ..filter() }, &[]),
            (AccountFilter { search: Some("100%_!".to_owned()), ..filter() }, &["ÉMILE", "dora", "BERT", "anna"]),
            (AccountFilter { search: Some("a%a".to_owned()), ..filter() }, &[]),
        ];
        for (filter, expected) in cases {
            assert_eq!(owners(&work.accounts(&filter).await.unwrap()), expected, "{filter:?}");
            assert_eq!(work.count_accounts(&filter).await.unwrap(), expected.len() as u64);
        }
    }
}

both! {
    async fn the_newest_account_of_an_owner(db) {
        let tenant = db.tenant("p1").await;
        let integration = integration(&tenant);
        let (first, second) = (account(&integration, "anna", 1), account(&integration, "anna", 2));
        let mut work = db.store.begin(&tenant).await.unwrap();
        work.insert_integration(&integration).await.unwrap();
        work.insert_account(&second).await.unwrap();
        work.insert_account(&first).await.unwrap();
        let found = work.account_of_owner("anna", "anna Ltd", "acme").await.unwrap();
        assert_eq!(found.as_ref(), Some(&second));
        for (id, name, provider) in [("bert", "anna Ltd", "acme"), ("anna", "x", "acme"), ("anna", "anna Ltd", "x")] {
            assert_eq!(work.account_of_owner(id, name, provider).await.unwrap(), None);
        }
        work.delete_account(second.id, 5).await.unwrap();
        let found = work.account_of_owner("anna", "anna Ltd", "acme").await.unwrap();
        assert_eq!(found, Some(first));
    }
}

both! {
    async fn a_deleted_account_has_no_credentials(db) {
        let tenant = db.tenant("p1").await;
        let integration = integration(&tenant);
        let row = account(&integration, "anna", 1);
        let mut work = db.store.begin(&tenant).await.unwrap();
        work.insert_integration(&integration).await.unwrap();
        work.insert_account(&row).await.unwrap();
        let deleted = work.delete_account(row.id, 77).await.unwrap().unwrap();
        let expected = Account {
            status: AccountStatus::Archived,
            credentials: None,
            deleted_at_ms: Some(77),
            updated_at_ms: 77,
            ..row.clone()
        };
        assert_eq!(deleted, expected);
        assert_eq!(work.delete_account(row.id, 78).await.unwrap(), None);
        assert_eq!(work.account(row.id).await.unwrap(), None);
        assert_eq!(work.count_accounts(&filter()).await.unwrap(), 0);
        // A refresh that was under way does not bring it back.
        assert!(!work.update_account(&row, row.credential_version).await.unwrap());
    }
}

both! {
    /// Of many who change the same version, exactly one does.
    async fn compare_and_swap(db) {
        let tenant = db.tenant("p1").await;
        let integration = integration(&tenant);
        let row = account(&integration, "anna", 1);
        let mut work = db.store.begin(&tenant).await.unwrap();
        work.insert_integration(&integration).await.unwrap();
        work.insert_account(&row).await.unwrap();
        work.commit().await.unwrap();

        for version in 1..=5_i64 {
            let tasks: Vec<_> = (0..10_u8)
                .map(|writer| {
                    let (store, mut row) = (db.store.clone(), row.clone());
                    tokio::spawn(async move {
                        row.credential_version = version + 1;
                        row.credentials = Some(vec![writer]);
                        let mut work = store.begin(&row.tenant).await.unwrap();
                        let won = work.update_account(&row, version).await.unwrap();
                        work.commit().await.unwrap();
                        won.then_some(row)
                    })
                })
                .collect();
            let mut winners = Vec::new();
            for task in tasks {
                winners.extend(task.await.unwrap());
            }
            assert_eq!(winners.len(), 1);
            let mut work = db.store.read(&tenant).await.unwrap();
            assert_eq!(work.account(row.id).await.unwrap().as_ref(), winners.first());
        }
    }
}

both! {
    async fn conflicts(db) {
        let tenant = db.tenant("p1").await;
        let integration = integration(&tenant);
        let row = account(&integration, "anna", 1);
        let mut work = db.store.begin(&tenant).await.unwrap();
        let unlinked = work.insert_account(&row).await;
        assert!(matches!(unlinked, Err(Error::Conflict { what: "accounts" })), "{unlinked:?}");
        drop(work);
        let mut work = db.store.begin(&tenant).await.unwrap();
        work.insert_integration(&integration).await.unwrap();
        work.insert_account(&row).await.unwrap();
        let twice = work.insert_account(&row).await;
        assert!(matches!(twice, Err(Error::Conflict { what: "accounts" })), "{twice:?}");
    }
}
