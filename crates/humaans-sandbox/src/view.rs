//! Who sees what: scopes and roles, field by field.

use crate::{
    Scope,
    schema::{Kind, Row, Type, text},
    state::Data,
};
use chrono::NaiveDate;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::collections::HashSet;

/// The person and the token behind a call.
#[derive(Debug)]
pub(crate) struct Viewer {
    pub(crate) token_id: String,
    pub(crate) label: String,
    pub(crate) person_id: String,
    pub(crate) company_id: String,
    pub(crate) role: String,
    pub(crate) scopes: Vec<Scope>,
    pub(crate) today: NaiveDate,
    /// Everybody below in the tree.
    reports: HashSet<String>,
}

pub(crate) fn status(person: &Row, today: NaiveDate) -> &'static str {
    let date = |n: &str| text(person, n).parse::<NaiveDate>().ok();
    if date("employmentEndDate").is_some_and(|d| d < today) {
        "offboarded"
    } else if date("firstWorkingDay")
        .or_else(|| date("employmentStartDate"))
        .is_some_and(|d| d > today)
    {
        "newHire"
    } else {
        "active"
    }
}

/// The job role in force.
pub(crate) fn current_role<'a>(data: &'a Data, person: &str, today: NaiveDate) -> Option<&'a Row> {
    let day = today.to_string();
    data.roles_of
        .get(person)?
        .iter()
        .filter_map(|id| data.row(Kind::JobRoles, id))
        .filter(|r| text(r, "effectiveDate") <= day.as_str())
        .max_by_key(|r| text(r, "effectiveDate"))
}

fn direct_reports(data: &Data, person: &str, today: NaiveDate) -> Vec<String> {
    data.reports_of
        .get(person)
        .into_iter()
        .flatten()
        .filter(|id| {
            current_role(data, id, today).is_some_and(|r| text(r, "reportingTo") == person)
                && data
                    .row(Kind::People, id)
                    .is_some_and(|p| status(p, today) == "active")
        })
        .cloned()
        .collect()
}

/// Finds the token; none if it is unknown or its person has left.
pub(crate) fn viewer(data: &Data, token: &str, today: NaiveDate) -> Option<Viewer> {
    let t = data.token(token)?;
    let person = data
        .row(Kind::People, &t.person_id)
        .filter(|p| status(p, today) != "offboarded")?;
    let mut v = Viewer {
        token_id: t.id.clone(),
        label: t.label.clone(),
        person_id: t.person_id.clone(),
        company_id: text(person, "companyId").to_owned(),
        role: text(person, "role").to_owned(),
        scopes: t.scopes.clone(),
        today,
        reports: HashSet::new(),
    };
    if !v.sees_all() {
        let mut queue = vec![v.person_id.clone()];
        while let Some(next) = queue.pop() {
            for id in direct_reports(data, &next, today) {
                if v.reports.insert(id.clone()) {
                    queue.push(id);
                }
            }
        }
    }
    Some(v)
}

impl Viewer {
    pub(crate) fn has(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }
    fn sees_all(&self) -> bool {
        matches!(self.role.as_str(), "owner" | "admin" | "finance")
    }
    /// Whether the role reaches this person's private side.
    pub(crate) fn reaches(&self, person: &str) -> bool {
        self.sees_all() || self.person_id == person || self.reports.contains(person)
    }
    pub(crate) fn is_manager_of(&self, person: &str) -> bool {
        matches!(self.role.as_str(), "owner" | "admin") || self.reports.contains(person)
    }
    fn sees_private(&self, person: &str) -> bool {
        self.has(Scope::PrivateRead) && self.reaches(person)
    }
    /// Pay: owner and finance all of it, an admin none, everybody else their own.
    fn sees_pay(&self, person: &str) -> bool {
        match self.role.as_str() {
            "owner" | "finance" => true,
            "admin" => false,
            _ => self.person_id == person,
        }
    }

    /// The resource as a whole: the scope that is missing, if one is.
    pub(crate) fn missing_to_read(&self, kind: Kind) -> Option<&'static str> {
        if kind.is_pay() {
            return (!self.has(Scope::CompensationsRead)).then_some("compensations:read");
        }
        (!self.has(Scope::PublicRead) && !self.has(Scope::PrivateRead)).then_some("public:read")
    }
    pub(crate) fn missing_to_write(&self, kind: Kind) -> Option<&'static str> {
        let scope = if kind.is_pay() {
            Scope::CompensationsWrite
        } else {
            Scope::PrivateWrite
        };
        (!self.has(scope)).then_some(scope.as_str())
    }

    /// The person to whom a row belongs.
    fn owner(kind: Kind, row: &Row) -> &str {
        text(
            row,
            if kind == Kind::People {
                "id"
            } else {
                "personId"
            },
        )
    }

    /// Same company, and not hidden by scope or role.
    pub(crate) fn sees(&self, data: &Data, kind: Kind, row: &Row) -> bool {
        match kind {
            Kind::Companies => text(row, "id") == self.company_id,
            Kind::CompensationTypes => {
                text(row, "companyId") == self.company_id && self.role != "admin"
            }
            Kind::People | Kind::JobRoles | Kind::Compensations | Kind::TimeAway => {
                let id = Self::owner(kind, row);
                let Some(person) = data
                    .row(Kind::People, id)
                    .filter(|p| text(p, "companyId") == self.company_id)
                else {
                    return false;
                };
                if kind == Kind::Compensations {
                    return self.sees_pay(id);
                }
                self.sees_private(id) || status(person, self.today) == "active"
            }
            Kind::Locations | Kind::TimeAwayTypes => text(row, "companyId") == self.company_id,
        }
    }

    fn sees_field(&self, kind: Kind, row: &Row, name: &str) -> bool {
        let Some(field) = kind.field(name) else {
            return false;
        };
        let id = Self::owner(kind, row);
        match (kind, name) {
            (Kind::People, "calendarFeedToken") => {
                self.has(Scope::PrivateRead) && self.person_id == id
            }
            (Kind::People, "email") => {
                row.get("isWorkEmailHidden") != Some(&json!(true)) || self.sees_private(id)
            }
            _ => field.public || self.sees_private(id),
        }
    }

    /// One field as this caller sees it; none if it is hidden.
    pub(crate) fn value<'a>(
        &self,
        data: &Data,
        kind: Kind,
        row: &'a Row,
        name: &str,
    ) -> Option<Cow<'a, Value>> {
        if !self.sees_field(kind, row, name) {
            return None;
        }
        if kind == Kind::People {
            match name {
                "status" => return Some(Cow::Owned(json!(status(row, self.today)))),
                "jobRole" => {
                    return Some(Cow::Owned(
                        current_role(data, text(row, "id"), self.today).map_or(Value::Null, |r| {
                            Value::Object(self.render(data, Kind::JobRoles, r))
                        }),
                    ));
                }
                "directReports" => {
                    return Some(Cow::Owned(json!(direct_reports(
                        data,
                        text(row, "id"),
                        self.today
                    ))));
                }
                _ => {}
            }
        }
        Some(
            row.get(name)
                .map_or(Cow::Owned(empty(kind, name)), Cow::Borrowed),
        )
    }

    /// The whole object as this caller sees it.
    pub(crate) fn render(&self, data: &Data, kind: Kind, row: &Row) -> Row {
        kind.fields()
            .iter()
            .filter_map(|f| {
                Some((
                    f.name.to_owned(),
                    self.value(data, kind, row, f.name)?.into_owned(),
                ))
            })
            .collect()
    }
}

fn empty(kind: Kind, name: &str) -> Value {
    match kind.field(name).map(|f| f.ty) {
        Some(Type::List) => json!([]),
        _ => Value::Null,
    }
}
