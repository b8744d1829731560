//! Connect sessions: a short-lived permission for one end user to link one account.

use linkyard_core::{AccountId, AccountType, ConnectSessionId, IntegrationId, Tenant};
use linkyard_store::ConnectSession;
use serde_json::Value;

use crate::{Caller, Error, HubCaller, KeyScope, Service, TokenKind, token};

/// How long a session lasts when the application does not say, in seconds.
const DEFAULT_LIFETIME_S: i64 = 1_800;
/// The longest that a session may last: 30 days, in seconds.
const MAX_LIFETIME_S: i64 = 30 * 24 * 60 * 60;
/// The longest text that identifies an end user.
const MAX_TEXT: usize = 500;

/// What an application asks for.
#[derive(Debug, Clone, Default)]
pub struct NewSession {
    /// The end user's organization in the application.
    pub origin_owner_id: String,
    /// Its name.
    pub origin_owner_name: String,
    /// The end user.
    pub origin_username: Option<String>,
    /// Opens straight at this connector.
    pub provider: Option<String>,
    /// Limits the picker.
    pub categories: Option<Vec<String>>,
    /// Pins one integration.
    pub integration_id: Option<IntegrationId>,
    /// Edits this account.
    pub account_id: Option<AccountId>,
    /// Stored on the account.
    pub label: Option<String>,
    /// Stored on the account.
    pub metadata: Option<Value>,
    /// Always make a new account.
    pub multiple: bool,
    /// Real data or a trial.
    pub account_type: AccountType,
    /// Stored on the account.
    pub shared: Option<bool>,
    /// Lifetime in seconds; 1,800 when absent.
    pub expires_in_s: Option<i64>,
}

/// A session, without its token.
#[derive(Debug, Clone)]
pub struct SessionView {
    /// Its id.
    pub id: ConnectSessionId,
    /// Whose it is.
    pub tenant: Tenant,
    /// What was asked for.
    pub request: NewSession,
    /// When it was made, in ms since 1970.
    pub created_at_ms: i64,
    /// When it ends.
    pub expires_at_ms: i64,
}

/// A new session with what opens it.
#[derive(Debug, Clone)]
pub struct OpenedSession {
    /// The session.
    pub session: SessionView,
    /// The token, shown this once.
    pub token: String,
    /// A page that opens the hub with the token.
    pub auth_link_url: String,
}

impl Service {
    /// Opens a session for an application.
    pub async fn create_session(
        &self,
        caller: &Caller,
        request: NewSession,
    ) -> Result<OpenedSession, Error> {
        caller.require(KeyScope::PlatformWrite)?;
        self.open_session(&caller.tenant, request).await
    }

    /// Opens a session in a project. The caller must have been authorized.
    pub async fn open_session(
        &self,
        tenant: &Tenant,
        request: NewSession,
    ) -> Result<OpenedSession, Error> {
        self.check_request(tenant, &request).await?;
        let lifetime = lifetime_s(request.expires_in_s)?;
        let token = token::generate(TokenKind::ConnectSession, self.0.random.as_ref());
        let now = self.now_ms();
        let mut row = to_row(
            tenant,
            request,
            self.hash(TokenKind::ConnectSession, &token),
            now,
            now + lifetime * 1000,
        );
        let mut work = self.0.store.begin(tenant).await?;
        row.id = work.insert_connect_session(&row).await?;
        work.commit().await?;
        Ok(OpenedSession {
            session: to_view(row),
            auth_link_url: format!("{}/link#{token}", self.0.settings.public_url),
            token,
        })
    }

    async fn check_request(&self, tenant: &Tenant, request: &NewSession) -> Result<(), Error> {
        for (name, value) in [
            ("origin_owner_id", Some(&request.origin_owner_id)),
            ("origin_owner_name", Some(&request.origin_owner_name)),
            ("origin_username", request.origin_username.as_ref()),
            ("label", request.label.as_ref()),
        ] {
            check_text(name, value, name.starts_with("origin_owner"))?;
        }
        let mut work = self.0.store.read(tenant).await?;
        if let Some(provider) = &request.provider
            && !work
                .integrations()
                .await?
                .iter()
                .any(|i| i.active && i.connector_key == *provider)
        {
            return Err(Error::invalid(format!(
                "provider: no active integration of this project is for {provider:?}"
            )));
        }
        if let Some(id) = request.integration_id
            && work.integration(id).await?.is_none()
        {
            return Err(Error::NotFound("integration"));
        }
        if let Some(id) = request.account_id
            && work.account(id).await?.is_none()
        {
            return Err(Error::NotFound("account"));
        }
        Ok(())
    }

    /// Who holds this session token. Unknown, expired and revoked tokens get one answer.
    pub async fn authenticate_hub(&self, token: &str) -> Result<HubCaller, Error> {
        const REFUSED: Error =
            Error::Unauthenticated("the session token is unknown or has expired");
        if !token::is_well_formed(TokenKind::ConnectSession, token) {
            return Err(REFUSED);
        }
        let hash = self.hash(TokenKind::ConnectSession, token);
        let session = self
            .0
            .store
            .connect_session_by_hash(&hash)
            .await?
            .ok_or(REFUSED)?;
        if session.revoked_at_ms.is_some() || session.expires_at_ms <= self.now_ms() {
            return Err(REFUSED);
        }
        Ok(HubCaller { session })
    }

    /// The session that a token opens, for an application that was handed the token.
    pub async fn authenticate_session(
        &self,
        caller: &Caller,
        token: &str,
    ) -> Result<SessionView, Error> {
        caller.require(KeyScope::PlatformRead)?;
        let refused = || Error::Denied {
            code: "InvalidSessionToken",
            message: "the session token is unknown or has expired".to_owned(),
        };
        let hub = self
            .authenticate_hub(token)
            .await
            .map_err(|error| match error {
                Error::Unauthenticated(_) => refused(),
                other => other,
            })?;
        if hub.session.tenant != caller.tenant {
            return Err(refused());
        }
        Ok(to_view(hub.session))
    }
}

fn check_text(name: &str, value: Option<&String>, required: bool) -> Result<(), Error> {
    let Some(value) = value else { return Ok(()) };
    if required && value.trim().is_empty() {
        return Err(Error::invalid(format!("{name} must not be empty")));
    }
    if value.chars().count() > MAX_TEXT || value.chars().any(char::is_control) {
        return Err(Error::invalid(format!(
            "{name} may have {MAX_TEXT} characters and no control characters"
        )));
    }
    Ok(())
}

fn lifetime_s(asked: Option<i64>) -> Result<i64, Error> {
    match asked {
        None => Ok(DEFAULT_LIFETIME_S),
        Some(seconds) if (1..=MAX_LIFETIME_S).contains(&seconds) => Ok(seconds),
        Some(_) => Err(Error::invalid(format!(
            "expires_in is 1 to {MAX_LIFETIME_S} seconds"
        ))),
    }
}

fn to_row(
    tenant: &Tenant,
    r: NewSession,
    token_hash: [u8; 32],
    now: i64,
    end: i64,
) -> ConnectSession {
    ConnectSession {
        id: ConnectSessionId(0),
        tenant: tenant.clone(),
        token_hash,
        origin_owner_id: r.origin_owner_id,
        origin_owner_name: r.origin_owner_name,
        origin_username: r.origin_username,
        provider: r.provider,
        categories: r.categories,
        integration_id: r.integration_id,
        account_id: r.account_id,
        label: r.label,
        metadata: r.metadata,
        multiple: r.multiple,
        account_type: r.account_type,
        shared: r.shared,
        created_at_ms: now,
        expires_at_ms: end,
        revoked_at_ms: None,
    }
}

fn to_view(row: ConnectSession) -> SessionView {
    SessionView {
        id: row.id,
        tenant: row.tenant,
        created_at_ms: row.created_at_ms,
        expires_at_ms: row.expires_at_ms,
        request: NewSession {
            origin_owner_id: row.origin_owner_id,
            origin_owner_name: row.origin_owner_name,
            origin_username: row.origin_username,
            provider: row.provider,
            categories: row.categories,
            integration_id: row.integration_id,
            account_id: row.account_id,
            label: row.label,
            metadata: row.metadata,
            multiple: row.multiple,
            account_type: row.account_type,
            shared: row.shared,
            expires_in_s: Some((row.expires_at_ms - row.created_at_ms) / 1000),
        },
    }
}
