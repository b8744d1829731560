//! The invented and the geographical words that the seed draws from.

pub(super) const FIRST: &[&str] = &[
    "Ada", "Łukasz", "Zoë", "Grace", "Þóra", "Priya", "Omar", "José", "Mia", "Noah", "Ivy", "Liam",
    "Chloë", "Hugo", "Nina", "Sven", "Aisha", "Tom", "Inês", "Paulo", "Kofi", "Ruth", "Jürgen",
    "Elif", "Hana", "Maya", "Ben", "Clara", "Ewa", "Raj",
];
pub(super) const LAST: &[&str] = &[
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

/// A place with an office.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) label: &'static str,
    pub(super) city: &'static str,
    pub(super) country: &'static str,
    /// ISO 3166-1 alpha-2.
    pub(super) code: &'static str,
    pub(super) zone: &'static str,
    pub(super) calendar: &'static str,
    /// Percent of the people.
    pub(super) share: u64,
}

const fn place(
    [label, city, country, code, zone, calendar]: [&'static str; 6],
    share: u64,
) -> Place {
    Place {
        label,
        city,
        country,
        code,
        zone,
        calendar,
        share,
    }
}

/// The offices; the rest of the 100 percent works remotely.
#[rustfmt::skip]
pub(super) const PLACES: [Place; 10] = [
    place(["London HQ", "London", "United Kingdom", "GB", "Europe/London", "GB"], 28),
    place(["Manchester", "Manchester", "United Kingdom", "GB", "Europe/London", "GB"], 8),
    place(["Edinburgh", "Edinburgh", "United Kingdom", "GB", "Europe/London", "GB-SCT"], 4),
    place(["Berlin", "Berlin", "Germany", "DE", "Europe/Berlin", "DE-BE"], 12),
    place(["Munich", "Munich", "Germany", "DE", "Europe/Berlin", "DE-BY"], 5),
    place(["Madrid", "Madrid", "Spain", "ES", "Europe/Madrid", "ES-MD"], 8),
    place(["Lisbon", "Lisbon", "Portugal", "PT", "Europe/Lisbon", "PT"], 5),
    place(["New York", "New York", "United States", "US", "America/New_York", "US-NY"], 12),
    place(["Toronto", "Toronto", "Canada", "CA", "America/Toronto", "CA-ON"], 4),
    place(["Dublin, planned", "Dublin", "Ireland", "IE", "Europe/Dublin", "IE"], 0),
];

/// Where remote people live; the share is their percentage of everybody.
#[rustfmt::skip]
pub(super) const REMOTE: [Place; 9] = [
    place(["remote", "Kraków", "Poland", "PL", "Europe/Warsaw", "PL"], 2),
    place(["remote", "Pune", "India", "IN", "Asia/Kolkata", "IN"], 2),
    place(["remote", "Recife", "Brazil", "BR", "America/Recife", "BR"], 2),
    place(["remote", "Cape Town", "South Africa", "ZA", "Africa/Johannesburg", "ZA"], 2),
    place(["remote", "Lyon", "France", "FR", "Europe/Paris", "FR"], 2),
    place(["remote", "Utrecht", "Netherlands", "NL", "Europe/Amsterdam", "NL"], 1),
    place(["remote", "Cork", "Ireland", "IE", "Europe/Dublin", "IE"], 1),
    place(["remote", "Tallinn", "Estonia", "EE", "Europe/Tallinn", "EE"], 1),
    place(["remote", "Turku", "Finland", "FI", "Europe/Helsinki", "FI"], 1),
];

/// The demonyms that many people have, by weight.
pub(super) const NATIONALITIES: &[(&str, u64)] = &[
    ("British", 40),
    ("German", 15),
    ("Spanish", 10),
    ("American", 15),
    ("Portuguese", 6),
    ("Polish", 5),
];
/// The demonyms that few people have.
pub(super) const RARE_NATIONALITIES: &[&str] = &[
    "Irish",
    "French",
    "Italian",
    "Dutch",
    "Belgian",
    "Swedish",
    "Norwegian",
    "Danish",
    "Finnish",
    "Icelandic",
    "Estonian",
    "Latvian",
    "Lithuanian",
    "Czech",
    "Slovak",
    "Hungarian",
    "Romanian",
    "Bulgarian",
    "Greek",
    "Turkish",
    "Ukrainian",
    "Indian",
    "Pakistani",
    "Bangladeshi",
    "Chinese",
    "Japanese",
    "Vietnamese",
    "Filipino",
    "Australian",
    "Canadian",
    "Mexican",
    "Brazilian",
    "Argentine",
    "Nigerian",
    "Ghanaian",
    "South African",
];

/// A department, what its people are called, and its teams.
#[derive(Debug, Clone, Copy)]
pub(super) struct Department {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) teams: &'static [&'static str],
}

pub(super) const EXECUTIVE: Department = Department {
    name: "Executive",
    title: "Executive",
    teams: &["Leadership"],
};

const fn department(
    name: &'static str,
    title: &'static str,
    teams: &'static [&'static str],
) -> Department {
    Department { name, title, teams }
}

/// All departments but the executive one, by percent.
#[rustfmt::skip]
pub(super) const DEPARTMENTS: [(Department, u64); 9] = [
    (department("Engineering", "Engineer", &["Platform", "Payments", "Mobile", "Data", "Security", "QA"]), 34),
    (department("Product & Design", "Product Designer", &["Core Product", "Growth Pod", "Design"]), 10),
    (department("Sales", "Account Executive", &["Enterprise", "SMB", "Sales Ops"]), 16),
    (department("Customer Success", "Success Specialist", &["Support", "Onboarding"]), 12),
    (department("Marketing", "Marketer", &["Brand", "Demand"]), 8),
    (department("Finance", "Accountant", &["Accounting", "Payroll"]), 5),
    (department("People", "People Partner", &["Talent", "People Ops"]), 5),
    (department("Operations", "Operations Specialist", &["Workplace", "IT"]), 6),
    (department("Legal", "Counsel", &[]), 2),
];

/// A type of time away.
#[derive(Debug, Clone, Copy)]
pub(super) struct AwayType {
    pub(super) name: &'static str,
    /// The older word for it, still on the wire.
    pub(super) legacy: &'static str,
    pub(super) is_time_off: bool,
    /// Per mille of all bookings.
    pub(super) share: u64,
}

const fn away(name: &'static str, legacy: &'static str, share: u64) -> AwayType {
    AwayType {
        name,
        legacy,
        is_time_off: true,
        share,
    }
}

pub(super) const AWAY: [AwayType; 10] = [
    away("Paid time off", "pto", 580),
    away("Sick", "sick", 180),
    AwayType {
        is_time_off: false,
        ..away("Working from elsewhere", "workingFromElsewhere", 100)
    },
    away("Parental", "parental", 30),
    away("Compassionate", "compassionate", 20),
    away("Unpaid", "unpaid", 20),
    away("Volunteering", "volunteering", 20),
    away("Training", "training", 30),
    away("Jury duty", "juryDuty", 5),
    away("Study/Other", "other", 15),
];

/// Name and base type.
pub(super) const PAY_TYPES: [(&str, &str); 5] = [
    ("Base salary", "salary"),
    ("Annual bonus", "bonus"),
    ("Commission", "commission"),
    ("Stock options", "equity"),
    ("Home-office allowance", "custom"),
];
