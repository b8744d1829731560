//! The outbox: what happened in a project, in order.

use linkyard_core::{AccountId, EventId, Tenant};
use sea_query::{Expr, ExprTrait, Order, Value};

use crate::dialect::Row;
use crate::record::{Record, json};
use crate::{Error, Work};

/// Something that happened in a project.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its place among the project's events: larger than that of every event committed before.
    pub sequence: i64,
    /// Its id.
    pub id: EventId,
    /// Whose it is.
    pub tenant: Tenant,
    /// What happened, such as `account.created`.
    pub kind: String,
    /// The account it is about.
    pub account_id: Option<AccountId>,
    /// The particulars.
    pub payload: serde_json::Value,
    /// When it happened, in milliseconds since 1970.
    pub created_at_ms: i64,
}

impl Record for Event {
    const TABLE: &'static str = "events";
    const COLUMNS: &'static [&'static str] = &[
        "sequence",
        "id",
        "kind",
        "account_id",
        "payload",
        "created_at_ms",
    ];

    fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    fn values(&self) -> Result<Vec<Value>, Error> {
        Ok(vec![
            self.sequence.into(),
            self.id.to_string().into(),
            self.kind.as_str().into(),
            self.account_id.map(|id| id.to_string()).into(),
            json(&self.payload)?,
            self.created_at_ms.into(),
        ])
    }

    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            sequence: row.get("sequence")?,
            id: row.parsed("id")?,
            tenant: row.tenant()?,
            kind: row.get("kind")?,
            account_id: row.optional_parsed("account_id")?,
            payload: row.json("payload")?,
            created_at_ms: row.get("created_at_ms")?,
        })
    }
}

/// # Events
impl Work {
    /// Adds an event and gives its place. The project's row stays locked until the end of the transaction, so places
    /// are given in the order of commits and a reader never sees a later one before an earlier one.
    ///
    /// # Errors
    ///
    /// [`Error::Corrupt`] when the project does not exist.
    pub async fn append_event(
        &mut self,
        id: EventId,
        kind: &str,
        account_id: Option<AccountId>,
        payload: &serde_json::Value,
        now_ms: i64,
    ) -> Result<i64, Error> {
        let sequence = self.next_sequence().await?;
        let event = Event {
            sequence,
            id,
            tenant: self.tenant().clone(),
            kind: kind.to_owned(),
            account_id,
            payload: payload.clone(),
            created_at_ms: now_ms,
        };
        self.insert(&event).await?;
        Ok(sequence)
    }

    /// At most `limit` events after a place, in order.
    pub async fn events(&mut self, after_sequence: i64, limit: u32) -> Result<Vec<Event>, Error> {
        let mut select = self.select::<Event>();
        select
            .and_where(Expr::col("sequence").gt(after_sequence))
            .order_by("sequence", Order::Asc)
            .limit(u64::from(limit));
        self.all(&select).await
    }

    async fn next_sequence(&mut self) -> Result<i64, Error> {
        let tenant = self.tenant();
        let mut update = sea_query::Query::update();
        update
            .table("projects")
            .value(
                "last_event_sequence",
                Expr::col("last_event_sequence").add(1_i64),
            )
            .and_where(Expr::col("id").eq(tenant.project_id.as_str()))
            .and_where(Expr::col("organization_id").eq(tenant.organization_id.0))
            .and_where(Expr::col("environment").eq(tenant.environment.as_str()))
            .returning_col("last_event_sequence");
        let rows = self.fetch(&update, "projects").await?;
        let row = rows.first().ok_or(Error::Corrupt { what: "projects" })?;
        row.get("last_event_sequence")
    }
}
