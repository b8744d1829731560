//! The people: who they are, where they are, and from when to when.

use super::{
    Plan, Seeder, after, before, cases,
    words::{
        self, Department, EXECUTIVE, FIRST, LAST, NATIONALITIES, PLACES, Place, RARE_NATIONALITIES,
        REMOTE,
    },
};
use crate::schema::{Kind, Row};
use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};

/// A person as the other rows need them.
pub(super) struct Made {
    /// The number within the company.
    pub(super) n: u64,
    pub(super) id: String,
    pub(super) is_new_hire: bool,
    pub(super) start: NaiveDate,
    pub(super) end: Option<NaiveDate>,
    pub(super) place: Place,
    pub(super) department: Department,
    /// The manager of today, as an index.
    pub(super) manager: Option<usize>,
}

impl Made {
    /// Days of employment so far.
    pub(super) fn span(&self, today: NaiveDate) -> u64 {
        super::days_between(self.start, self.end.unwrap_or(today).min(today))
    }
}

const MONDAY_TO_FRIDAY: &[&str] = &["monday", "tuesday", "wednesday", "thursday", "friday"];
const FOUR_DAYS: &[&str] = &["monday", "tuesday", "wednesday", "thursday"];
const SUNDAY_TO_THURSDAY: &[&str] = &["sunday", "monday", "tuesday", "wednesday", "thursday"];
const WITH_WEEKEND: &[&str] = &["thursday", "friday", "saturday", "sunday"];
/// The sizes of a photo, in pixels.
const PHOTO_SIZES: [u16; 8] = [64, 96, 104, 136, 156, 204, 320, 480];

impl Seeder {
    pub(super) fn people(&mut self, plan: &Plan, places: &[String]) -> Vec<Made> {
        let statuses = plan
            .people
            .iter()
            .flat_map(|(status, count)| (0..*count).map(move |_| *status));
        (0..)
            .zip(statuses)
            .map(|(n, status)| self.person(n, status, plan, places))
            .collect()
    }

    fn person(&mut self, n: u64, status: &str, plan: &Plan, places: &[String]) -> Made {
        let (place, location) = self.workplace(n, places);
        let start = self.start(n, status);
        let end = self.end(n, status, start);
        let mut row = Row::new();
        for part in [
            self.identity(n),
            self.contact(n, plan.domain, &place),
            self.employment(n, status, start, end),
            self.background(n, &place),
        ] {
            if let Value::Object(part) = part {
                row.extend(part);
            }
        }
        let remote = location.as_deref() == Some("remote");
        row.extend([
            ("locationId".to_owned(), json!(location)),
            ("remoteCity".to_owned(), json!(remote.then_some(place.city))),
            (
                "remoteCountryCode".to_owned(),
                json!(remote.then_some(place.code)),
            ),
            (
                "remoteTimezone".to_owned(),
                json!(remote.then_some(place.zone)),
            ),
            ("timezone".to_owned(), json!(location.map(|_| place.zone))),
            ("publicHolidayCalendarId".to_owned(), json!(place.calendar)),
        ]);
        Made {
            n,
            id: self.add(Kind::People, Value::Object(row)),
            is_new_hire: status == "newHire",
            start,
            end,
            place,
            department: EXECUTIVE,
            manager: None,
        }
    }

    /// The place and, if there is one yet, the id of the location.
    fn workplace(&mut self, n: u64, places: &[String]) -> (Place, Option<String>) {
        let offices = PLACES.iter().enumerate().take(places.len());
        let remote = REMOTE.iter().enumerate();
        let shares: Vec<((bool, usize), u64)> = offices
            .map(|(i, p)| ((true, i), p.share))
            .chain(
                remote
                    .filter(|_| places.len() != 1)
                    .map(|(i, p)| ((false, i), p.share)),
            )
            .collect();
        let (is_office, i) = match n {
            cases::BARE_NEW_HIRE => return (PLACES[0], None),
            cases::MOVED => (true, 3),
            _ => self.rng.share(&shares),
        };
        if is_office {
            (PLACES[i], Some(places[i].clone()))
        } else {
            (REMOTE[i], Some("remote".to_owned()))
        }
    }

    fn start(&mut self, n: u64, status: &str) -> NaiveDate {
        let drawn = match status {
            "newHire" => {
                let days = 1 + self.rng.below(90);
                return after(self.today, days);
            }
            "offboarded" => 500 + self.rng.below(2700),
            // Nine years, denser lately.
            _ => 1 + self.rng.below(58).pow(2),
        };
        let days = match n {
            _ if cases::STARTS_TODAY.contains(&n) => 0,
            cases::LEAP_DAY_START => return self.leap_day(),
            cases::AWAY_ON_FIRST_DAY => 200,
            _ if cases::is_long_serving(n) => 1200 + 7 * n,
            _ => drawn,
        };
        before(self.today, days)
    }

    /// The last 29 February that is more than a month ago.
    fn leap_day(&self) -> NaiveDate {
        let latest = before(self.today, 31);
        (0..9)
            .filter_map(|years| NaiveDate::from_ymd_opt(latest.year() - years, 2, 29))
            .find(|d| *d <= latest)
            .unwrap_or(latest)
    }

    fn end(&mut self, n: u64, status: &str, start: NaiveDate) -> Option<NaiveDate> {
        if status == "offboarded" {
            let days = 1 + self.rng.below(490);
            return Some(if n == cases::LEFT_ON_FIRST_DAY {
                start
            } else {
                before(self.today, days)
            });
        }
        cases::WILL_LEAVE.contains(&n).then(|| {
            let days = 10 + self.rng.below(60);
            after(self.today, days)
        })
    }

    /// No two have the same full name, but for those whose case it is.
    fn name(&mut self, n: u64) -> (&'static str, &'static str) {
        if let Some(name) = cases::name(n) {
            return name;
        }
        loop {
            let (first, last) = (self.rng.pick(FIRST), self.rng.pick(LAST));
            if self.names.insert(format!("{first} {last}")) {
                return (first, last);
            }
        }
    }

    fn identity(&mut self, n: u64) -> Value {
        let (first, last) = self.name(n);
        let short = &first[..first.char_indices().nth(2).map_or(first.len(), |c| c.0)];
        let photo = (n != cases::BARE_NEW_HIRE && self.rng.chance(80)).then(|| self.rng.id());
        let variants = photo.as_ref().map(|id| {
            let urls = PHOTO_SIZES.map(|size| {
                let url = format!("https://photos.example.com/{id}/{size}.png");
                (size.to_string(), json!(url))
            });
            json!({"id": id, "variants": Row::from_iter(urls)})
        });
        let employee_id = match n {
            cases::BARE_NEW_HIRE => None,
            cases::LETTER_IN_EMPLOYEE_ID => Some("C0157".to_owned()),
            _ => (!self.rng.chance(5)).then(|| format!("{:05}", n + 1)),
        };
        json!({
            "firstName": first, "lastName": last, "preferredName": self.rng.chance(12).then_some(short),
            "profilePhotoId": photo, "profilePhoto": variants, "employeeId": employee_id,
            "spaceId": (n % 8 == 3).then_some(&self.space),
            "gender": self.rng.share(&[
                (Some("Female"), 45), (Some("Male"), 47), (Some("Non-binary"), 2), (Some("Agender"), 1), (None, 5),
            ]),
            "birthday": format!(
                "{}-{:02}-{:02}", 1960 + self.rng.below(42), 1 + self.rng.below(12), 1 + self.rng.below(28)
            ),
            "isBirthdayHidden": n % 20 == 7 && n < 240,
            "isVerified": n % 8 != 5 || n > 240, "demo": n == cases::DEMO,
            "calendarFeedToken": self.rng.id(),
            "role": match n {
                cases::OWNER => "owner",
                cases::ADMIN => "admin",
                cases::FINANCE => "finance",
                _ => "user",
            },
        })
    }

    fn contact(&mut self, n: u64, domain: &str, place: &Place) -> Value {
        let home = self.rng.chance(92);
        let work_phone = self.rng.chance(25).then(|| format!("+44 20 7946 0{n:03}"));
        let own_phone = self.rng.chance(70).then(|| format!("+44 7700 900{n:03}"));
        json!({
            "email": format!("person{n:03}@{domain}"),
            "isWorkEmailHidden": cases::HIDDEN_MAIL.contains(&n),
            "phoneNumber": work_phone, "formattedPhoneNumber": work_phone,
            "personalEmail": self.rng.chance(90).then(|| format!("home{n:03}@example.net")),
            "personalPhoneNumber": own_phone, "formattedPersonalPhoneNumber": own_phone,
            "address": home.then(|| format!("{} Sample Street", 1 + n)),
            "city": home.then_some(place.city), "countryCode": home.then_some(place.code),
            "country": home.then_some(place.country),
            "postcode": home.then(|| format!("{:05}", 10_000 + 37 * n)),
            "state": match place.code {
                "US" => home.then_some("NY"),
                "CA" => home.then_some("ON"),
                _ => None,
            },
        })
    }

    fn employment(
        &mut self,
        n: u64,
        status: &str,
        start: NaiveDate,
        end: Option<NaiveDate>,
    ) -> Value {
        let last_day = end.map(|d| {
            before(
                d,
                if cases::GARDEN_LEAVE.contains(&n) {
                    30
                } else {
                    0
                },
            )
        });
        let probation = after(start, 90 + 90 * self.rng.below(2));
        let days = self.rng.share(&[
            (MONDAY_TO_FRIDAY, 93),
            (FOUR_DAYS, 5),
            (SUNDAY_TO_THURSDAY, 1),
            (WITH_WEEKEND, 1),
        ]);
        // A case about weekends or holidays needs the usual week.
        let days = if cases::is_long_serving(n) {
            MONDAY_TO_FRIDAY
        } else {
            days
        };
        json!({
            "employmentStartDate": start.to_string(), "firstWorkingDay": start.to_string(),
            "employmentEndDate": end.map(|d| d.to_string()), "lastWorkingDay": last_day.map(|d| d.to_string()),
            "probationEndDate": probation.to_string(),
            "leavingReason": (status == "offboarded").then(|| self.rng.share(&[
                ("resigned", 60), ("redundancy", 15), ("dismissed", 10), ("contractEnded", 10), ("other", 5),
            ])),
            "workingDays": days.iter().map(|d| json!({"day": d})).collect::<Vec<_>>(),
            "contractType": self.rng.share(&[
                ("Full time", 82), ("Part time", 7), ("Contractor", 6), ("Intern", 3), ("Fixed term", 2),
            ]),
        })
    }

    fn background(&mut self, n: u64, place: &Place) -> Value {
        let mut nationalities: Vec<&str> = vec![];
        if n % 6 == 1 {
            let rare = usize::try_from(n / 6).unwrap_or(0) % RARE_NATIONALITIES.len();
            nationalities.push(RARE_NATIONALITIES[rare]);
        } else if !self.rng.chance(7) {
            nationalities.push(self.rng.share(NATIONALITIES));
        }
        if !nationalities.is_empty() && self.rng.chance(8) {
            let second = self.rng.pick(words::RARE_NATIONALITIES);
            if !nationalities.contains(&second) {
                nationalities.push(second);
            }
        }
        let tax = match place.code {
            "GB" => format!("QQ{:06}C", n * 37),
            // Numbers that begin with 9 are never given out.
            "US" => format!("9{:02}-00-{n:04}", n % 100),
            "DE" => format!("00{:09}", n * 7919),
            _ => format!("X{:07}", n * 53),
        };
        json!({
            "nationality": nationalities.first(), "nationalities": nationalities,
            "spokenLanguages": ["English"], "foodAllergies": [], "teams": [],
            "taxId": self.rng.chance(85).then_some(tax),
        })
    }
}
