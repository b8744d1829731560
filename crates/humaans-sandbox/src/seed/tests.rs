use super::{Tables, cases, seed};
use crate::schema::{Kind, Row, text};
use chrono::{Datelike, NaiveDate};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::RangeInclusive;

fn today() -> NaiveDate {
    "2026-03-02".parse().unwrap()
}

fn first_company(tables: &Tables) -> &str {
    tables[&Kind::Companies].keys().next().unwrap()
}

/// The people of the first company, by number.
fn people(tables: &Tables) -> Vec<&Row> {
    tables[&Kind::People]
        .values()
        .filter(|p| text(p, "companyId") == first_company(tables))
        .collect()
}

/// The rows of the first company that belong to people.
fn owned(tables: &Tables, kind: Kind) -> Vec<&Row> {
    let ids: HashSet<&str> = people(tables).iter().map(|p| text(p, "id")).collect();
    tables[&kind]
        .values()
        .filter(|r| ids.contains(text(r, "personId")))
        .collect()
}

fn of(tables: &Tables, kind: Kind, n: u64) -> Vec<&Row> {
    let id = text(people(tables)[usize::try_from(n).unwrap()], "id");
    owned(tables, kind)
        .into_iter()
        .filter(|r| text(r, "personId") == id)
        .collect()
}

fn date(row: &Row, field: &str) -> NaiveDate {
    text(row, field).parse().unwrap()
}

#[test]
fn totals_hold_for_every_seed() {
    for (number, day) in [(1, "2026-03-02"), (2, "2024-02-29"), (77, "2027-01-01")] {
        let tables = seed(number, day.parse().unwrap());
        let count = |kind| owned(&tables, kind).len();
        assert_eq!(people(&tables).len(), 250);
        let found = [Kind::JobRoles, Kind::Compensations, Kind::TimeAway].map(count);
        for (count, wanted) in found.into_iter().zip([520, 870, 2600]) {
            assert!(
                count.abs_diff(wanted) * 20 <= wanted,
                "seed {number}: {found:?}"
            );
        }
    }
}

#[test]
fn the_same_seed_and_day_give_the_same_rows() {
    let one = seed(5, today());
    assert!(one == seed(5, today()));
    let later = seed(5, today().succ_opt().unwrap());
    assert!(one != later, "dates move with the day");
    let other = seed(6, today());
    for kind in Kind::ALL {
        assert!(one[&kind] != other[&kind], "{kind:?}");
    }
}

#[test]
fn there_is_a_full_a_tiny_and_an_empty_company() {
    let tables = seed(1, today());
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for person in tables[&Kind::People].values() {
        *sizes.entry(text(person, "companyId")).or_default() += 1;
    }
    let sizes: Vec<usize> = tables[&Kind::Companies]
        .keys()
        .map(|id| sizes[id.as_str()])
        .collect();
    assert_eq!(sizes, [250, 4, 1]);
    let empty = tables[&Kind::Companies].keys().nth(2).unwrap();
    for kind in [
        Kind::Locations,
        Kind::CompensationTypes,
        Kind::TimeAwayTypes,
    ] {
        assert!(
            !tables[&kind]
                .values()
                .any(|r| text(r, "companyId") == empty)
        );
    }
    let tiny: HashSet<&str> = tables[&Kind::People]
        .values()
        .skip(250)
        .map(|p| text(p, "id"))
        .collect();
    let pay = tables[&Kind::Compensations]
        .values()
        .filter(|r| tiny.contains(text(r, "personId")));
    assert!(
        pay.clone().count() >= 4
            && pay
                .clone()
                .all(|r| matches!(text(r, "currency"), "CHF" | ""))
    );
}

#[test]
fn names_are_of_many_scripts_and_lengths() {
    let tables = seed(1, today());
    let people = people(&tables);
    let name = |n: u64| {
        let person = people[usize::try_from(n).unwrap()];
        (text(person, "firstName"), text(person, "lastName"))
    };
    assert_eq!(name(cases::CJK_NAME), ("小明", "王"));
    assert_eq!(name(cases::RIGHT_TO_LEFT_NAME), ("נועה", "לוי"));
    assert_eq!(name(cases::SHORT_NAME).1.chars().count(), 1);
    assert_eq!(name(cases::LONG_NAME).1.chars().count(), 60);
    let different: BTreeSet<_> = (0..250).map(name).collect();
    assert_eq!(different.len(), 249, "two people have one name");
    let foreign = different
        .iter()
        .filter(|(f, l)| !f.is_ascii() || !l.is_ascii());
    assert!(foreign.count() >= 25);
    let nationalities: BTreeSet<&str> = people.iter().map(|p| text(p, "nationality")).collect();
    assert!(nationalities.len() > 40);
}

#[test]
fn comings_and_goings_have_their_edges() {
    let tables = seed(1, today());
    let people = people(&tables);
    let person = |n: u64| people[usize::try_from(n).unwrap()];
    let leap = date(person(cases::LEAP_DAY_START), "employmentStartDate");
    assert_eq!((leap.month(), leap.day()), (2, 29));
    for n in cases::STARTS_TODAY {
        assert_eq!(date(person(n), "employmentStartDate"), today());
    }
    for n in cases::GARDEN_LEAVE {
        assert!(date(person(n), "lastWorkingDay") < date(person(n), "employmentEndDate"));
    }
    for n in cases::WILL_LEAVE {
        assert!(date(person(n), "employmentEndDate") > today());
    }
    let short = person(cases::LEFT_ON_FIRST_DAY);
    assert_eq!(
        text(short, "employmentStartDate"),
        text(short, "employmentEndDate")
    );
    let bare = person(cases::BARE_NEW_HIRE);
    for field in ["profilePhotoId", "locationId", "employeeId", "timezone"] {
        assert!(bare[field].is_null(), "{field}");
    }
    let roles = of(&tables, Kind::JobRoles, cases::REHIRED);
    assert!((date(roles[1], "effectiveDate") - date(roles[0], "endDate")).num_days() > 100);
    let count = |test: &dyn Fn(&Row) -> bool| people.iter().filter(|p| test(p)).count();
    assert!(
        (180..220).contains(&count(&|p| p["profilePhoto"].is_object())),
        "photos"
    );
    assert!(
        (20..40).contains(&count(&|p| p["spaceId"].is_string())),
        "space"
    );
    assert_eq!(count(&|p| p["isBirthdayHidden"] == true), 12);
    assert_eq!(count(&|p| p["isVerified"] == false), 30);
}

#[test]
fn managers_make_a_tree_of_five_levels() {
    let tables = seed(1, today());
    let people = people(&tables);
    let mut boss: BTreeMap<&str, &str> = BTreeMap::new();
    for role in owned(&tables, Kind::JobRoles) {
        if date(role, "effectiveDate") <= today() || !boss.contains_key(text(role, "personId")) {
            boss.insert(text(role, "personId"), text(role, "reportingTo"));
        }
    }
    let level = |id: &str| {
        let mut at = boss[id];
        (1..20).find(|_| {
            let top = at.is_empty();
            at = boss.get(at).copied().unwrap_or_default();
            top
        })
    };
    let deepest = people.iter().map(|p| level(text(p, "id")).unwrap()).max();
    assert_eq!(deepest, Some(5));
    assert_eq!(boss.values().filter(|b| b.is_empty()).count(), 3);
    let mut teams: BTreeMap<&str, usize> = BTreeMap::new();
    for manager in boss.values().filter(|b| !b.is_empty()) {
        *teams.entry(manager).or_default() += 1;
    }
    assert_eq!(teams.len(), 40, "the owner, 38 others, and one who left");
    assert!(teams[text(people[cases::WIDE_MANAGER], "id")] >= 14);
    let matrix = of(&tables, Kind::JobRoles, cases::MATRIX);
    let managers: BTreeSet<&str> = matrix.iter().map(|r| text(r, "reportingTo")).collect();
    assert_eq!(managers.len(), 5);
}

#[test]
fn pay_has_all_periods_and_no_two_rows_of_a_day() {
    let tables = seed(1, today());
    let pay = owned(&tables, Kind::Compensations);
    let keys: HashSet<_> = pay
        .iter()
        .map(|r| ["personId", "compensationTypeId", "effectiveDate"].map(|f| text(r, f)))
        .collect();
    assert_eq!(keys.len(), pay.len());
    let with = |period: &str, range: RangeInclusive<u64>| {
        range.into_iter().all(|n| {
            of(&tables, Kind::Compensations, n)
                .iter()
                .any(|r| text(r, "period") == period)
        })
    };
    assert!(with("hourly", cases::HOURLY) && with("daily", cases::DAILY));
    assert!(
        with("monthly", cases::MONTHLY)
            && with("fortnightly", cases::FORTNIGHTLY..=cases::FORTNIGHTLY)
    );
    for n in cases::NO_PAY {
        assert!(of(&tables, Kind::Compensations, n).is_empty());
    }
    let ahead = |kind: Kind, range: RangeInclusive<u64>| {
        range
            .into_iter()
            .flat_map(|n| of(&tables, kind, n))
            .filter(|r| date(r, "effectiveDate") > today())
            .count()
    };
    assert_eq!(ahead(Kind::Compensations, cases::FUTURE_RAISE), 4);
    assert_eq!(ahead(Kind::JobRoles, cases::FUTURE_ROLE), 6);
    let moved: BTreeSet<&str> = of(&tables, Kind::Compensations, cases::MOVED)
        .iter()
        .map(|r| text(r, "currency"))
        .collect();
    assert!(moved.contains("GBP") && moved.contains("EUR"));
}

#[test]
fn time_away_has_its_edges_and_does_not_overlap() {
    let tables = seed(1, today());
    let one = |n: u64| {
        let rows = of(&tables, Kind::TimeAway, n);
        assert_eq!(rows.len(), 1, "{n}");
        rows[0]
    };
    let new_year = one(cases::AWAY_OVER_NEW_YEAR);
    assert!(text(new_year, "startDate") < "2026" && text(new_year, "endDate") > "2026");
    let holiday = &one(cases::AWAY_OVER_HOLIDAY)["breakdown"];
    assert!(
        holiday
            .as_array()
            .unwrap()
            .iter()
            .any(|d| d["holiday"].is_string())
    );
    assert_eq!(one(cases::AWAY_ON_WEEKEND)["days"], 0);
    let open = one(cases::AWAY_TODAY);
    assert!(date(open, "startDate") < today() && date(open, "endDate") > today());
    let leaver = text(
        people(&tables)[usize::try_from(cases::OLD_MANAGER).unwrap()],
        "id",
    );
    let decided = of(&tables, Kind::TimeAway, cases::DECIDED_BY_LEAVER);
    assert!(decided.iter().any(|r| text(r, "reviewedBy") == leaver));
    let rows = owned(&tables, Kind::TimeAway);
    let periods: HashSet<_> = rows
        .iter()
        .map(|r| (text(r, "startPeriod"), text(r, "endPeriod")))
        .collect();
    assert_eq!(periods.len(), 9);
    let mut last: BTreeMap<&str, &str> = BTreeMap::new();
    for row in rows {
        let end = last.insert(text(row, "personId"), text(row, "endDate"));
        assert!(end.is_none_or(|end| end < text(row, "startDate")));
    }
}
