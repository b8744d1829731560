//! The people of the first company who are there for a reason: by their number, from 0 in the order of the list.
//!
//! 0 to 211 are active, 212 to 219 start later, 220 to 249 have left.

use std::ops::RangeInclusive;

pub(super) const OWNER: u64 = 0;
pub(super) const ADMIN: u64 = 1;
pub(super) const FINANCE: u64 = 39;
/// Their first day is today.
pub(super) const STARTS_TODAY: RangeInclusive<u64> = 40..=41;
/// Active, with an end date ahead.
pub(super) const WILL_LEAVE: RangeInclusive<u64> = 50..=54;
pub(super) const HIDDEN_MAIL: RangeInclusive<u64> = 60..=61;
pub(super) const DEMO: u64 = 70;
pub(super) const NO_PAY: RangeInclusive<u64> = 80..=82;

pub(super) const AWAY_OVER_NEW_YEAR: u64 = 90;
pub(super) const AWAY_OVER_HOLIDAY: u64 = 91;
/// A booking of a Saturday and a Sunday: no day is charged.
pub(super) const AWAY_ON_WEEKEND: u64 = 92;
pub(super) const AWAY_TODAY: u64 = 93;
pub(super) const AWAY_ON_FIRST_DAY: u64 = 94;
/// Their bookings were decided by somebody who left.
pub(super) const DECIDED_BY_LEAVER: u64 = 95;

/// Left and came back: a gap between the job roles.
pub(super) const REHIRED: u64 = 110;
/// Changed manager four times under one title.
pub(super) const MATRIX: u64 = 120;
/// A promotion is already entered.
pub(super) const FUTURE_ROLE: RangeInclusive<u64> = 121..=126;
/// Report to nobody, as the owner does.
pub(super) const NO_MANAGER: RangeInclusive<u64> = 130..=131;
/// Still report to [`OLD_MANAGER`], who left.
pub(super) const ORPHANED: RangeInclusive<u64> = 140..=142;
pub(super) const OLD_MANAGER: u64 = 222;
pub(super) const LEAP_DAY_START: u64 = 145;

pub(super) const SAME_NAME: u64 = 150;
pub(super) const SAME_NAME_AGAIN: u64 = 151;
pub(super) const CJK_NAME: u64 = 152;
pub(super) const RIGHT_TO_LEFT_NAME: u64 = 153;
pub(super) const SHORT_NAME: u64 = 154;
pub(super) const LONG_NAME: u64 = 155;
pub(super) const LETTER_IN_EMPLOYEE_ID: u64 = 156;

pub(super) const HOURLY: RangeInclusive<u64> = 160..=171;
pub(super) const MONTHLY: RangeInclusive<u64> = 172..=177;
pub(super) const DAILY: RangeInclusive<u64> = 178..=181;
/// Paid in a rhythm that is none of the common words.
pub(super) const FORTNIGHTLY: u64 = 182;
pub(super) const FUTURE_RAISE: RangeInclusive<u64> = 183..=186;
/// Moved from London to Berlin, with the pay.
pub(super) const MOVED: u64 = 187;

/// All of them report to [`WIDE_MANAGER`].
pub(super) const WIDE_TEAM: RangeInclusive<u64> = 196..=209;
pub(super) const WIDE_MANAGER: usize = 19;

/// Starts later; no photo, no location, no employee id yet.
pub(super) const BARE_NEW_HIRE: u64 = 213;
/// Their last working day is before the end of the contract.
pub(super) const GARDEN_LEAVE: RangeInclusive<u64> = 223..=224;
pub(super) const LEFT_ON_FIRST_DAY: u64 = 226;

/// People whose case needs years of history.
pub(super) const fn is_long_serving(n: u64) -> bool {
    matches!(n, 90..=93 | 95 | REHIRED | MATRIX | 121..=126 | 140..=142 | 183..=187)
}

/// The name that a case asks for.
pub(super) fn name(n: u64) -> Option<(&'static str, &'static str)> {
    Some(match n {
        SAME_NAME | SAME_NAME_AGAIN => ("Sam", "Taylor"),
        CJK_NAME => ("小明", "王"),
        RIGHT_TO_LEFT_NAME => ("נועה", "לוי"),
        SHORT_NAME => ("Uma", "O"),
        LONG_NAME => (
            "Maria",
            "de Albuquerque Cavalcanti Vasconcelos Wanderley Figueiredo S",
        ),
        _ => return None,
    })
}
