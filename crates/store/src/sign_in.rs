//! Signing in to the dashboard: login links, which work once, and the sessions they open.

use linkyard_core::Tenant;
use sea_query::{Expr, ExprTrait, Value};

use crate::dialect::Row;
use crate::record::Record;
use crate::{Error, Work};

/// A link that opens the dashboard once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginLink {
    /// Whose it is.
    pub tenant: Tenant,
    /// The keyed hash of its code.
    pub code_hash: [u8; 32],
    /// When it was made, in milliseconds since 1970.
    pub created_at_ms: i64,
    /// When it ends, in milliseconds since 1970.
    pub expires_at_ms: i64,
}

/// A browser that is signed in to the dashboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DashboardSession {
    /// Whose it is.
    pub tenant: Tenant,
    /// The keyed hash of its token.
    pub token_hash: [u8; 32],
    /// When it was opened, in milliseconds since 1970.
    pub created_at_ms: i64,
    /// When it was last used, in milliseconds since 1970.
    pub last_seen_at_ms: i64,
    /// When it ends at the latest, in milliseconds since 1970.
    pub expires_at_ms: i64,
}

impl Record for LoginLink {
    const TABLE: &'static str = "login_links";
    const COLUMNS: &'static [&'static str] = &["code_hash", "created_at_ms", "expires_at_ms"];

    fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    fn values(&self) -> Result<Vec<Value>, Error> {
        Ok(vec![
            self.code_hash.to_vec().into(),
            self.created_at_ms.into(),
            self.expires_at_ms.into(),
        ])
    }

    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            tenant: row.tenant()?,
            code_hash: row.hash("code_hash")?,
            created_at_ms: row.get("created_at_ms")?,
            expires_at_ms: row.get("expires_at_ms")?,
        })
    }
}

impl Record for DashboardSession {
    const TABLE: &'static str = "dashboard_sessions";
    const COLUMNS: &'static [&'static str] = &[
        "token_hash",
        "created_at_ms",
        "last_seen_at_ms",
        "expires_at_ms",
    ];

    fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    fn values(&self) -> Result<Vec<Value>, Error> {
        Ok(vec![
            self.token_hash.to_vec().into(),
            self.created_at_ms.into(),
            self.last_seen_at_ms.into(),
            self.expires_at_ms.into(),
        ])
    }

    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            tenant: row.tenant()?,
            token_hash: row.hash("token_hash")?,
            created_at_ms: row.get("created_at_ms")?,
            last_seen_at_ms: row.get("last_seen_at_ms")?,
            expires_at_ms: row.get("expires_at_ms")?,
        })
    }
}

/// # Signing in
impl Work {
    /// Adds a login link.
    pub async fn insert_login_link(&mut self, link: &LoginLink) -> Result<(), Error> {
        self.insert(link).await
    }

    /// Adds a dashboard session.
    pub async fn insert_dashboard_session(
        &mut self,
        session: &DashboardSession,
    ) -> Result<(), Error> {
        self.insert(session).await
    }

    /// Notes when a dashboard session was last used, in milliseconds since 1970. `false` if it does not exist.
    pub async fn touch_dashboard_session(
        &mut self,
        token_hash: &[u8; 32],
        last_seen_at_ms: i64,
    ) -> Result<bool, Error> {
        let mut update = self.update(DashboardSession::TABLE);
        update
            .value("last_seen_at_ms", last_seen_at_ms)
            .and_where(Expr::col("token_hash").eq(token_hash.to_vec()));
        self.execute(&update, DashboardSession::TABLE)
            .await
            .map(|rows| rows > 0)
    }

    /// Ends a dashboard session. `false` if it does not exist.
    pub async fn delete_dashboard_session(&mut self, token_hash: &[u8; 32]) -> Result<bool, Error> {
        let mut delete = self.delete(DashboardSession::TABLE);
        delete.and_where(Expr::col("token_hash").eq(token_hash.to_vec()));
        self.execute(&delete, DashboardSession::TABLE)
            .await
            .map(|rows| rows > 0)
    }
}
