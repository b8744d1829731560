//! A unit of work: one transaction on one tenant's rows.

use linkyard_core::Tenant;
use sea_query::{Condition, DeleteStatement, Expr, Query, SelectStatement, UpdateStatement, Value};

use crate::Error;
use crate::dialect::{Row, Tx};
use crate::record::{Record, TENANT_COLUMNS, is_tenants, tenant_values};

/// A transaction on one tenant's rows. Nothing is kept until [`Work::commit`]; dropping it rolls back. After an error
/// it has to be dropped.
#[must_use = "dropping a unit of work rolls it back"]
pub struct Work {
    tx: Tx,
    tenant: Tenant,
}

impl std::fmt::Debug for Work {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Work")
            .field("tenant", &self.tenant)
            .finish_non_exhaustive()
    }
}

impl Work {
    pub(crate) fn new(tx: Tx, tenant: Tenant) -> Self {
        Self { tx, tenant }
    }

    /// Whose rows this is about.
    pub fn tenant(&self) -> &Tenant {
        &self.tenant
    }

    /// Keeps what was done. When it returns, the data is on disk.
    ///
    /// # Errors
    ///
    /// When the database fails; whether the data was kept is then unknown.
    pub async fn commit(self) -> Result<(), Error> {
        self.tx.commit().await
    }

    pub(crate) fn select<R: Record>(&self) -> SelectStatement {
        R::select().cond_where(is_tenants(&self.tenant)).take()
    }

    pub(crate) fn update(&self, table: &'static str) -> UpdateStatement {
        Query::update()
            .table(table)
            .cond_where(is_tenants(&self.tenant))
            .take()
    }

    pub(crate) fn delete(&self, table: &'static str) -> DeleteStatement {
        Query::delete()
            .from_table(table)
            .cond_where(is_tenants(&self.tenant))
            .take()
    }

    pub(crate) async fn insert<R: Record>(&mut self, record: &R) -> Result<(), Error> {
        self.insert_returning(record, &[]).await.map(drop)
    }

    /// Inserts a row. The columns in `assigned` get their values from the database and are given back.
    pub(crate) async fn insert_returning<R: Record>(
        &mut self,
        record: &R,
        assigned: &[&'static str],
    ) -> Result<Vec<Row>, Error> {
        self.check_tenant(record)?;
        let pairs = R::COLUMNS.iter().copied().zip(record.values()?);
        let (columns, values): (Vec<_>, Vec<_>) = TENANT_COLUMNS
            .into_iter()
            .zip(tenant_values(&self.tenant))
            .chain(pairs.filter(|(column, _)| !assigned.contains(column)))
            .map(|(column, value)| (column, Expr::value(value)))
            .unzip();
        let mut insert = Query::insert();
        insert
            .into_table(R::TABLE)
            .columns(columns)
            .values(values)
            .map_err(|_| Error::Corrupt { what: R::TABLE })?;
        for column in assigned {
            insert.returning_col(*column);
        }
        self.tx
            .fetch(&insert)
            .await
            .map_err(|error| Error::of_table(error, R::TABLE))
    }

    /// Writes every column of a row but `id` and `created_at_ms` where `condition` holds, and says whether a row did.
    pub(crate) async fn replace<R: Record>(
        &mut self,
        record: &R,
        condition: Condition,
    ) -> Result<bool, Error> {
        self.check_tenant(record)?;
        let values: Vec<(&'static str, Value)> = R::COLUMNS
            .iter()
            .copied()
            .zip(record.values()?)
            .filter(|(column, _)| *column != "id" && *column != "created_at_ms")
            .collect();
        let mut update = self.update(R::TABLE);
        update
            .values(
                values
                    .into_iter()
                    .map(|(column, value)| (column, Expr::value(value))),
            )
            .cond_where(condition);
        self.execute(&update, R::TABLE).await.map(|rows| rows > 0)
    }

    pub(crate) async fn all<R: Record>(
        &mut self,
        select: &SelectStatement,
    ) -> Result<Vec<R>, Error> {
        R::from_rows(self.tx.fetch(select).await?)
    }

    pub(crate) async fn one<R: Record>(
        &mut self,
        select: &SelectStatement,
    ) -> Result<Option<R>, Error> {
        Ok(self.all(select).await?.into_iter().next())
    }

    pub(crate) async fn execute(
        &mut self,
        statement: &impl sea_query::QueryStatementWriter,
        what: &'static str,
    ) -> Result<u64, Error> {
        self.tx
            .execute(statement)
            .await
            .map_err(|error| Error::of_table(error, what))
    }

    pub(crate) async fn fetch(
        &mut self,
        statement: &impl sea_query::QueryStatementWriter,
        what: &'static str,
    ) -> Result<Vec<Row>, Error> {
        self.tx
            .fetch(statement)
            .await
            .map_err(|error| Error::of_table(error, what))
    }

    fn check_tenant<R: Record>(&self, record: &R) -> Result<(), Error> {
        if *record.tenant() == self.tenant {
            Ok(())
        } else {
            Err(Error::OtherTenant { what: R::TABLE })
        }
    }
}
