//! What every tenant's row has in common.

use std::str::FromStr;

use linkyard_core::{OrganizationId, Tenant};
use sea_query::{Condition, Expr, ExprTrait, Query, SelectStatement, Value};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Error;
use crate::dialect::Row;

/// The columns that name the tenant, in the order of [`tenant_values`].
pub(crate) const TENANT_COLUMNS: [&str; 3] = ["organization_id", "project_id", "environment"];

/// A row of a tenant's table.
pub(crate) trait Record: Sized {
    /// The table.
    const TABLE: &'static str;
    /// The columns beside those of the tenant, in the order of [`Record::values`].
    const COLUMNS: &'static [&'static str];

    fn tenant(&self) -> &Tenant;
    fn values(&self) -> Result<Vec<Value>, Error>;
    fn from_row(row: &Row) -> Result<Self, Error>;

    /// A select of every column, without any condition.
    fn select() -> SelectStatement {
        Query::select()
            .columns(TENANT_COLUMNS)
            .columns(Self::COLUMNS.iter().copied())
            .from(Self::TABLE)
            .take()
    }

    /// Reads all rows of an answer.
    fn from_rows(rows: Vec<Row>) -> Result<Vec<Self>, Error> {
        rows.iter().map(Self::from_row).collect()
    }
}

/// The condition that a row is the tenant's.
pub(crate) fn is_tenants(tenant: &Tenant) -> Condition {
    let [organization, project, environment] = tenant_values(tenant);
    Condition::all()
        .add(Expr::col("organization_id").eq(organization))
        .add(Expr::col("project_id").eq(project))
        .add(Expr::col("environment").eq(environment))
}

pub(crate) fn tenant_values(tenant: &Tenant) -> [Value; 3] {
    [
        tenant.organization_id.0.into(),
        tenant.project_id.as_str().into(),
        tenant.environment.as_str().into(),
    ]
}

pub(crate) fn json(value: &impl Serialize) -> Result<Value, Error> {
    serde_json::to_string(value)
        .map(Value::from)
        .map_err(|_| Error::Corrupt {
            what: "a value that is not JSON",
        })
}

pub(crate) fn optional_json<T: Serialize>(value: Option<&T>) -> Result<Value, Error> {
    value.map_or(Ok(Value::String(None)), json)
}

pub(crate) fn flag(value: bool) -> Value {
    i64::from(value).into()
}

impl Row {
    pub(crate) fn tenant(&self) -> Result<Tenant, Error> {
        Ok(Tenant {
            organization_id: OrganizationId(self.get("organization_id")?),
            project_id: self.parsed("project_id")?,
            environment: self.parsed("environment")?,
        })
    }

    /// A column of text in a type's written form: an id or a word.
    pub(crate) fn parsed<T: FromStr>(&self, column: &'static str) -> Result<T, Error> {
        self.get::<String>(column)?
            .parse()
            .map_err(|_| Error::Corrupt { what: column })
    }

    pub(crate) fn optional_parsed<T: FromStr>(
        &self,
        column: &'static str,
    ) -> Result<Option<T>, Error> {
        self.get::<Option<String>>(column)?
            .map(|text| text.parse())
            .transpose()
            .map_err(|_| Error::Corrupt { what: column })
    }

    pub(crate) fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, Error> {
        serde_json::from_str(&self.get::<String>(column)?)
            .map_err(|_| Error::Corrupt { what: column })
    }

    pub(crate) fn optional_json<T: DeserializeOwned>(
        &self,
        column: &'static str,
    ) -> Result<Option<T>, Error> {
        self.get::<Option<String>>(column)?
            .map(|text| serde_json::from_str(&text))
            .transpose()
            .map_err(|_| Error::Corrupt { what: column })
    }

    pub(crate) fn flag(&self, column: &'static str) -> Result<bool, Error> {
        Ok(self.get::<i64>(column)? != 0)
    }

    pub(crate) fn optional_flag(&self, column: &'static str) -> Result<Option<bool>, Error> {
        Ok(self.get::<Option<i64>>(column)?.map(|value| value != 0))
    }

    pub(crate) fn hash(&self, column: &'static str) -> Result<[u8; 32], Error> {
        self.get::<Vec<u8>>(column)?
            .try_into()
            .map_err(|_| Error::Corrupt { what: column })
    }
}
