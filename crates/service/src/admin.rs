//! Administration: organizations, projects, dashboard log-in.

use linkyard_core::{Environment, ProjectId, Tenant};
use linkyard_store::{DashboardSession, LoginLink, NewProject, Project};

use crate::{Error, Operator, Service, TokenKind, token};

/// A log-in link works this long.
const LOGIN_LINK_MS: i64 = 60 * 60 * 1000;
/// A dashboard session ends after this long without use.
const IDLE_MS: i64 = 30 * 60 * 1000;
/// A dashboard session ends after this long in any case.
const ABSOLUTE_MS: i64 = 12 * 60 * 60 * 1000;
/// A session's last use is written at most this often.
const TOUCH_MS: i64 = 60 * 1000;

const NO_SESSION: Error =
    Error::Unauthenticated("log in with a link from `linkyard admin login-link`");

impl Service {
    /// The projects, oldest first.
    pub async fn projects(&self) -> Result<Vec<Project>, Error> {
        Ok(self.0.store.projects().await?)
    }

    /// The project with this id.
    pub async fn project(&self, id: &ProjectId) -> Result<Project, Error> {
        self.0
            .store
            .project(id)
            .await?
            .ok_or(Error::NotFound("project"))
    }

    /// Makes a project in the first organization, and that organization on an empty store.
    pub async fn create_project(
        &self,
        id: ProjectId,
        name: &str,
        environment: Environment,
    ) -> Result<Project, Error> {
        if self.0.store.project(&id).await?.is_some() {
            return Err(Error::Conflict(format!("there is a project {id} already")));
        }
        let organization_id = match self.0.store.organizations().await?.first() {
            Some(organization) => organization.id,
            None => self.0.store.create_organization("Default").await?,
        };
        let project = NewProject {
            id,
            organization_id,
            environment,
            name: name.to_owned(),
            created_at_ms: self.now_ms(),
        };
        Ok(self.0.store.create_project(project).await?)
    }

    /// A link that opens the project's dashboard once, within the hour.
    pub async fn create_login_link(&self, tenant: &Tenant) -> Result<String, Error> {
        let code = token::generate(TokenKind::LoginCode, self.0.random.as_ref());
        let now = self.now_ms();
        let mut work = self.0.store.begin(tenant).await?;
        work.insert_login_link(&LoginLink {
            tenant: tenant.clone(),
            code_hash: self.hash(TokenKind::LoginCode, &code),
            created_at_ms: now,
            expires_at_ms: now + LOGIN_LINK_MS,
        })
        .await?;
        work.commit().await?;
        Ok(format!(
            "{}/dashboard/login#{code}",
            self.0.settings.public_url
        ))
    }

    /// Trades the code of a log-in link for a dashboard session. Gives the session's token for the cookie.
    pub async fn log_in(&self, code: &str) -> Result<String, Error> {
        const REFUSED: Error = Error::Unauthenticated(
            "this log-in link was used before, or has expired; make a new one",
        );
        if !token::is_well_formed(TokenKind::LoginCode, code) {
            return Err(REFUSED);
        }
        let now = self.now_ms();
        let hash = self.hash(TokenKind::LoginCode, code);
        let link = self
            .0
            .store
            .take_login_link(&hash, now)
            .await?
            .ok_or(REFUSED)?;
        let session = token::generate(TokenKind::DashboardSession, self.0.random.as_ref());
        let mut work = self.0.store.begin(&link.tenant).await?;
        work.insert_dashboard_session(&DashboardSession {
            tenant: link.tenant.clone(),
            token_hash: self.hash(TokenKind::DashboardSession, &session),
            created_at_ms: now,
            last_seen_at_ms: now,
            expires_at_ms: now + ABSOLUTE_MS,
        })
        .await?;
        work.commit().await?;
        Ok(session)
    }

    /// Who holds this dashboard session.
    pub async fn authenticate_operator(&self, session: &str) -> Result<Operator, Error> {
        if !token::is_well_formed(TokenKind::DashboardSession, session) {
            return Err(NO_SESSION);
        }
        let hash = self.hash(TokenKind::DashboardSession, session);
        let row = self
            .0
            .store
            .dashboard_session_by_hash(&hash)
            .await?
            .ok_or(NO_SESSION)?;
        let now = self.now_ms();
        if row.expires_at_ms <= now || row.last_seen_at_ms + IDLE_MS <= now {
            return Err(NO_SESSION);
        }
        if row.last_seen_at_ms + TOUCH_MS <= now {
            let mut work = self.0.store.begin(&row.tenant).await?;
            work.touch_dashboard_session(&hash, now).await?;
            work.commit().await?;
        }
        Ok(Operator {
            tenant: row.tenant,
            session_hash: hash,
        })
    }

    /// Ends a dashboard session.
    pub async fn log_out(&self, operator: &Operator) -> Result<(), Error> {
        let mut work = self.0.store.begin(&operator.tenant).await?;
        work.delete_dashboard_session(&operator.session_hash)
            .await?;
        work.commit().await?;
        Ok(())
    }
}
