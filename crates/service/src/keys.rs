//! API keys: made, shown once, checked, switched off.

use linkyard_core::{ApiKeyId, Tenant};
use linkyard_store::ApiKey;

use crate::{Caller, Error, KeyScope, Service, TokenKind, token};

/// The one answer to a key that opens nothing, whatever the reason.
const REFUSED: Error =
    Error::Unauthenticated("the API key is missing, unknown, expired or disabled");

/// A key, without the key.
#[derive(Debug, Clone)]
pub struct ApiKeyView {
    /// Its id.
    pub id: ApiKeyId,
    /// What it is for.
    pub name: String,
    /// The start and the last four characters, to recognise it by.
    pub display: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// When it was made, in ms since 1970.
    pub created_at_ms: i64,
    /// When it ends, if it does.
    pub expires_at_ms: Option<i64>,
    /// When it was last used, to about ten seconds.
    pub last_used_at_ms: Option<i64>,
    /// Whether it opens anything.
    pub enabled: bool,
}

impl From<ApiKey> for ApiKeyView {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id,
            name: key.name,
            display: key.display,
            scopes: key.scopes,
            created_at_ms: key.created_at_ms,
            expires_at_ms: key.expires_at_ms,
            last_used_at_ms: key.last_used_at_ms,
            enabled: key.disabled_at_ms.is_none(),
        }
    }
}

impl Service {
    /// Who shows this key.
    pub async fn authenticate_key(&self, key: &str) -> Result<Caller, Error> {
        if !token::is_well_formed(TokenKind::ApiKey, key) {
            return Err(REFUSED);
        }
        let hash = self.hash(TokenKind::ApiKey, key);
        let row = if let Some(row) = self.0.keys.get(&hash).await {
            row
        } else {
            let row = self.0.store.api_key_by_hash(&hash).await?.ok_or(REFUSED)?;
            self.0.keys.insert(hash, row.clone()).await;
            row
        };
        let now = self.now_ms();
        if row.disabled_at_ms.is_some() || row.expires_at_ms.is_some_and(|end| end <= now) {
            return Err(REFUSED);
        }
        self.note_use(&row, now);
        let scopes = row
            .scopes
            .iter()
            .filter_map(|scope| scope.parse().ok())
            .collect();
        Ok(Caller {
            tenant: row.tenant,
            key_id: row.id,
            scopes,
        })
    }

    fn note_use(&self, key: &ApiKey, now_ms: i64) {
        if let Ok(mut last_used) = self.0.last_used.lock() {
            last_used.insert(key.id, (key.tenant.clone(), now_ms));
        }
    }

    /// Writes when keys were last used, all in one go. Called every few seconds and at the end.
    pub async fn flush_last_used(&self) -> Result<(), Error> {
        let noted = match self.0.last_used.lock() {
            Ok(mut last_used) => std::mem::take(&mut *last_used),
            Err(_) => return Ok(()),
        };
        if noted.is_empty() {
            return Ok(());
        }
        let rows: Vec<_> = noted
            .into_iter()
            .map(|(id, (tenant, at))| (tenant, id, at))
            .collect();
        self.0.store.touch_api_keys(&rows).await?;
        Ok(())
    }

    /// Makes a key. The second value is the key itself, which is never shown again.
    pub async fn create_key(
        &self,
        tenant: &Tenant,
        name: &str,
        scopes: &[KeyScope],
        expires_at_ms: Option<i64>,
    ) -> Result<(ApiKeyView, String), Error> {
        if name.trim().is_empty() || name.chars().count() > 100 {
            return Err(Error::invalid("a key's name has 1 to 100 characters"));
        }
        let key = token::generate(TokenKind::ApiKey, self.0.random.as_ref());
        let row = ApiKey {
            id: ApiKeyId(self.uuid()),
            tenant: tenant.clone(),
            name: name.trim().to_owned(),
            display: format!("{}…{}", TokenKind::ApiKey.prefix(), &key[key.len() - 4..]),
            key_hash: self.hash(TokenKind::ApiKey, &key),
            scopes: scopes
                .iter()
                .map(|scope| scope.as_str().to_owned())
                .collect(),
            created_at_ms: self.now_ms(),
            expires_at_ms,
            last_used_at_ms: None,
            disabled_at_ms: None,
        };
        let mut work = self.0.store.begin(tenant).await?;
        work.insert_api_key(&row).await?;
        work.commit().await?;
        Ok((row.into(), key))
    }

    /// The keys of a project, oldest first.
    pub async fn keys(&self, tenant: &Tenant) -> Result<Vec<ApiKeyView>, Error> {
        let mut work = self.0.store.read(tenant).await?;
        Ok(work.api_keys().await?.into_iter().map(Into::into).collect())
    }

    /// Switches a key off or on again.
    pub async fn set_key_enabled(
        &self,
        tenant: &Tenant,
        id: ApiKeyId,
        enabled: bool,
    ) -> Result<(), Error> {
        let mut work = self.0.store.begin(tenant).await?;
        let disabled_at = (!enabled).then(|| self.now_ms());
        if !work.set_api_key_disabled(id, disabled_at).await? {
            return Err(Error::NotFound("API key"));
        }
        work.commit().await?;
        self.0.keys.invalidate_all();
        Ok(())
    }

    /// Deletes a key.
    pub async fn delete_key(&self, tenant: &Tenant, id: ApiKeyId) -> Result<(), Error> {
        let mut work = self.0.store.begin(tenant).await?;
        if !work.delete_api_key(id).await? {
            return Err(Error::NotFound("API key"));
        }
        work.commit().await?;
        self.0.keys.invalidate_all();
        Ok(())
    }
}
