//! The opaque cursor that callers send back to go on.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// First byte of a cursor.
const VERSION: u8 = 1;
/// Longest cursor that is read, in characters.
const MAX_CHARS: usize = 8192;

/// Where each paginated step goes on.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Cursor {
    pub(crate) steps: BTreeMap<String, Place>,
}

/// Where one paginated step goes on.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    /// The page: the provider's token, an offset or a page number; null for the first.
    #[serde(rename = "t")]
    pub(crate) token: Value,
    /// Records of that page that were delivered already.
    #[serde(rename = "p")]
    pub(crate) position: usize,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    #[serde(rename = "a")]
    action: String,
    #[serde(rename = "s")]
    steps: BTreeMap<String, Place>,
}

impl Cursor {
    /// The cursor as text; none if nothing remains.
    pub(crate) fn encode(self, owner: String) -> Option<String> {
        if self.steps.is_empty() {
            return None;
        }
        let mut bytes = vec![VERSION];
        serde_json::to_writer(
            &mut bytes,
            &Wire {
                action: owner,
                steps: self.steps,
            },
        )
        .ok()?;
        Some(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Reads a cursor of `owner`; none if it is anything else.
    pub(crate) fn decode(text: &str, owner: &str) -> Option<Self> {
        if text.len() > MAX_CHARS {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (&version, json) = bytes.split_first()?;
        let wire: Wire = (version == VERSION)
            .then(|| serde_json::from_slice(json).ok())
            .flatten()?;
        (wire.action == owner).then_some(Self { steps: wire.steps })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_the_round_trip_and_belongs_to_one_action() {
        let place = Place {
            token: "abc".into(),
            position: 7,
        };
        let cursor = Cursor {
            steps: BTreeMap::from([("fetch".to_owned(), place)]),
        };
        let text = cursor.clone().encode("acme_list".into()).unwrap();
        assert_eq!(Cursor::decode(&text, "acme_list"), Some(cursor));
        assert_eq!(Cursor::decode(&text, "acme_other"), None);
        assert_eq!(Cursor::decode(&text[1..], "acme_list"), None);
        assert_eq!(Cursor::decode("", "acme_list"), None);
        assert_eq!(Cursor::decode("%%%", "acme_list"), None);
        assert_eq!(Cursor::default().encode("acme_list".into()), None);
    }
}
