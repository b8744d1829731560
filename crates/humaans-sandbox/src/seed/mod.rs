//! The seeded companies: the same for one seed and one day. All of it is invented.

mod away;
mod cases;
mod pay;
mod people;
mod rng;
mod roles;
#[cfg(test)]
mod tests;
mod words;

use crate::schema::{Kind, Row};
use chrono::{Days, NaiveDate};
use indexmap::IndexMap;
use people::Made;
use rng::{Rng, quota};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};
use words::{AWAY, PAY_TYPES, PLACES};

/// All rows of all resources.
pub(crate) type Tables = BTreeMap<Kind, IndexMap<String, Row>>;

/// What one company is made of.
struct Plan {
    name: &'static str,
    domain: &'static str,
    has_timesheets: bool,
    /// How many of [`PLACES`] it has; with none, everybody works remotely.
    places: usize,
    /// Pays everybody in this currency.
    currency: Option<&'static str>,
    /// Whether there are types of pay and time away, and rows of them.
    is_used: bool,
    people: &'static [(&'static str, u64)],
}

const PLANS: [Plan; 3] = [
    Plan {
        name: "Northwind Example",
        domain: "northwind.example.com",
        has_timesheets: true,
        places: PLACES.len(),
        currency: None,
        is_used: true,
        people: &[("active", 212), ("newHire", 8), ("offboarded", 30)],
    },
    Plan {
        name: "Tiny Example",
        domain: "tiny.example.com",
        has_timesheets: false,
        places: 1,
        currency: Some("CHF"),
        is_used: true,
        people: &[("active", 4)],
    },
    Plan {
        name: "Empty Example",
        domain: "empty.example.com",
        has_timesheets: false,
        places: 0,
        currency: None,
        is_used: false,
        people: &[("active", 1)],
    },
];

struct Seeder {
    rng: Rng,
    today: NaiveDate,
    tables: Tables,
    company: String,
    /// The one company unit with members.
    space: String,
    names: HashSet<String>,
    rows: u64,
}

fn after(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

fn before(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_sub_days(Days::new(days)).unwrap_or(day)
}

/// Whole days from one day to another, 0 if it is not later.
fn days_between(from: NaiveDate, to: NaiveDate) -> u64 {
    u64::try_from((to - from).num_days()).unwrap_or(0)
}

/// Splits `span` days from `start` into `count` rows of a history: first day and, but for the last, last day.
fn history(start: NaiveDate, span: u64, count: u64) -> Vec<(NaiveDate, Option<NaiveDate>)> {
    let first = |i: u64| after(start, span * i / count.max(1));
    (0..count)
        .map(|i| (first(i), (i + 1 < count).then(|| before(first(i + 1), 1))))
        .collect()
}

impl Seeder {
    /// Adds a row: the fields that are not given are null. Later rows are created later.
    fn add(&mut self, kind: Kind, mut row: Value) -> String {
        let id = self.rng.id();
        self.rows += 1;
        let day = before(self.today, 1000 - (self.rows / 10).min(999));
        let at = format!("{day}T09:00:{:02}.{:03}Z", self.rows % 10, self.rows % 1000);
        let mut full: Row = kind
            .fields()
            .iter()
            .map(|f| {
                (
                    f.name.to_owned(),
                    row.get_mut(f.name).map(Value::take).unwrap_or_default(),
                )
            })
            .collect();
        let company = if kind == Kind::Companies {
            &id
        } else {
            &self.company
        };
        for (name, value) in [
            ("id", &id),
            ("companyId", company),
            ("createdAt", &at),
            ("updatedAt", &at),
        ] {
            if full.contains_key(name) {
                full.insert(name.to_owned(), json!(value));
            }
        }
        self.tables
            .entry(kind)
            .or_default()
            .insert(id.clone(), full);
        id
    }

    /// How many rows each person's history gets: in these shares, more to those who are there for longer.
    fn lengths(&mut self, people: &[Made], shares: &[(u64, usize)]) -> Vec<u64> {
        let mut order: Vec<(u64, usize)> = (0..people.len())
            .map(|i| (people[i].span(self.today) * (50 + self.rng.below(100)), i))
            .collect();
        order.sort_unstable();
        let mut lengths = vec![1; people.len()];
        for ((_, i), length) in order.into_iter().zip(quota(people.len(), shares)) {
            lengths[i] = length.min(1 + people[i].span(self.today) / 30);
        }
        lengths
    }

    fn company(&mut self, plan: &Plan) {
        self.company = self.add(
            Kind::Companies,
            json!({
                "name": plan.name, "domains": [plan.domain], "status": "active", "paymentStatus": "ok",
                "package": "growth", "isTimesheetEnabled": plan.has_timesheets,
                "requireTimeAwayApprovalFor": [], "autogenerateEmployeeId": false,
                "autogenerateEmployeeIdForNewHires": false,
            }),
        );
        self.space = self.rng.id();
        self.names.clear();
        let places: Vec<String> = PLACES.iter().take(plan.places).map(|p| self.add(Kind::Locations, json!({
            "label": p.label, "city": p.city, "country": p.country, "countryCode": p.code, "timezone": p.zone,
            "publicHolidayCalendarId": p.calendar,
        }))).collect();
        let mut people = self.people(plan, &places);
        self.roles(&mut people);
        if plan.is_used {
            let types = PAY_TYPES.map(|(name, base)| {
                self.add(
                    Kind::CompensationTypes,
                    json!({"name": name, "baseType": base}),
                )
            });
            self.pay(&people, &types, plan.currency);
            let types = AWAY.map(|t| {
                self.add(
                    Kind::TimeAwayTypes,
                    json!({"name": t.name, "isTimeOff": t.is_time_off, "requiresApproval": t.name != "Sick"}),
                )
            });
            self.away(&people, &types, &places);
        }
    }
}

/// Makes all companies.
pub(crate) fn seed(seed: u64, today: NaiveDate) -> Tables {
    let mut seeder = Seeder {
        rng: Rng(seed),
        today,
        tables: Kind::ALL
            .into_iter()
            .map(|k| (k, IndexMap::new()))
            .collect(),
        company: String::new(),
        space: String::new(),
        names: HashSet::new(),
        rows: 0,
    };
    for plan in &PLANS {
        seeder.company(plan);
    }
    seeder.tables
}

/// The older word of a type of time away.
pub(crate) fn legacy_word(name: &str) -> &'static str {
    AWAY.iter()
        .find(|t| t.name == name)
        .map_or("other", |t| t.legacy)
}
