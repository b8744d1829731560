//! What belongs to no tenant, and the look-ups that find out whose a secret is.

use linkyard_core::{ApiKeyId, Environment, OrganizationId, ProjectId, Tenant};
use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};

use crate::dialect::{Mode, Row, Scope};
use crate::record::{Record, is_tenants};
use crate::{ApiKey, ConnectSession, DashboardSession, Error, LoginLink, Store};

const PROJECT_COLUMNS: [&str; 5] = [
    "id",
    "organization_id",
    "environment",
    "name",
    "created_at_ms",
];

/// The owner of projects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    /// Its number, from 1001 up.
    pub id: OrganizationId,
    /// For people.
    pub name: String,
    /// When it was made, in milliseconds since 1970, by the database's clock.
    pub created_at_ms: i64,
}

/// A project to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewProject {
    /// Its slug, which no other project of the installation may have.
    pub id: ProjectId,
    /// Its owner.
    pub organization_id: OrganizationId,
    /// What it is used for; never changes.
    pub environment: Environment,
    /// For people.
    pub name: String,
    /// The present moment, in milliseconds since 1970.
    pub created_at_ms: i64,
}

/// A project: the tenant boundary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its slug.
    pub id: ProjectId,
    /// Its owner.
    pub organization_id: OrganizationId,
    /// What it is used for.
    pub environment: Environment,
    /// For people.
    pub name: String,
    /// When it was made, in milliseconds since 1970.
    pub created_at_ms: i64,
}

impl Project {
    /// The scope of its rows.
    pub fn tenant(&self) -> Tenant {
        Tenant {
            organization_id: self.organization_id,
            project_id: self.id.clone(),
            environment: self.environment,
        }
    }

    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.parsed("id")?,
            organization_id: OrganizationId(row.get("organization_id")?),
            environment: row.parsed("environment")?,
            name: row.get("name")?,
            created_at_ms: row.get("created_at_ms")?,
        })
    }
}

/// # Without a tenant
///
/// Every method fails with [`Error::Unavailable`] when the database does not answer, and each is a transaction of its
/// own.
impl Store {
    /// The sealed secret of the installation with this name.
    pub async fn vault_secret(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let select = Query::select()
            .column("sealed")
            .from("vault_secrets")
            .and_where(Expr::col("name").eq(name))
            .take();
        let rows = self.global(&select, Scope::None).await?;
        rows.first().map(|row| row.get("sealed")).transpose()
    }

    /// Keeps a sealed secret of the installation. `false` if there is one with this name, which stays as it is.
    pub async fn insert_vault_secret(&self, name: &str, sealed: &[u8]) -> Result<bool, Error> {
        let mut insert = Query::insert();
        insert
            .into_table("vault_secrets")
            .columns(["name", "sealed"])
            .values([Expr::val(name), Expr::val(sealed.to_vec())])
            .map_err(|_| Error::Corrupt {
                what: "vault_secrets",
            })?
            .on_conflict(
                sea_query::OnConflict::column("name")
                    .do_nothing()
                    .to_owned(),
            );
        let mut tx = self.transaction(Mode::Write, Scope::None).await?;
        let inserted = tx.execute(&insert).await? > 0;
        tx.commit().await?;
        Ok(inserted)
    }

    /// Makes an organization and gives its number.
    pub async fn create_organization(&self, name: &str) -> Result<OrganizationId, Error> {
        let mut insert = Query::insert();
        insert
            .into_table("organizations")
            .columns(["name"])
            .values([Expr::val(name)])
            .map_err(|_| Error::Corrupt {
                what: "organizations",
            })?
            .returning_col("id");
        let mut tx = self.transaction(Mode::Write, Scope::None).await?;
        let rows = tx.fetch(&insert).await?;
        let row = rows.first().ok_or(Error::Corrupt {
            what: "organizations",
        })?;
        let id = OrganizationId(row.get("id")?);
        tx.commit().await?;
        Ok(id)
    }

    /// Every organization, oldest first.
    pub async fn organizations(&self) -> Result<Vec<Organization>, Error> {
        let select = Query::select()
            .columns(["id", "name", "created_at_ms"])
            .from("organizations")
            .order_by("id", Order::Asc)
            .take();
        let read = |row: &Row| {
            Ok(Organization {
                id: OrganizationId(row.get("id")?),
                name: row.get("name")?,
                created_at_ms: row.get("created_at_ms")?,
            })
        };
        self.global(&select, Scope::None)
            .await?
            .iter()
            .map(read)
            .collect()
    }

    /// Makes a project.
    ///
    /// # Errors
    ///
    /// [`Error::Conflict`] when the slug is taken or the organization does not exist.
    pub async fn create_project(&self, project: NewProject) -> Result<Project, Error> {
        let mut insert = Query::insert();
        insert
            .into_table("projects")
            .columns(PROJECT_COLUMNS)
            .values([
                Expr::val(project.id.as_str()),
                Expr::val(project.organization_id.0),
                Expr::val(project.environment.as_str()),
                Expr::val(project.name.as_str()),
                Expr::val(project.created_at_ms),
            ])
            .map_err(|_| Error::Corrupt { what: "projects" })?;
        let mut tx = self.transaction(Mode::Write, Scope::None).await?;
        tx.execute(&insert)
            .await
            .map_err(|error| Error::of_table(error, "projects"))?;
        tx.commit().await?;
        Ok(Project {
            id: project.id,
            organization_id: project.organization_id,
            environment: project.environment,
            name: project.name,
            created_at_ms: project.created_at_ms,
        })
    }

    /// Every project, oldest first.
    pub async fn projects(&self) -> Result<Vec<Project>, Error> {
        let select = projects()
            .order_by("created_at_ms", Order::Asc)
            .order_by("id", Order::Asc)
            .take();
        self.global(&select, Scope::None)
            .await?
            .iter()
            .map(Project::from_row)
            .collect()
    }

    /// The project with this slug.
    pub async fn project(&self, id: &ProjectId) -> Result<Option<Project>, Error> {
        let select = projects().and_where(Expr::col("id").eq(id.as_str())).take();
        let rows = self.global(&select, Scope::None).await?;
        rows.first().map(Project::from_row).transpose()
    }

    /// The API key whose secret has this keyed hash, whatever its state.
    pub async fn api_key_by_hash(&self, hash: &[u8; 32]) -> Result<Option<ApiKey>, Error> {
        self.by_hash("key_hash", hash).await
    }

    /// The connect session whose token has this keyed hash, whatever its state.
    pub async fn connect_session_by_hash(
        &self,
        hash: &[u8; 32],
    ) -> Result<Option<ConnectSession>, Error> {
        self.by_hash("token_hash", hash).await
    }

    /// The dashboard session whose token has this keyed hash, whatever its state.
    pub async fn dashboard_session_by_hash(
        &self,
        hash: &[u8; 32],
    ) -> Result<Option<DashboardSession>, Error> {
        self.by_hash("token_hash", hash).await
    }

    /// The login link whose code has this keyed hash, used or not.
    pub async fn login_link_by_hash(&self, hash: &[u8; 32]) -> Result<Option<LoginLink>, Error> {
        self.by_hash("code_hash", hash).await
    }

    /// Uses a login link up: gives it once, to one caller, and only before it expires. `now_ms` is in milliseconds
    /// since 1970.
    pub async fn take_login_link(
        &self,
        hash: &[u8; 32],
        now_ms: i64,
    ) -> Result<Option<LoginLink>, Error> {
        let update = Query::update()
            .table(LoginLink::TABLE)
            .value("used_at_ms", now_ms)
            .and_where(Expr::col("code_hash").eq(hash.to_vec()))
            .and_where(Expr::col("used_at_ms").is_null())
            .and_where(Expr::col("expires_at_ms").gt(now_ms))
            .returning_all()
            .take();
        let mut tx = self.transaction(Mode::Write, Scope::Lookup(hash)).await?;
        let rows = tx.fetch(&update).await?;
        let link = rows.first().map(LoginLink::from_row).transpose()?;
        tx.commit().await?;
        Ok(link)
    }

    /// Notes when API keys were last used, all in one transaction. A moment earlier than the one noted changes
    /// nothing; a key that is gone is passed over.
    pub async fn touch_api_keys(&self, uses: &[(Tenant, ApiKeyId, i64)]) -> Result<(), Error> {
        if uses.is_empty() {
            return Ok(());
        }
        let mut tx = self.transaction(Mode::Write, Scope::None).await?;
        // In a fixed order, so that two replicas doing the same cannot wait for each other in a ring.
        let mut uses: Vec<_> = uses.iter().collect();
        uses.sort_by_key(|(_, id, _)| *id);
        for (tenant, id, last_used_at_ms) in uses {
            tx.set_scope(&Scope::Tenant(tenant)).await?;
            let last = Expr::col("last_used_at_ms");
            let update = Query::update()
                .table(ApiKey::TABLE)
                .value("last_used_at_ms", *last_used_at_ms)
                .cond_where(is_tenants(tenant))
                .and_where(Expr::col("id").eq(id.to_string()))
                .and_where(last.clone().is_null().or(last.lt(*last_used_at_ms)))
                .take();
            tx.execute(&update).await?;
        }
        tx.commit().await
    }

    async fn by_hash<R: Record>(
        &self,
        column: &'static str,
        hash: &[u8; 32],
    ) -> Result<Option<R>, Error> {
        let select = R::select()
            .and_where(Expr::col(column).eq(hash.to_vec()))
            .take();
        let rows = self.global(&select, Scope::Lookup(hash)).await?;
        rows.first().map(R::from_row).transpose()
    }

    async fn global(&self, select: &SelectStatement, scope: Scope<'_>) -> Result<Vec<Row>, Error> {
        let mut tx = self.transaction(Mode::Read, scope).await?;
        let rows = tx.fetch(select).await?;
        tx.commit().await?;
        Ok(rows)
    }
}

fn projects() -> SelectStatement {
    Query::select()
        .columns(PROJECT_COLUMNS)
        .from("projects")
        .take()
}
