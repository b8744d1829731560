//! The seeded companies: the same for one seed and one day.

use crate::schema::{Kind, Row};
use chrono::{Days, NaiveDate};
use indexmap::IndexMap;
use serde_json::{Value, json};

/// All rows of all resources.
pub(crate) type Tables = std::collections::BTreeMap<Kind, IndexMap<String, Row>>;

/// `SplitMix64`: small, and the same on every platform.
struct Rng(u64);
impl Rng {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        let i = self.below(from.len() as u64);
        from[usize::try_from(i).unwrap_or(0)]
    }
    fn share<T: Copy>(&mut self, from: &[(T, u64)]) -> T {
        let mut at = self.below(from.iter().map(|f| f.1).sum());
        for (what, weight) in from {
            if at < *weight {
                return *what;
            }
            at -= weight;
        }
        from[0].0
    }
    fn id(&mut self) -> String {
        const A: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        (0..24).map(|_| char::from(self.pick(A))).collect()
    }
}

const FIRST: &[&str] = &[
    "Ada", "Łukasz", "Zoë", "Grace", "Þóra", "Priya", "Omar", "José", "Mia", "Noah", "Ivy", "Liam",
    "Chloë", "Hugo", "Nina", "Sven", "Aisha", "Tom", "Inês", "Paulo", "Kofi", "Ruth", "Jürgen",
    "Elif", "Hana", "Maya", "Ben", "Clara", "Ewa", "Raj",
];
const LAST: &[&str] = &[
    "O'Connor",
    "Nguyễn",
    "van der Berg",
    "Smith",
    "Kowalski",
    "García",
    "Müller",
    "Okafor",
    "Silva",
    "Patel",
    "Jones",
    "Fischer",
    "Costa",
    "Brown",
    "Dubois",
    "Novák",
    "Taylor",
    "Rossi",
    "Evans",
    "Khan",
    "Lindqvist",
    "Moreau",
    "Walker",
    "Sato",
    "Wright",
    "Hughes",
    "Ali",
    "Weber",
];
/// Label, country, country code, zone, calendar, share, currency.
const PLACES: &[(&str, &str, &str, &str, &str, u64)] = &[
    (
        "London HQ",
        "United Kingdom",
        "GB",
        "Europe/London",
        "GB",
        28,
    ),
    (
        "Manchester",
        "United Kingdom",
        "GB",
        "Europe/London",
        "GB",
        8,
    ),
    (
        "Edinburgh",
        "United Kingdom",
        "GB",
        "Europe/London",
        "GB-SCT",
        4,
    ),
    ("Berlin", "Germany", "DE", "Europe/Berlin", "DE-BE", 12),
    ("Munich", "Germany", "DE", "Europe/Berlin", "DE-BY", 5),
    ("Madrid", "Spain", "ES", "Europe/Madrid", "ES-MD", 8),
    ("Lisbon", "Portugal", "PT", "Europe/Lisbon", "PT", 5),
    (
        "New York",
        "United States",
        "US",
        "America/New_York",
        "US-NY",
        12,
    ),
    ("Toronto", "Canada", "CA", "America/Toronto", "CA-ON", 4),
    ("Dublin, planned", "Ireland", "IE", "Europe/Dublin", "IE", 0),
];
const REMOTE: &[(&str, &str, &str)] = &[
    ("Kraków", "PL", "Europe/Warsaw"),
    ("Pune", "IN", "Asia/Kolkata"),
    ("Recife", "BR", "America/Recife"),
    ("Cape Town", "ZA", "Africa/Johannesburg"),
    ("Lyon", "FR", "Europe/Paris"),
];
const DEPARTMENTS: &[((&str, &[&str]), u64)] = &[
    (
        (
            "Engineering",
            &["Platform", "Payments", "Mobile", "Data", "Security", "QA"],
        ),
        34,
    ),
    (
        (
            "Product & Design",
            &["Core Product", "Growth Pod", "Design"],
        ),
        10,
    ),
    (("Sales", &["Enterprise", "SMB", "Sales Ops"]), 16),
    (("Customer Success", &["Support", "Onboarding"]), 12),
    (("Marketing", &["Brand", "Demand"]), 8),
    (("Finance", &["Accounting", "Payroll"]), 5),
    (("People", &["Talent", "People Ops"]), 5),
    (("Operations", &["Workplace", "IT"]), 6),
    (("Legal", &["Counsel"]), 2),
];
const AWAY: &[((&str, &str, bool), u64)] = &[
    (("Paid time off", "pto", true), 580),
    (("Sick", "sick", true), 180),
    (
        ("Working from elsewhere", "workingFromElsewhere", false),
        100,
    ),
    (("Parental", "parental", true), 30),
    (("Compassionate", "compassionate", true), 20),
    (("Unpaid", "unpaid", true), 20),
    (("Volunteering", "volunteering", true), 20),
    (("Training", "training", true), 30),
    (("Jury duty", "juryDuty", true), 5),
    (("Study/Other", "other", true), 15),
];
const PAY_TYPES: &[(&str, &str)] = &[
    ("Base salary", "salary"),
    ("Annual bonus", "bonus"),
    ("Commission", "commission"),
    ("Stock options", "equity"),
    ("Home-office allowance", "custom"),
];

struct Seeder {
    rng: Rng,
    today: NaiveDate,
    tables: Tables,
    company: String,
    stamp: u64,
}

impl Seeder {
    fn back(&self, days: u64) -> NaiveDate {
        self.today
            .checked_sub_days(Days::new(days))
            .unwrap_or(self.today)
    }
    fn ahead(&self, days: u64) -> NaiveDate {
        self.today
            .checked_add_days(Days::new(days))
            .unwrap_or(self.today)
    }
    fn add(&mut self, kind: Kind, mut row: Value) -> String {
        let id = self.rng.id();
        self.stamp += 1;
        let day = self.back(1000 - (self.stamp / 10).min(999));
        let at = format!(
            "{day}T09:00:{:02}.{:03}Z",
            self.stamp % 10,
            self.stamp % 1000
        );
        row["createdAt"] = json!(at);
        row["updatedAt"] = json!(at);
        let mut full = Row::new();
        for f in kind.fields() {
            full.insert(
                f.name.to_owned(),
                row.get(f.name).cloned().unwrap_or(Value::Null),
            );
        }
        full.insert("id".to_owned(), json!(id));
        if full.contains_key("companyId") {
            full.insert(
                "companyId".to_owned(),
                json!(if kind == Kind::Companies {
                    &id
                } else {
                    &self.company
                }),
            );
        }
        self.tables
            .entry(kind)
            .or_default()
            .insert(id.clone(), full);
        id
    }
    fn company(&mut self, name: &str, domain: &str) {
        self.company = self.add(Kind::Companies, json!({"name": name, "domains": [domain], "status": "active", "paymentStatus": "ok", "package": "growth", "isTimesheetEnabled": true, "requireTimeAwayApprovalFor": [], "autogenerateEmployeeId": false, "autogenerateEmployeeIdForNewHires": false}));
    }
    fn locations(&mut self) -> Vec<String> {
        PLACES.iter().map(|(label, country, code, zone, calendar, _)| self.add(Kind::Locations, json!({"label": label, "city": label.split([' ', ',']).next(), "country": country, "countryCode": code, "timezone": zone, "publicHolidayCalendarId": calendar}))).collect()
    }

    /// `n` is the number within the company: 0 is the owner, 1 an admin, 2 to 38 manage.
    fn person(
        &mut self,
        n: u64,
        status: &str,
        domain: &str,
        places: &[String],
    ) -> (String, NaiveDate, usize) {
        let (first, last) = (self.rng.pick(FIRST), self.rng.pick(LAST));
        let shares: Vec<(usize, u64)> = PLACES
            .iter()
            .enumerate()
            .map(|(i, p)| (i, p.5))
            .chain([(99, 14)])
            .collect();
        let place = self.rng.share(&shares);
        let remote = self.rng.pick(REMOTE);
        let known = places.get(place);
        let start = match status {
            "newHire" => {
                let d = 1 + self.rng.below(90);
                self.ahead(d)
            }
            _ if n == 40 || n == 41 => self.today,
            "offboarded" => {
                let d = 500 + self.rng.below(2700);
                self.back(d)
            }
            _ => {
                let d = 1 + self.rng.below(60).pow(2) % 3280;
                self.back(d)
            }
        };
        let end = if status == "offboarded" {
            let d = 1 + self.rng.below(490);
            Some(self.back(d))
        } else if (50..55).contains(&n) {
            let d = 10 + self.rng.below(60);
            Some(self.ahead(d))
        } else {
            None
        };
        let gender = self.rng.share(&[
            (Some("Female"), 45),
            (Some("Male"), 47),
            (Some("Non-binary"), 2),
            (Some("Agender"), 1),
            (None, 5),
        ]);
        let nationality = self.rng.share(&[
            (Some("British"), 40),
            (Some("German"), 15),
            (Some("Spanish"), 10),
            (Some("American"), 15),
            (Some("Polish"), 7),
            (Some("Indian"), 7),
            (None, 6),
        ]);
        let country = known.map_or(remote.1, |_| PLACES[place].2);
        let home = self.rng.chance(92);
        let role = match n {
            0 => "owner",
            1 => "admin",
            39 => "finance",
            _ => "user",
        };
        let four = self.rng.chance(5);
        let days: Vec<Value> = ["monday", "tuesday", "wednesday", "thursday", "friday"]
            .iter()
            .take(if four { 4 } else { 5 })
            .map(|d| json!({"day": d}))
            .collect();
        let row = json!({
            "firstName": first, "lastName": last, "preferredName": self.rng.chance(12).then(|| &first[..first.char_indices().nth(2).map_or(first.len(), |c| c.0)]),
            "email": format!("person{n:03}@{domain}"), "locationId": known.map_or("remote", String::as_str),
            "remoteCity": known.is_none().then_some(remote.0), "remoteCountryCode": known.is_none().then_some(remote.1), "remoteTimezone": known.is_none().then_some(remote.2),
            "timezone": if known.is_some() { PLACES[place].3 } else { remote.2 },
            "phoneNumber": self.rng.chance(25).then(|| format!("+44 20 7946 0{n:03}")),
            "personalEmail": self.rng.chance(90).then(|| format!("home{n:03}@example.net")), "personalPhoneNumber": self.rng.chance(70).then(|| format!("+44 7700 900{n:03}")),
            "gender": gender, "birthday": format!("{}-{:02}-{:02}", 1960 + self.rng.below(42), 1 + self.rng.below(12), 1 + self.rng.below(28)), "isBirthdayHidden": n % 20 == 7,
            "nationality": nationality, "nationalities": nationality.map_or(json!([]), |x| json!([x])), "spokenLanguages": ["English"], "foodAllergies": [],
            "address": home.then(|| format!("{} Sample Street", 1 + n)), "city": home.then_some(known.map_or(remote.0, |_| PLACES[place].0.split(' ').next().unwrap_or_default())), "countryCode": home.then_some(country),
            "country": home.then(|| PLACES.iter().find(|p| p.2 == country).map(|p| p.1)).flatten(),
            "employmentStartDate": start.to_string(), "firstWorkingDay": start.to_string(), "employmentEndDate": end.map(|d| d.to_string()), "lastWorkingDay": end.map(|d| d.to_string()),
            "leavingReason": (status == "offboarded").then(|| self.rng.share(&[("resigned", 60), ("redundancy", 15), ("dismissed", 10), ("contractEnded", 10), ("other", 5)])),
            "workingDays": days, "publicHolidayCalendarId": known.map_or(remote.1, |_| PLACES[place].4),
            "contractType": self.rng.share(&[("Full time", 82), ("Part time", 7), ("Contractor", 6), ("Intern", 3), ("Fixed term", 2)]),
            "employeeId": (!self.rng.chance(5)).then(|| format!("{:05}", n + 1)), "taxId": self.rng.chance(85).then(|| format!("QQ{:06}C", n * 37)),
            "isVerified": n % 8 != 5, "isWorkEmailHidden": n == 60 || n == 61, "calendarFeedToken": self.rng.id(), "role": role, "demo": n == 70,
        });
        (self.add(Kind::People, row), start, place)
    }

    fn roles(&mut self, id: &str, start: NaiveDate, manager: Option<&str>, ceo: bool) {
        let (department, teams) = if ceo {
            ("Executive", &["Leadership"][..])
        } else {
            self.rng.share(DEPARTMENTS)
        };
        let count = self.rng.share(&[(1u64, 35), (2, 35), (3, 20), (4, 10)]);
        let span = u64::try_from((self.today - start).num_days()).unwrap_or(0);
        let count = count.min(1 + span / 30);
        for i in 0..count {
            let from = start
                .checked_add_days(Days::new(span * i / count))
                .unwrap_or(start);
            let end = (i + 1 < count)
                .then(|| {
                    start.checked_add_days(Days::new((span * (i + 1) / count).saturating_sub(1)))
                })
                .flatten();
            let title = if ceo {
                "Chief Executive".to_owned()
            } else {
                format!(
                    "{}{} Specialist",
                    ["", "Senior ", "Lead ", "Principal "][usize::try_from(i).unwrap_or(0)],
                    department
                )
            };
            self.add(Kind::JobRoles, json!({"personId": id, "jobTitle": title, "department": department, "reportingTo": manager, "effectiveDate": from.to_string(), "endDate": end.map(|d| d.to_string())}));
        }
        let count = self.rng.share(&[(0usize, 6), (1, 70), (2, 24)]);
        let teams: Vec<Value> = teams
            .iter()
            .take(count)
            .map(|t| json!({"name": t}))
            .collect();
        if let Some(p) = self
            .tables
            .get_mut(&Kind::People)
            .and_then(|t| t.get_mut(id))
        {
            p.insert("teams".to_owned(), json!(teams));
        }
    }

    fn pay(&mut self, id: &str, start: NaiveDate, place: usize, types: &[String]) {
        let (currency, low, high) = match place {
            0..=2 => ("GBP", 30_000, 110_000),
            3..=6 | 9 => ("EUR", 28_000, 100_000),
            7 => ("USD", 60_000, 200_000),
            8 => ("CAD", 58_000, 150_000),
            _ => ("PLN", 90_000, 260_000),
        };
        let mut amount = low + self.rng.below(high - low);
        let span = u64::try_from((self.today - start).num_days()).unwrap_or(0);
        let raises = self
            .rng
            .share(&[(1u64, 25), (2, 30), (3, 30), (4, 15)])
            .min(1 + span / 180);
        for i in 0..raises {
            let from = start
                .checked_add_days(Days::new(span * i / raises))
                .unwrap_or(start);
            let end = (i + 1 < raises)
                .then(|| {
                    start.checked_add_days(Days::new((span * (i + 1) / raises).saturating_sub(1)))
                })
                .flatten();
            let cents = if amount.is_multiple_of(5) { ".50" } else { "" };
            self.add(Kind::Compensations, json!({"personId": id, "compensationTypeId": types[0], "amount": format!("{amount}{cents}"), "currency": currency, "period": "annual", "effectiveDate": from.to_string(), "endDate": end.map(|d| d.to_string()), "note": (i > 0).then_some("Yearly review")}));
            amount += amount * (2 + self.rng.below(11)) / 100;
        }
        for (percent, kind, sum, period) in [
            (55, 1, amount / 10, "annual"),
            (16, 2, amount / 20, "monthly"),
            (40, 3, 1000 + amount / 50, "oneOff"),
            (20, 4, 40, "monthly"),
        ] {
            if self.rng.chance(percent) {
                self.add(Kind::Compensations, json!({"personId": id, "compensationTypeId": types[kind], "amount": sum.to_string(), "currency": if kind == 3 { None } else { Some(currency) }, "period": period, "effectiveDate": start.to_string()}));
            }
        }
    }

    fn away(&mut self, id: &str, start: NaiveDate, types: &[String], reviewer: &str) {
        let mut day = self.back(730).max(start);
        let last = self.ahead(180);
        while day < last {
            let which = self
                .rng
                .share(&(0..AWAY.len()).map(|i| (i, AWAY[i].1)).collect::<Vec<_>>());
            let length = match which {
                3 => 20 + self.rng.below(120),
                _ => self.rng.share(&[(1u64, 40), (3, 25), (7, 28), (14, 7)]),
            };
            let end = day.checked_add_days(Days::new(length - 1)).unwrap_or(day);
            let half = if length == 1 && self.rng.chance(20) {
                self.rng.pick(&["am", "pm"])
            } else {
                "full"
            };
            let status = self
                .rng
                .share(&[("approved", 86), ("pending", 8), ("declined", 6)]);
            let person = self.tables[&Kind::People][id].clone();
            let mut row = json!({"personId": id, "startDate": day.to_string(), "endDate": end.to_string(), "startPeriod": half, "endPeriod": half, "timeAwayTypeId": types[which], "requestStatus": status,
                "reviewedBy": (status != "pending").then_some(reviewer), "reviewedAt": (status != "pending").then(|| format!("{day}T08:00:00.000Z"))});
            let kind = self.tables[&Kind::TimeAwayTypes][&types[which]].clone();
            if let Some(map) = row.as_object_mut() {
                crate::away::complete(map, &person, &kind);
            }
            self.add(Kind::TimeAway, row);
            let gap = length + 30 + self.rng.below(90);
            day = day.checked_add_days(Days::new(gap)).unwrap_or(last);
        }
    }

    fn fill(&mut self, domain: &str, counts: [(&str, u64); 3]) {
        let places = self.locations();
        let pay: Vec<String> = PAY_TYPES
            .iter()
            .map(|(n, b)| self.add(Kind::CompensationTypes, json!({"name": n, "baseType": b})))
            .collect();
        let away: Vec<String> = AWAY
            .iter()
            .map(|((n, _, off), _)| {
                self.add(
                    Kind::TimeAwayTypes,
                    json!({"name": n, "isTimeOff": off, "requiresApproval": *n != "Sick"}),
                )
            })
            .collect();
        let mut ids: Vec<String> = vec![];
        for (status, count) in counts {
            for _ in 0..count {
                let n = ids.len() as u64;
                let (id, start, place) = self.person(n, status, domain, &places);
                // A tree: the first reports to nobody, 2..=38 lead in three layers.
                let boss = match n {
                    0 => None,
                    1..=6 => Some(0),
                    7..=38 => Some(2 + self.rng.below(5)),
                    _ => Some(2 + self.rng.below(37.min(n - 2))),
                };
                let boss = boss
                    .and_then(|b| ids.get(usize::try_from(b).unwrap_or(0)))
                    .cloned();
                self.roles(&id, start, boss.as_deref(), n == 0);
                if !(80..83).contains(&n) {
                    self.pay(&id, start, place, &pay);
                }
                if status != "newHire" {
                    self.away(&id, start, &away, boss.as_deref().unwrap_or(&id));
                }
                ids.push(id);
            }
        }
    }
}

/// Makes all companies.
pub(crate) fn seed(seed: u64, today: NaiveDate) -> Tables {
    let mut s = Seeder {
        rng: Rng(seed),
        today,
        tables: Tables::new(),
        company: String::new(),
        stamp: 0,
    };
    for kind in Kind::ALL {
        s.tables.entry(kind).or_default();
    }
    s.company("Northwind Example", "northwind.example.com");
    s.fill(
        "northwind.example.com",
        [("active", 212), ("newHire", 8), ("offboarded", 30)],
    );
    s.company("Tiny Example", "tiny.example.com");
    s.fill(
        "tiny.example.com",
        [("active", 4), ("newHire", 0), ("offboarded", 0)],
    );
    s.tables
}

/// The legacy word of a time-away type.
pub(crate) fn legacy_word(name: &str) -> &'static str {
    AWAY.iter()
        .find(|((n, _, _), _)| *n == name)
        .map_or("other", |((_, w, _), _)| w)
}
