//! From a compiled request and the variables of a run to what goes over the wire.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue};
use linkyard_connector::{Arg, ArgLocation, Method, Request};
use linkyard_expr::Context;
use serde_json::{Map, Value};
use url::Url;

use crate::Error;
use crate::authorize::{Proof, proof};
use crate::block::{Block, Site, text};
use crate::query::Parameters;
use crate::target::{self, Unusable};

/// Headers that belong to the connection; nobody sets them.
const CONNECTION_HEADERS: [&str; 9] = [
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "keep-alive",
    "te",
    "trailer",
    "upgrade",
    "expect",
];
/// Headers that a connector may set, but not out of what a caller gave.
const IDENTITY_HEADERS: [&str; 6] = [
    "authorization",
    "cookie",
    "set-cookie",
    "forwarded",
    "via",
    "x-real-ip",
];

/// A position to put into a request of a paginated step.
#[derive(Debug, Clone)]
pub(crate) struct Position<'a> {
    pub(crate) key: &'a str,
    pub(crate) location: ArgLocation,
    pub(crate) value: Value,
}

/// Puts the request together. `default` is the account's authorization.
pub(crate) fn prepare(
    step: &str,
    request: &Request,
    default_base: Option<&linkyard_expr::Expression>,
    default: &linkyard_connector::Authorization,
    block: &Block,
    position: Option<&Position<'_>>,
) -> Result<linkyard_net::Request, Error> {
    let mut url = url(step, request, default_base, block)?;
    let context = block.full();
    let mut parts = Parts::default();
    for arg in &request.args {
        parts.take(step, arg, &context)?;
    }
    if let Some(position) = position {
        parts.place(position);
    }
    let authorization = request.authorization.as_ref().unwrap_or(default);
    match proof(authorization, step, &block.fixed())? {
        Proof::None => {}
        Proof::Header(name, value) => drop(parts.headers.insert(name, value)),
        Proof::Query(name, value) => parts.query.set(&name, value.into()),
    }
    extend_query(&mut url, &parts.query);
    let body = parts
        .body
        .encode(&mut parts.headers, Site::new(step, "args"))?;
    if !parts.headers.contains_key(ACCEPT) {
        parts.headers.insert(
            ACCEPT,
            HeaderValue::from_static("application/json, */*;q=0.5"),
        );
    }
    Ok(linkyard_net::Request {
        method: method(request.method),
        url,
        headers: parts.headers,
        body,
    })
}

/// The method on the wire.
pub(crate) fn method(method: Method) -> http::Method {
    match method {
        Method::Get => http::Method::GET,
        Method::Post => http::Method::POST,
        Method::Put => http::Method::PUT,
        Method::Patch => http::Method::PATCH,
        Method::Delete => http::Method::DELETE,
    }
}

fn url(
    step: &str,
    request: &Request,
    default_base: Option<&linkyard_expr::Expression>,
    block: &Block,
) -> Result<Url, Error> {
    let base_site = Site::new(step, "baseUrl");
    let base = request
        .base_url
        .as_ref()
        .or(default_base)
        .ok_or_else(|| base_site.value_fault("missing"))?;
    let base = base_site.text(base, &block.fixed())?;
    let site = Site::new(step, "url");
    let path = if request.url.is_literal() {
        request.url.text().to_owned()
    } else {
        let inputs = target::encoded(&block.inputs);
        site.text(&request.url, &block.full().with("inputs", &inputs))?
    };
    target::build(&base, &path, request.url.text()).map_err(|fault| match fault {
        Unusable::Connector(message) => site.value_fault(message),
        Unusable::Input(message) => Error::invalid(format!("path: {message}")),
        Unusable::Origin => Error::Refused,
    })
}

fn extend_query(url: &mut Url, parameters: &Parameters) {
    let added = parameters.encode();
    if added.is_empty() {
        return;
    }
    let query = match url.query() {
        Some(held) if !held.is_empty() => format!("{held}&{added}"),
        _ => added,
    };
    url.set_query(Some(&query));
}

/// What the args amount to.
#[derive(Debug, Default)]
struct Parts {
    query: Parameters,
    headers: HeaderMap,
    body: BodyParts,
}

impl Parts {
    fn take(&mut self, step: &str, arg: &Arg, context: &Context<'_>) -> Result<(), Error> {
        if !Site::new(step, "args.condition").holds(arg.condition.as_ref(), context)? {
            return Ok(());
        }
        let Some(value) = Site::new(step, "args.value").template(&arg.value, context)? else {
            return Ok(());
        };
        if arg.spread {
            return self.spread(step, arg, value);
        }
        let site = Site::new(step, "args.name");
        let name = site.text(&arg.name, context)?;
        if name.is_empty() {
            return Err(site.value_fault("the name is empty"));
        }
        self.put(step, arg, name, value)
    }

    fn spread(&mut self, step: &str, arg: &Arg, value: Value) -> Result<(), Error> {
        match value {
            Value::Object(entries) => {
                for (name, value) in entries {
                    self.put(step, arg, name, value)?;
                }
                Ok(())
            }
            Value::Array(items) if arg.location == ArgLocation::Body => {
                self.body.list.get_or_insert_default().extend(items);
                Ok(())
            }
            Value::Null => Ok(()),
            _ => Err(Site::new(step, "args.spread").value_fault("only an object can be spread")),
        }
    }

    fn put(&mut self, step: &str, arg: &Arg, name: String, value: Value) -> Result<(), Error> {
        match arg.location {
            ArgLocation::Query => self.query.add(name, value, arg.array_format),
            ArgLocation::Body => self.body.add(name, value),
            ArgLocation::Headers => {
                if let Some(value) = header_text(&value) {
                    let (name, value) = header(step, arg, &name, &value)?;
                    self.headers.insert(name, value);
                }
            }
        }
        Ok(())
    }

    fn place(&mut self, position: &Position<'_>) {
        match position.location {
            _ if position.value.is_null() => {}
            ArgLocation::Body => drop(
                self.body
                    .entries
                    .insert(position.key.to_owned(), position.value.clone()),
            ),
            ArgLocation::Query | ArgLocation::Headers => {
                self.query.set(position.key, position.value.clone());
            }
        }
    }
}

fn header_text(value: &Value) -> Option<String> {
    match value {
        Value::Array(items) => Some(items.iter().filter_map(text).collect::<Vec<_>>().join(", ")),
        other => text(other),
    }
}

fn header(
    step: &str,
    arg: &Arg,
    name: &str,
    value: &str,
) -> Result<(HeaderName, HeaderValue), Error> {
    let site = Site::new(step, "args.headers");
    let lower = name.to_ascii_lowercase();
    let from_caller =
        || arg.value.variables().contains("inputs") || arg.name.variables().contains("inputs");
    if CONNECTION_HEADERS.contains(&lower.as_str()) || lower.starts_with("proxy-") {
        return Err(if from_caller() {
            Error::invalid(format!("headers: `{lower}` cannot be set"))
        } else {
            site.value_fault(format!("`{lower}` cannot be set"))
        });
    }
    let identity = IDENTITY_HEADERS.contains(&lower.as_str()) || lower.starts_with("x-forwarded-");
    if identity && from_caller() {
        return Err(Error::invalid(format!("headers: `{lower}` cannot be set")));
    }
    let unusable = |what: &str| {
        if from_caller() {
            Error::invalid(format!(
                "headers: the {what} of a header holds characters that cannot stand in one"
            ))
        } else {
            site.value_fault(format!(
                "the {what} holds characters that cannot stand in a header"
            ))
        }
    };
    let name = HeaderName::try_from(lower.as_str()).map_err(|_| unusable("name"))?;
    let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| unusable("value"))?;
    Ok((name, value))
}

/// The body as it grows.
#[derive(Debug, Default)]
struct BodyParts {
    entries: Map<String, Value>,
    list: Option<Vec<Value>>,
}

impl BodyParts {
    /// Adds an entry; a name given again is concatenated, merged or replaced, by what the two values are.
    fn add(&mut self, name: String, value: Value) {
        match (self.entries.get_mut(&name), value) {
            (Some(Value::Array(held)), Value::Array(items)) => held.extend(items),
            (Some(Value::Array(held)), value) => held.push(value),
            (Some(Value::Object(held)), Value::Object(entries)) => held.extend(entries),
            (_, value) => drop(self.entries.insert(name, value)),
        }
    }

    fn encode(self, headers: &mut HeaderMap, site: Site<'_>) -> Result<Option<Bytes>, Error> {
        let value = match self {
            Self {
                list: Some(items),
                entries,
            } if entries.is_empty() => Value::Array(items),
            Self { list: Some(_), .. } => {
                return Err(site.value_fault("a body is a list or an object, not both"));
            }
            Self {
                list: None,
                entries,
            } if entries.is_empty() => return Ok(None),
            Self {
                list: None,
                entries,
            } => Value::Object(entries),
        };
        let kind = headers
            .get(CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .unwrap_or_default();
        let kind = kind
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        if kind.is_empty() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if kind.is_empty() || kind == "application/json" || kind.ends_with("+json") {
            let bytes =
                serde_json::to_vec(&value).map_err(|_| site.value_fault("the body is not JSON"))?;
            return Ok(Some(bytes.into()));
        }
        match value {
            Value::Object(entries) if kind == "application/x-www-form-urlencoded" => {
                let mut form = Parameters::default();
                for (name, value) in entries {
                    form.add(name, value, linkyard_connector::ArrayFormat::default());
                }
                Ok(Some(form.encode().into()))
            }
            _ => Err(site.value_fault(format!("a body of type `{kind}` cannot be sent"))),
        }
    }
}
