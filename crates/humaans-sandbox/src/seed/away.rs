//! Time away: two years back and half a year ahead.

use super::{
    Made, Seeder, after, before, cases, days_between,
    words::{AWAY, AwayType},
};
use crate::schema::{Kind, Row};
use chrono::{Datelike, NaiveDate, Weekday};
use serde_json::{Value, json};

const DAYS_BACK: u64 = 730;
const DAYS_AHEAD: u64 = 182;
/// On average there is one booking in this many days of a person's employment.
const DAYS_PER_BOOKING: u64 = 60;
const PARENTAL: usize = 3;
const ELSEWHERE: usize = 2;
/// Every way to begin and to end a booking.
const PERIODS: [[&str; 2]; 9] = [
    ["full", "full"],
    ["full", "am"],
    ["full", "pm"],
    ["am", "full"],
    ["am", "am"],
    ["am", "pm"],
    ["pm", "full"],
    ["pm", "am"],
    ["pm", "pm"],
];

/// What the bookings of one person have in common.
struct Booker<'a> {
    row: Row,
    reviewer: &'a str,
    types: &'a [(String, Row)],
    places: &'a [String],
}

struct Booking {
    start: NaiveDate,
    end: NaiveDate,
    periods: [&'static str; 2],
    kind: usize,
}

/// The same day, or the Monday after it.
fn working_day(day: NaiveDate) -> NaiveDate {
    match day.weekday() {
        Weekday::Sat => after(day, 2),
        Weekday::Sun => after(day, 1),
        _ => day,
    }
}

impl Seeder {
    pub(super) fn away(
        &mut self,
        people: &[Made],
        types: &[String; AWAY.len()],
        places: &[String],
    ) {
        let types: Vec<(String, Row)> = types
            .iter()
            .map(|id| (id.clone(), self.tables[&Kind::TimeAwayTypes][id].clone()))
            .collect();
        for person in people.iter().filter(|p| !p.is_new_hire) {
            let reviewer = match person.n {
                cases::DECIDED_BY_LEAVER => people.iter().find(|p| p.n == cases::OLD_MANAGER),
                _ => people.get(person.manager.unwrap_or(0)),
            };
            let booker = Booker {
                row: self.tables[&Kind::People][&person.id].clone(),
                reviewer: reviewer.map_or("", |p| p.id.as_str()),
                types: &types,
                places,
            };
            if let Some((start, end)) = self.case(person) {
                let booking = Booking {
                    start,
                    end,
                    periods: PERIODS[0],
                    kind: 0,
                };
                self.book(&booker, &booking, "approved");
            } else {
                self.bookings(person, &booker);
            }
        }
    }

    /// The one booking of a person who is there for it.
    fn case(&self, person: &Made) -> Option<(NaiveDate, NaiveDate)> {
        let year = self.today.year();
        let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap_or(self.today);
        Some(match person.n {
            cases::AWAY_OVER_NEW_YEAR => (day(year - 1, 12, 29), day(year, 1, 3)),
            cases::AWAY_OVER_HOLIDAY => (day(year - 1, 12, 22), day(year - 1, 12, 28)),
            cases::AWAY_ON_WEEKEND => {
                let monday = before(
                    self.today,
                    28 + u64::from(self.today.weekday().num_days_from_monday()),
                );
                (after(monday, 5), after(monday, 6))
            }
            cases::AWAY_TODAY => (before(self.today, 1), after(self.today, 1)),
            cases::AWAY_ON_FIRST_DAY => (person.start, person.start),
            _ => return None,
        })
    }

    /// Bookings spread over the employment, none over another.
    fn bookings(&mut self, person: &Made, booker: &Booker<'_>) {
        let from = before(self.today, DAYS_BACK).max(person.start);
        let last = after(self.today, DAYS_AHEAD);
        let last = person.end.map_or(last, |end| end.min(last));
        let window = days_between(from, last);
        let count = (window + DAYS_PER_BOOKING / 2) / DAYS_PER_BOOKING;
        let mut free = from;
        for i in 0..count {
            let jitter = self.rng.below(DAYS_PER_BOOKING / 2);
            let wished = after(from, window * i / count + jitter);
            let start = working_day(wished.max(free));
            if start > last {
                return;
            }
            let booking = self.booking(start, last);
            free = after(booking.end, 1);
            let status = self
                .rng
                .share(&[("approved", 86), ("pending", 8), ("declined", 6)]);
            self.book(booker, &booking, status);
        }
    }

    fn booking(&mut self, start: NaiveDate, last: NaiveDate) -> Booking {
        let shares: Vec<(usize, u64)> = AWAY
            .iter()
            .enumerate()
            .map(|(i, t): (usize, &AwayType)| (i, t.share))
            .collect();
        let kind = self.rng.share(&shares);
        let (shortest, more) = if kind == PARENTAL {
            (20, 160)
        } else {
            self.rng
                .share(&[((1, 1), 40), ((2, 3), 25), ((5, 6), 28), ((11, 10), 7)])
        };
        let length = shortest + self.rng.below(more);
        let end = after(start, length - 1).min(last);
        let periods = if start == end {
            let half = self.rng.share(&[("full", 80), ("am", 10), ("pm", 10)]);
            [half, half]
        } else if self.rng.chance(20) {
            self.rng.pick(&PERIODS)
        } else {
            PERIODS[0]
        };
        Booking {
            start,
            end,
            periods,
            kind,
        }
    }

    fn book(&mut self, booker: &Booker<'_>, booking: &Booking, status: &str) {
        let (type_id, type_row) = &booker.types[booking.kind];
        let decided = status != "pending";
        let at = before(booking.start, 7).min(self.today);
        let elsewhere = (booking.kind == ELSEWHERE).then(|| self.rng.pick_of(booker.places));
        let mut row = json!({
            "personId": booker.row.get("id"), "timeAwayTypeId": type_id,
            "startDate": booking.start.to_string(), "endDate": booking.end.to_string(),
            "startPeriod": booking.periods[0], "endPeriod": booking.periods[1],
            "workingFromLocationId": elsewhere.flatten(), "requestStatus": status,
            "reviewedBy": decided.then_some(booker.reviewer),
            "reviewedAt": decided.then(|| format!("{at}T08:00:00.000Z")),
        });
        if let Value::Object(row) = &mut row {
            crate::away::complete(row, &booker.row, type_row);
        }
        self.add(Kind::TimeAway, row);
    }
}
