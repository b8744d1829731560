//! Times on the wire.

use chrono::{DateTime, SecondsFormat};

/// A time in ms since 1970 as RFC 3339 in UTC with milliseconds and `Z`.
pub fn rfc3339(ms: i64) -> String {
    DateTime::from_timestamp_millis(ms)
        .unwrap_or_default()
        .to_rfc3339_opts(SecondsFormat::Millis, true)
}
