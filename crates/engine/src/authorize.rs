//! What proves to the provider who asks.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue};
use linkyard_connector::{ApiKeyLocation, Authorization};
use linkyard_expr::{Context, Expression};
use zeroize::Zeroizing;

use crate::Error;
use crate::block::Site;

/// Where the proof goes.
pub(crate) enum Proof {
    None,
    Header(HeaderName, HeaderValue),
    Query(String, String),
}

/// Evaluates `authorization`.
pub(crate) fn proof(
    authorization: &Authorization,
    step: &str,
    context: &Context<'_>,
) -> Result<Proof, Error> {
    let site = |what| Site::new(step, what);
    let optional = |what, expression: Option<&Expression>| {
        expression.map_or(Ok(String::new()), |expression| {
            site(what).text(expression, context)
        })
    };
    match authorization {
        Authorization::None => Ok(Proof::None),
        Authorization::Basic { username, password } => {
            let username = optional("authorization.username", username.as_ref())?;
            let password = Zeroizing::new(optional("authorization.password", password.as_ref())?);
            let pair = Zeroizing::new(format!("{username}:{}", password.as_str()));
            let text = Zeroizing::new(format!("Basic {}", STANDARD.encode(pair.as_bytes())));
            header(AUTHORIZATION, &text, site("authorization"))
        }
        Authorization::Bearer {
            token,
            include_bearer,
        } => {
            let what = site("authorization.token");
            let token = Zeroizing::new(what.text(token, context)?);
            if token.is_empty() {
                return Err(what.value_fault("the token is empty"));
            }
            let prefix = if *include_bearer { "Bearer " } else { "" };
            header(
                AUTHORIZATION,
                &Zeroizing::new(format!("{prefix}{}", token.as_str())),
                what,
            )
        }
        Authorization::ApiKey {
            name,
            value,
            location,
        } => {
            let name = site("authorization.key").text(name, context)?;
            let what = site("authorization.value");
            let value = what.text(value, context)?;
            match location {
                ApiKeyLocation::Query => Ok(Proof::Query(name, value)),
                ApiKeyLocation::Header => {
                    let name = HeaderName::try_from(name)
                        .map_err(|_| site("authorization.key").value_fault("not a header name"))?;
                    header(name, &value, what)
                }
            }
        }
    }
}

fn header(name: HeaderName, value: &str, site: Site<'_>) -> Result<Proof, Error> {
    let mut value = HeaderValue::from_bytes(value.as_bytes())
        .map_err(|_| site.value_fault("cannot stand in a header"))?;
    value.set_sensitive(true);
    Ok(Proof::Header(name, value))
}
