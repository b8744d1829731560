//! Runs a compiled action: checks the inputs, authorizes, sends, pages, shapes the answer.
//!
//! The engine knows no provider, no database and no vault. Credentials come through the port [`Credentials`]; requests
//! leave through [`linkyard_net::Client`].

mod args;
mod authorize;
mod block;
mod call;
mod cursor;
mod error;
mod exchange;
mod inputs;
mod limits;
mod page;
mod query;
mod redact;
mod response;
mod run;
mod target;

pub use call::{Call, CallContext, Credential, Credentials, Inputs, Outcome, StepTrace};
pub use error::{CredentialsError, Error, Fault, ProviderError};
pub use run::{Engine, Options};
