//! Ids and words: what is accepted, what is refused.

use std::str::FromStr;

use chrono::{TimeDelta, TimeZone, Utc};
use linkyard_core::{
    AccountStatus, AccountType, Clock, ManualClock, ProjectId, SystemRandom, uuid_v7,
};

#[test]
fn a_project_id_is_a_slug() {
    for good in ["dev", "dev-56501", "a"] {
        assert_eq!(ProjectId::from_str(good).unwrap().as_str(), good);
    }
    for bad in ["", "1dev", "Dev", "a_b", "a/b", &"a".repeat(41)] {
        assert!(ProjectId::from_str(bad).is_err(), "{bad:?} was accepted");
    }
}

#[test]
fn every_status_reads_what_it_writes() {
    for status in AccountStatus::ALL {
        assert_eq!(AccountStatus::from_str(status.as_str()), Ok(status));
    }
    assert!(AccountStatus::from_str("gone").is_err());
}

#[test]
fn an_account_type_is_read_in_any_letter_case() {
    assert_eq!(AccountType::from_str("TEST"), Ok(AccountType::Test));
    assert!(AccountType::from_str("other").is_err());
}

#[test]
fn ids_made_later_sort_later() {
    let clock = ManualClock::new(Utc.with_ymd_and_hms(2026, 1, 2, 3, 4, 5).unwrap());
    let first = uuid_v7(&clock, &SystemRandom);
    clock.advance(TimeDelta::milliseconds(1));
    let second = uuid_v7(&clock, &SystemRandom);
    assert!(first < second);
    assert_eq!(clock.now().timestamp_subsec_millis(), 1);
}
