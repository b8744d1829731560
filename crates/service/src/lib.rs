//! The use cases of Linkyard: keys, connect sessions, linking, accounts, actions, integrations, events and log-in.
//! Each takes an authorized caller, decides, and changes things in one unit of work together with the event about it.

mod accounts;
mod actions;
mod admin;
mod caller;
mod error;
mod events;
mod integrations;
mod keys;
mod linking;
mod scopes;
mod service;
mod sessions;
mod time;
mod token;

pub use accounts::{AccountChange, AccountView};
pub use actions::{ActionFilter, ActionGroup};
pub use caller::{Caller, HubCaller, KeyScope, Operator};
pub use error::Error;
pub use integrations::{IntegrationChange, NewIntegration};
pub use keys::ApiKeyView;
pub use linking::{FormValues, HubAccount, HubConnector, HubForm, SECRET_PLACEHOLDER};
pub use linkyard_connector::{
    Action, AuthMethod, Connector, Field, Guide, GuideSection, GuideStep,
};
pub use linkyard_engine::{Inputs, ProviderError};
pub use linkyard_store::{AccountFilter, Event, Integration, MissingScopes, Project};
pub use scopes::ScopeNeed;
pub use service::{Catalog, Parts, Service, Settings};
pub use sessions::{NewSession, OpenedSession, SessionView};
pub use time::rfc3339;
pub use token::{TokenKind, generate, is_well_formed};
pub use zeroize::Zeroizing;
