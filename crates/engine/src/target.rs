//! Where a request goes. An input in a path is one encoded segment and can change nothing else of the URL.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use url::Url;

/// What is encoded in a path segment. Parentheses, quotes, commas and the like may stand in one, and some providers
/// give them a meaning; `;`, `=`, `&` and `+` lose theirs, because the text may stand in a query too.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',')
    .remove(b':')
    .remove(b'@');

/// Why a URL is not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unusable {
    /// The connector's text is not a URL, or refers to something that is not there.
    Connector(String),
    /// An input cannot stand in a path.
    Input(&'static str),
    /// The URL leaves the base URL's scheme, host and port.
    Origin,
}

/// `value` with every text in it encoded for a path segment. Texts that hold `%XX` already keep it.
pub(crate) fn encoded(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(segment(text)),
        Value::Array(items) => items.iter().map(encoded).collect(),
        Value::Object(entries) => Value::Object(
            entries
                .iter()
                .map(|(key, value)| (key.clone(), encoded(value)))
                .collect(),
        ),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

fn segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.extend(utf8_percent_encode(&rest[..at], SEGMENT));
        let escape = rest.as_bytes().get(at + 1..at + 3);
        match escape {
            Some(digits) if digits.iter().all(u8::is_ascii_hexdigit) => {
                out.push_str(&rest[at..at + 3]);
                rest = &rest[at + 3..];
            }
            _ => {
                out.push_str("%25");
                rest = &rest[at + 1..];
            }
        }
    }
    out.extend(utf8_percent_encode(rest, SEGMENT));
    out
}

/// The URL of a request: `base` and `path`, both evaluated (inputs in `path` encoded), put together as they are.
/// `written` is the path as the connector writes it.
pub(crate) fn build(base: &str, path: &str, written: &str) -> Result<Url, Unusable> {
    let base = base.trim();
    let joined = format!("{base}{}", path.trim());
    if let Some(name) = unresolved(&joined) {
        return Err(Unusable::Connector(format!(
            "nothing to put in for `{name}`"
        )));
    }
    if joined.contains(|c: char| c.is_ascii_control() || c == '\\') {
        return Err(Unusable::Connector("not a URL".to_owned()));
    }
    let origin = Url::parse(base)
        .map_err(|_| Unusable::Connector("the base URL is not a URL".to_owned()))?;
    let mut url = Url::parse(&joined).map_err(|_| Unusable::Connector("not a URL".to_owned()))?;
    if !same_origin(&origin, &url) {
        return Err(Unusable::Origin);
    }
    check_path(&url, &joined, written)?;
    url.set_fragment(None);
    Ok(url)
}

/// Whether `a` and `b` have the same scheme, host and port, and neither carries user information.
fn same_origin(a: &Url, b: &Url) -> bool {
    a.scheme() == b.scheme()
        && a.host() == b.host()
        && a.port_or_known_default() == b.port_or_known_default()
        && [a, b]
            .iter()
            .all(|url| url.username().is_empty() && url.password().is_none())
}

/// Parsing must not have changed the number of segments (it resolves `..` in all its spellings), and inputs must not
/// have left one empty.
fn check_path(url: &Url, joined: &str, written: &str) -> Result<(), Unusable> {
    let after_scheme = joined.find("://").map_or(joined, |at| &joined[at + 3..]);
    let path = after_scheme
        .find(['/', '?', '#'])
        .map_or("", |at| &after_scheme[at..]);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let segments = |path: &str| path.matches('/').count().max(1);
    if segments(path) != segments(url.path()) {
        return Err(Unusable::Input("`.` and `..` cannot be used in a path"));
    }
    let lower = path.to_ascii_lowercase();
    if ["%00", "%0a", "%0d"]
        .iter()
        .any(|control| lower.contains(control))
    {
        return Err(Unusable::Input(
            "control characters cannot be used in a path",
        ));
    }
    let emptied = path.ends_with('/') && written.trim_end().ends_with('}');
    let written_path = written.find("://").map_or(written, |at| &written[at + 3..]);
    if emptied || (path.contains("//") && !written_path.contains("//")) {
        return Err(Unusable::Input("an empty text cannot be used in a path"));
    }
    Ok(())
}

fn unresolved(text: &str) -> Option<&str> {
    let start = text.find("${")? + 2;
    Some(text[start..].split('}').next().unwrap_or_default())
}

/// `url` for logs and messages: the names of its query stay, the values do not.
pub(crate) fn masked(url: &Url) -> String {
    let mut out = url[..url::Position::AfterPath].to_owned();
    for (index, (name, _)) in url.query_pairs().enumerate() {
        let separator = if index == 0 { '?' } else { '&' };
        out.push(separator);
        out.extend(utf8_percent_encode(&name, SEGMENT));
        out.push_str("=***");
    }
    out
}

#[cfg(test)]
mod tests {
    use percent_encoding::percent_decode_str;
    use proptest::prelude::*;

    use super::*;

    const BASE: &str = "https://api.acme.example/v1";
    const WRITTEN: &str = "/people/${inputs.id}/roles";

    fn with_input(id: &str) -> Result<Url, Unusable> {
        build(BASE, &format!("/people/{}/roles", segment(id)), WRITTEN)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(50_000))]

        #[test]
        fn net_7_an_input_is_one_segment_and_changes_nothing_else(
            id in prop_oneof![any::<String>(), r"[./%\\?#&:@a-f0-9\u{0}\r\n ]{0,8}"],
        ) {
            match with_input(&id) {
                Ok(url) => {
                    prop_assert_eq!(&url[..url::Position::BeforePath], "https://api.acme.example");
                    prop_assert_eq!(url.query(), None);
                    prop_assert_eq!(url.fragment(), None);
                    let segments: Vec<&str> = url.path().split('/').collect();
                    prop_assert_eq!(segments.len(), 5);
                    prop_assert_eq!((segments[1], segments[2], segments[4]), ("v1", "people", "roles"));
                    if !id.contains('%') {
                        prop_assert_eq!(percent_decode_str(segments[3]).decode_utf8().unwrap(), id.as_str());
                    }
                }
                Err(Unusable::Input(_)) => {
                    let plain = id.to_lowercase().replace("%2e", ".");
                    let controls = ['\0', '\r', '\n'].iter().any(|c| id.contains(*c))
                        || ["%00", "%0a", "%0d"].iter().any(|c| plain.contains(c));
                    prop_assert!(plain.is_empty() || plain == "." || plain == ".." || controls, "{:?}", id);
                }
                Err(other) => prop_assert!(false, "{:?}: {:?}", id, other),
            }
        }
    }

    #[test]
    fn net_7_texts_that_are_encoded_already_stay_and_odata_keys_survive() {
        assert_eq!(segment("a%2Fb"), "a%2Fb");
        assert_eq!(segment("100% a/b"), "100%25%20a%2Fb");
        assert_eq!(segment("('x',2)"), "('x',2)");
        assert_eq!(segment("é"), "%C3%A9");
    }

    #[test]
    fn net_4_a_url_cannot_leave_its_base() {
        for path in [
            "@evil.example/",
            ".evil.example/",
            ":8443/x",
            "x.evil.example",
        ] {
            assert!(
                matches!(
                    build("https://api.acme.example", path, path),
                    Err(Unusable::Origin)
                ),
                "{path}"
            );
        }
        assert_eq!(
            build("https://user@api.acme.example", "/x", "/x"),
            Err(Unusable::Origin)
        );
        assert!(
            build(
                "https://api.acme.example",
                "/x?next=https://evil.example/",
                "/x"
            )
            .is_ok()
        );
    }

    #[test]
    fn a_reference_to_nothing_is_named() {
        let fault = build(BASE, "/people/${inputs.id}", "/people/${inputs.id}").unwrap_err();
        assert_eq!(
            fault,
            Unusable::Connector("nothing to put in for `inputs.id`".to_owned())
        );
        assert!(matches!(build("", "/x", "/x"), Err(Unusable::Connector(_))));
        assert!(matches!(
            build(BASE, "/people/", "/people/${inputs.id}"),
            Err(Unusable::Input(_))
        ));
    }

    #[test]
    fn a_masked_url_shows_no_values() {
        let url = Url::parse("https://api.acme.example/x?a=secret&b[0]=2").unwrap();
        assert_eq!(
            masked(&url),
            "https://api.acme.example/x?a=***&b%5B0%5D=***"
        );
    }
}
