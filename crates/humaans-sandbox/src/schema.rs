//! The fields of every resource: type, who may write them, who may read them.

use serde_json::{Map, Value};

/// A row of a resource.
pub(crate) type Row = Map<String, Value>;

/// A resource under `/api`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    People,
    Companies,
    Locations,
    JobRoles,
    CompensationTypes,
    Compensations,
    TimeAway,
    TimeAwayTypes,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    Text,
    Bool,
    Date,
    Number,
    Decimal,
    List,
    Other,
    OneOf(&'static [&'static str]),
}

/// How a field may be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Write {
    Never,
    Optional,
    Required,
    Create,
}

/// One field of a resource.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) ty: Type,
    pub(crate) write: Write,
    /// Readable without `private:read`.
    pub(crate) public: bool,
}

const fn p(name: &'static str, ty: Type, write: Write) -> Field {
    Field {
        name,
        ty,
        write,
        public: true,
    }
}
const fn v(name: &'static str, ty: Type, write: Write) -> Field {
    Field {
        name,
        ty,
        write,
        public: false,
    }
}

use Type::{Bool, Date, Decimal, List, Number, OneOf, Other, Text};
use Write::{Create, Never, Optional, Required};

const PEOPLE: &[Field] = &[
    p("id", Text, Never),
    p("companyId", Text, Never),
    p("spaceId", Text, Optional),
    p("firstName", Text, Required),
    p("middleName", Text, Optional),
    p("lastName", Text, Required),
    p("preferredName", Text, Optional),
    p("email", Text, Required),
    p("locationId", Text, Required),
    p("remoteCity", Text, Optional),
    p("remoteRegionCode", Text, Optional),
    p("remoteCountryCode", Text, Optional),
    p("remoteTimezone", Text, Optional),
    p("timezone", Text, Never),
    p("phoneNumber", Text, Optional),
    p("formattedPhoneNumber", Text, Never),
    v("personalEmail", Text, Optional),
    v("personalPhoneNumber", Text, Optional),
    v("formattedPersonalPhoneNumber", Text, Never),
    v("gender", Text, Optional),
    v("birthday", Date, Optional),
    v("isBirthdayHidden", Bool, Optional),
    p("profilePhotoId", Text, Optional),
    p("profilePhoto", Other, Never),
    v("nationality", Text, Optional),
    v("nationalities", List, Optional),
    p("spokenLanguages", List, Optional),
    v("dietaryPreference", Text, Optional),
    v("foodAllergies", List, Optional),
    v("address", Text, Optional),
    v("city", Text, Optional),
    v("state", Text, Optional),
    v("postcode", Text, Optional),
    v("countryCode", Text, Optional),
    v("country", Text, Never),
    p("bio", Text, Optional),
    p("linkedIn", Text, Optional),
    p("twitter", Text, Optional),
    p("github", Text, Optional),
    p("employmentStartDate", Date, Required),
    p("firstWorkingDay", Date, Optional),
    v("employmentEndDate", Date, Optional),
    v("lastWorkingDay", Date, Optional),
    v("probationEndDate", Date, Optional),
    v("turnoverImpact", Text, Optional),
    v(
        "leavingReason",
        OneOf(&[
            "dismissed",
            "resigned",
            "redundancy",
            "contractEnded",
            "other",
        ]),
        Optional,
    ),
    v("leavingNote", Text, Optional),
    v("leavingFileId", Text, Optional),
    p("workingDays", List, Optional),
    p("publicHolidayCalendarId", Text, Optional),
    v("contractType", Text, Optional),
    v("employeeId", Text, Optional),
    v("taxId", Text, Optional),
    v("taxCode", Text, Optional),
    p("teams", List, Optional),
    p("status", Text, Never),
    p("isVerified", Bool, Never),
    v("isWorkEmailHidden", Bool, Optional),
    v("calendarFeedToken", Text, Never),
    v("role", Text, Never),
    v("seenDocumentsAt", Text, Never),
    v("source", Text, Optional),
    v("sourceId", Text, Optional),
    v("payrollProvider", Text, Optional),
    v("demo", Bool, Never),
    p("jobRole", Other, Create),
    p("directReports", List, Never),
    p("createdAt", Text, Never),
    p("updatedAt", Text, Never),
];
const COMPANIES: &[Field] = &[
    p("id", Text, Never),
    p("name", Text, Optional),
    p("domains", List, Never),
    p("trialEndDate", Date, Never),
    p("status", Text, Never),
    p("paymentStatus", Text, Never),
    p("package", Text, Never),
    p("isTimesheetEnabled", Bool, Optional),
    p("requireTimeAwayApprovalFor", List, Optional),
    p("autogenerateEmployeeId", Bool, Optional),
    p("autogenerateEmployeeIdForNewHires", Bool, Optional),
    p("nextEmployeeId", Number, Optional),
    p("createdAt", Text, Never),
    p("updatedAt", Text, Never),
];
const LOCATIONS: &[Field] = &[
    p("id", Text, Never),
    p("companyId", Text, Never),
    p("label", Text, Required),
    p("address", Text, Optional),
    p("city", Text, Optional),
    p("state", Text, Optional),
    p("postcode", Text, Optional),
    p("country", Text, Never),
    p("countryCode", Text, Optional),
    p("timezone", Text, Optional),
    p("publicHolidayCalendarId", Text, Optional),
    p("createdAt", Text, Never),
    p("updatedAt", Text, Never),
];
const JOB_ROLES: &[Field] = &[
    p("id", Text, Never),
    p("personId", Text, Create),
    p("jobTitle", Text, Required),
    p("department", Text, Optional),
    p("reportingTo", Text, Optional),
    p("effectiveDate", Date, Required),
    p("endDate", Date, Optional),
    v("note", Text, Optional),
    p("createdAt", Text, Never),
    p("updatedAt", Text, Never),
];
const COMPENSATION_TYPES: &[Field] = &[
    p("id", Text, Never),
    p("companyId", Text, Never),
    p("name", Text, Required),
    p(
        "baseType",
        OneOf(&["salary", "bonus", "commission", "equity", "custom"]),
        Required,
    ),
    p("createdAt", Text, Never),
    p("updatedAt", Text, Never),
];
const COMPENSATIONS: &[Field] = &[
    p("id", Text, Never),
    p("personId", Text, Create),
    p("compensationTypeId", Text, Required),
    p("amount", Decimal, Required),
    p("currency", Text, Optional),
    p("period", Text, Optional),
    p("note", Text, Optional),
    p("effectiveDate", Date, Required),
    p("endDate", Date, Optional),
    p("endReason", Text, Optional),
    p("createdAt", Text, Never),
    p("updatedAt", Text, Never),
];
const PERIODS: &[&str] = &["full", "am", "pm"];
const TIME_AWAY: &[Field] = &[
    p("id", Text, Never),
    p("personId", Text, Create),
    p("startDate", Date, Required),
    p("endDate", Date, Required),
    p("startPeriod", OneOf(PERIODS), Optional),
    p("endPeriod", OneOf(PERIODS), Optional),
    v("timeAwayTypeId", Text, Required),
    v("timeAwayType", Other, Never),
    v("type", Text, Never),
    v("name", Text, Never),
    p("isTimeOff", Bool, Never),
    v("workingFromLocationId", Text, Optional),
    v("note", Text, Optional),
    p("breakdown", List, Never),
    p("days", Number, Never),
    p(
        "requestStatus",
        OneOf(&["pending", "approved", "declined"]),
        Optional,
    ),
    v("reviewedBy", Text, Never),
    v("reviewedAt", Text, Never),
    v("reviewNote", Text, Optional),
    p("publicHolidayCalendarId", Text, Never),
    p("workingDays", List, Never),
    p("createdAt", Text, Never),
    p("updatedAt", Text, Never),
];
const TIME_AWAY_TYPES: &[Field] = &[
    p("id", Text, Never),
    p("companyId", Text, Never),
    p("name", Text, Required),
    p("color", Text, Optional),
    p("isTimeOff", Bool, Optional),
    p("requiresApproval", Bool, Optional),
    p("createdAt", Text, Never),
    p("updatedAt", Text, Never),
];

impl Kind {
    pub(crate) const ALL: [Kind; 8] = [
        Kind::People,
        Kind::Companies,
        Kind::Locations,
        Kind::JobRoles,
        Kind::CompensationTypes,
        Kind::Compensations,
        Kind::TimeAway,
        Kind::TimeAwayTypes,
    ];

    /// The segment of the path.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Kind::People => "people",
            Kind::Companies => "companies",
            Kind::Locations => "locations",
            Kind::JobRoles => "job-roles",
            Kind::CompensationTypes => "compensation-types",
            Kind::Compensations => "compensations",
            Kind::TimeAway => "time-away",
            Kind::TimeAwayTypes => "time-away-types",
        }
    }

    pub(crate) fn from_path(path: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|k| k.path() == path)
    }

    pub(crate) const fn fields(self) -> &'static [Field] {
        match self {
            Kind::People => PEOPLE,
            Kind::Companies => COMPANIES,
            Kind::Locations => LOCATIONS,
            Kind::JobRoles => JOB_ROLES,
            Kind::CompensationTypes => COMPENSATION_TYPES,
            Kind::Compensations => COMPENSATIONS,
            Kind::TimeAway => TIME_AWAY,
            Kind::TimeAwayTypes => TIME_AWAY_TYPES,
        }
    }

    pub(crate) fn field(self, name: &str) -> Option<&'static Field> {
        self.fields().iter().find(|f| f.name == name)
    }

    /// Pay has scopes of its own.
    pub(crate) const fn is_pay(self) -> bool {
        matches!(self, Kind::Compensations | Kind::CompensationTypes)
    }

    /// Rows belong to one person (by `personId`).
    pub(crate) const fn is_owned(self) -> bool {
        matches!(self, Kind::JobRoles | Kind::Compensations | Kind::TimeAway)
    }
}

/// The text in a field, or `""`.
pub(crate) fn text<'a>(row: &'a Row, name: &str) -> &'a str {
    row.get(name).and_then(Value::as_str).unwrap_or_default()
}
