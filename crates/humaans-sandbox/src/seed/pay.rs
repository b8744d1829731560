//! What people earn, and what they earned before.

use super::{
    Made, Seeder, after, before, cases, history,
    words::{PAY_TYPES, Place},
};
use crate::schema::Kind;
use chrono::NaiveDate;
use serde_json::json;

/// Currency, and the lowest, the middle and the highest salary of a year.
fn level(place: &Place) -> (&'static str, [u64; 3]) {
    match place.code {
        "GB" => ("GBP", [24_000, 58_000, 240_000]),
        "US" => ("USD", [48_000, 118_000, 360_000]),
        "CA" => ("CAD", [55_000, 98_000, 180_000]),
        "PL" => ("PLN", [60_000, 140_000, 400_000]),
        "IN" => ("INR", [800_000, 2_400_000, 8_000_000]),
        "BR" => ("BRL", [60_000, 150_000, 480_000]),
        "ZA" => ("ZAR", [240_000, 620_000, 1_900_000]),
        _ => ("EUR", [22_000, 56_000, 190_000]),
    }
}

/// The word for how often a person is paid, and how many of these make a year.
fn period(n: u64) -> (&'static str, u64) {
    if cases::HOURLY.contains(&n) {
        ("hourly", 1880)
    } else if cases::MONTHLY.contains(&n) {
        ("monthly", 12)
    } else if cases::DAILY.contains(&n) {
        ("daily", 220)
    } else if n == cases::FORTNIGHTLY {
        ("fortnightly", 26)
    } else {
        ("annual", 1)
    }
}

/// A hundredth as a decimal, without needless digits.
fn decimal(hundredths: u64) -> String {
    match hundredths % 100 {
        0 => (hundredths / 100).to_string(),
        rest => format!("{}.{rest:02}", hundredths / 100),
    }
}

/// One row of pay, but for the person.
struct Pay<'a> {
    kind: &'a str,
    amount: String,
    currency: Option<&'a str>,
    period: &'a str,
    note: Option<&'a str>,
    from: NaiveDate,
    end: Option<NaiveDate>,
}

impl Seeder {
    pub(super) fn pay(
        &mut self,
        people: &[Made],
        types: &[String; PAY_TYPES.len()],
        currency: Option<&str>,
    ) {
        let lengths = self.lengths(people, &[(1, 23), (2, 29), (3, 32), (4, 16)]);
        for (person, length) in people.iter().zip(lengths) {
            if !cases::NO_PAY.contains(&person.n) {
                let (local, range) = level(&person.place);
                let currency = currency.unwrap_or(local);
                let salary = self.salary(person, &types[0], length, currency, range);
                self.extras(person, types, salary, currency);
            }
        }
    }

    fn pay_row(&mut self, person: &Made, pay: &Pay<'_>) {
        self.add(
            Kind::Compensations,
            json!({
                "personId": person.id, "compensationTypeId": pay.kind, "amount": pay.amount,
                "currency": pay.currency, "period": pay.period, "note": pay.note,
                "effectiveDate": pay.from.to_string(), "endDate": pay.end.map(|d| d.to_string()),
            }),
        );
    }

    /// The history of the salary; gives back the last one, for a year.
    fn salary(
        &mut self,
        person: &Made,
        kind: &str,
        length: u64,
        currency: &str,
        [low, middle, high]: [u64; 3],
    ) -> u64 {
        let drawn = self.rng.below(1000);
        let mut year = if self.rng.chance(50) {
            low + (middle - low) * drawn / 1000
        } else {
            // Few are near the top.
            middle + (high - middle) * drawn.pow(3) / 1_000_000_000
        };
        let length = if person.n == cases::MOVED {
            length.max(2)
        } else {
            length
        };
        let mut steps = history(person.start, person.span(self.today), length);
        if cases::FUTURE_RAISE.contains(&person.n) {
            let raise = after(self.today, 20 + person.n % 40);
            if let Some(last) = steps.last_mut() {
                last.1 = Some(before(raise, 1));
            }
            steps.push((raise, None));
        }
        let (word, parts) = period(person.n);
        for (i, (from, end)) in steps.into_iter().enumerate() {
            if i > 0 {
                year += year * (2 + self.rng.below(11)) / 100;
            }
            let fraction = if year.is_multiple_of(5) { 50 } else { 0 };
            let before_move = person.n == cases::MOVED && end.is_some();
            let pay = Pay {
                kind,
                amount: decimal((year * 100 + fraction) / parts),
                currency: Some(if before_move { "GBP" } else { currency }),
                period: word,
                note: (i > 0).then_some("Yearly review"),
                from,
                end,
            };
            self.pay_row(person, &pay);
        }
        year
    }

    /// Everything but the salary: one row of each type a person has.
    fn extras(
        &mut self,
        person: &Made,
        types: &[String; PAY_TYPES.len()],
        salary: u64,
        currency: &str,
    ) {
        let sells = person.department.name == "Sales";
        let in_money = self.rng.chance(50).then_some(currency);
        let has = [
            self.rng.chance(55),
            sells,
            self.rng.chance(40),
            person.n % 25 == 3,
        ];
        let rows = [
            (salary / 10, Some(currency), "annual"),
            (salary / 240, Some(currency), "monthly"),
            (1000 + salary / 50, in_money, "oneOff"),
            (40, Some(currency), "monthly"),
        ];
        for ((kind, has), (amount, currency, period)) in types[1..].iter().zip(has).zip(rows) {
            if has {
                let pay = Pay {
                    kind,
                    amount: amount.to_string(),
                    currency,
                    period,
                    note: None,
                    from: person.start,
                    end: None,
                };
                self.pay_row(person, &pay);
            }
        }
    }
}
