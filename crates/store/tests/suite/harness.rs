//! A database per test, and rows to put into it.

use std::str::FromStr;

use linkyard_core::{
    AccountId, AccountStatus, AccountType, ApiKeyId, ConnectSessionId, Environment, EventId,
    IntegrationId, OrganizationId, StatusReason, Tenant,
};
use linkyard_store::{
    Account, ApiKey, ConnectSession, DashboardSession, Integration, LoginLink, MissingScopes,
    NewProject, Options, Store,
};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, PgPool};
use uuid::Uuid;

/// Makes a test of the same name for each database.
macro_rules! both {
    ($(#[$meta:meta])* async fn $name:ident($db:ident) $body:block) => {
        $(#[$meta])*
        async fn $name($db: crate::harness::Db) $body

        mod $name {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$name(crate::harness::Db::sqlite().await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                super::$name(crate::harness::Db::postgres().await).await;
            }
        }
    };
}
pub(crate) use both;

/// A migrated database.
pub(crate) struct Db {
    pub(crate) store: Store,
    pub(crate) options: Options,
    /// A superuser's connections; PostgreSQL only.
    pub(crate) admin: Option<PgPool>,
    _folder: tempfile::TempDir,
}

impl Db {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("linkyard.db").display());
        let options = Options {
            url,
            owner_url: None,
            max_connections: 4,
        };
        Self::open(options, None, folder).await
    }

    pub(crate) async fn postgres() -> Self {
        let (options, admin) = new_postgres().await;
        Self::open(options, Some(admin), tempfile::tempdir().unwrap()).await
    }

    async fn open(options: Options, admin: Option<PgPool>, folder: tempfile::TempDir) -> Self {
        let store = Store::open(options.clone()).await.unwrap();
        store.migrate(&|_| ()).await.unwrap();
        Self {
            store,
            options,
            admin,
            _folder: folder,
        }
    }

    /// Runs a statement past the store, as a superuser on PostgreSQL.
    pub(crate) async fn raw(&self, sql: &str) {
        let sql = AssertSqlSafe(sql.to_owned());
        if let Some(admin) = &self.admin {
            sqlx::query(sql).execute(admin).await.unwrap();
        } else {
            let pool = sqlx::SqlitePool::connect(&self.options.url).await.unwrap();
            sqlx::query(sql).execute(&pool).await.unwrap();
            pool.close().await;
        }
    }

    /// Makes an organization and a project in it.
    pub(crate) async fn tenant(&self, project: &str) -> Tenant {
        let organization_id = self.store.create_organization(project).await.unwrap();
        self.project(organization_id, project).await
    }

    pub(crate) async fn project(&self, organization_id: OrganizationId, project: &str) -> Tenant {
        let new = NewProject {
            id: project.parse().unwrap(),
            organization_id,
            environment: Environment::Production,
            name: format!("Project {project}"),
            created_at_ms: 1,
        };
        self.store.create_project(new).await.unwrap().tenant()
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the test's server is named by the environment"
)]
fn server() -> String {
    std::env::var("LINKYARD_TEST_POSTGRES_URL").expect(
        "LINKYARD_TEST_POSTGRES_URL is not set: run the tests with scripts/with-postgres.sh, \
         for example `scripts/with-postgres.sh cargo nextest run`",
    )
}

/// A database of its own with an owner and a serving role, neither of which may pass row-level security.
pub(crate) async fn new_postgres() -> (Options, PgPool) {
    let server = PgConnectOptions::from_str(&server()).unwrap();
    let name = Uuid::new_v4().simple().to_string();
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .connect_with(server.clone())
        .await
        .unwrap();
    for statement in [
        format!("CREATE ROLE owner_{name} LOGIN PASSWORD '{name}' NOSUPERUSER NOBYPASSRLS"),
        format!("CREATE ROLE serving_{name} LOGIN PASSWORD '{name}' NOSUPERUSER NOBYPASSRLS"),
        format!("CREATE DATABASE test_{name} OWNER owner_{name}"),
    ] {
        sqlx::query(AssertSqlSafe(statement))
            .execute(&pool)
            .await
            .unwrap();
    }
    pool.close().await;
    let admin = PgPoolOptions::new()
        .max_connections(1)
        .connect_with(server.clone().database(&format!("test_{name}")))
        .await
        .unwrap();
    let (host, port) = (server.get_host(), server.get_port());
    let url = |role: &str| format!("postgres://{role}_{name}:{name}@{host}:{port}/test_{name}");
    let options = Options {
        url: url("serving"),
        owner_url: Some(url("owner")),
        max_connections: 8,
    };
    (options, admin)
}

pub(crate) fn integration(tenant: &Tenant) -> Integration {
    Integration {
        id: IntegrationId(Uuid::now_v7()),
        tenant: tenant.clone(),
        connector_key: "acme".to_owned(),
        connector_version: "1.0.0".to_owned(),
        auth_method: "api_key".to_owned(),
        provider_environment: "live".to_owned(),
        name: "Acme".to_owned(),
        setup_values: Some(vec![0, 1, 255]),
        enabled_actions: Some(vec!["list_people".to_owned()]),
        missing_scopes: MissingScopes::Refuse,
        active: true,
        created_at_ms: 10,
        updated_at_ms: 11,
    }
}

pub(crate) fn account(integration: &Integration, owner: &str, created_at_ms: i64) -> Account {
    Account {
        id: AccountId(Uuid::now_v7()),
        tenant: integration.tenant.clone(),
        integration_id: integration.id,
        provider: "acme".to_owned(),
        auth_method: "api_key".to_owned(),
        provider_environment: "live".to_owned(),
        status: AccountStatus::Active,
        status_reasons: vec![StatusReason {
            code: Some("new".to_owned()),
            description: None,
            timestamp: chrono::DateTime::from_timestamp_millis(1_500).unwrap(),
        }],
        origin_owner_id: owner.to_owned(),
        origin_owner_name: format!("{owner} Ltd"),
        origin_username: Some("ada@example.test".to_owned()),
        label: Some(serde_json::json!("Größe 100%_!")),
        account_type: AccountType::Test,
        shared: Some(false),
        metadata: Some(serde_json::json!({ "b": 1, "a": [null, "\u{0}x"] })),
        setup_information: serde_json::json!({ "host": "example.test" }),
        credentials: Some(vec![1, 2, 3]),
        credential_version: 1,
        granted_scopes: Some(vec!["read".to_owned()]),
        created_at_ms,
        updated_at_ms: created_at_ms,
        deleted_at_ms: None,
    }
}

pub(crate) fn api_key(tenant: &Tenant, hash: u8) -> ApiKey {
    ApiKey {
        id: ApiKeyId(Uuid::now_v7()),
        tenant: tenant.clone(),
        name: "CI".to_owned(),
        display: "v1.key…abcd".to_owned(),
        key_hash: [hash; 32],
        scopes: vec!["actions".to_owned()],
        created_at_ms: 20,
        expires_at_ms: Some(30),
        last_used_at_ms: None,
        disabled_at_ms: None,
    }
}

pub(crate) fn connect_session(tenant: &Tenant, hash: u8) -> ConnectSession {
    ConnectSession {
        id: ConnectSessionId(0),
        tenant: tenant.clone(),
        token_hash: [hash; 32],
        origin_owner_id: "o1".to_owned(),
        origin_owner_name: "Owner".to_owned(),
        origin_username: None,
        provider: Some("acme".to_owned()),
        categories: Some(vec!["hris".to_owned()]),
        integration_id: None,
        account_id: None,
        label: Some("L".to_owned()),
        metadata: Some(serde_json::json!({ "k": "v" })),
        multiple: true,
        account_type: AccountType::Production,
        shared: Some(true),
        created_at_ms: 1,
        expires_at_ms: 2,
        revoked_at_ms: None,
    }
}

pub(crate) fn login_link(tenant: &Tenant, hash: u8) -> LoginLink {
    LoginLink {
        tenant: tenant.clone(),
        code_hash: [hash; 32],
        created_at_ms: 1,
        expires_at_ms: 100,
    }
}

pub(crate) fn dashboard_session(tenant: &Tenant, hash: u8) -> DashboardSession {
    DashboardSession {
        tenant: tenant.clone(),
        token_hash: [hash; 32],
        created_at_ms: 1,
        last_seen_at_ms: 1,
        expires_at_ms: 100,
    }
}

pub(crate) fn event_id() -> EventId {
    EventId(Uuid::now_v7())
}
