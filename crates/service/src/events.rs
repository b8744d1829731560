//! Events: written in the transaction of the change, read in order.

use linkyard_core::{EventId, Tenant};
use linkyard_store::{Account, Event, Work};
use serde_json::{Value, json};

use crate::{Caller, Error, KeyScope, Service};

/// What happened to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AccountEvent {
    Created,
    Updated,
    Deleted,
}

impl AccountEvent {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "account.created",
            Self::Updated => "account.updated",
            Self::Deleted => "account.deleted",
        }
    }
}

impl Service {
    /// Puts an event about `account` into the outbox, in the unit of work that changes the account.
    pub(crate) async fn publish(
        &self,
        work: &mut Work,
        event: AccountEvent,
        account: &Account,
    ) -> Result<(), Error> {
        let now = self.now_ms();
        let payload = payload(event, account, now);
        work.append_event(
            EventId(self.uuid()),
            event.as_str(),
            Some(account.id),
            &payload,
            now,
        )
        .await?;
        Ok(())
    }

    /// At most `limit` (1 to 100) events after the sequence number `after`, oldest first.
    pub async fn events(
        &self,
        caller: &Caller,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Event>, Error> {
        caller.require(KeyScope::PlatformRead)?;
        self.events_of(&caller.tenant, after, limit).await
    }

    async fn events_of(
        &self,
        tenant: &Tenant,
        after: i64,
        limit: u32,
    ) -> Result<Vec<Event>, Error> {
        let mut work = self.0.store.read(tenant).await?;
        Ok(work.events(after, limit.clamp(1, 100)).await?)
    }
}

fn payload(event: AccountEvent, account: &Account, now_ms: i64) -> Value {
    json!({
        "project_id": account.tenant.project_id,
        "account_id": account.id,
        "provider": account.provider,
        "event": event.as_str(),
        "event_date": crate::time::rfc3339(now_ms),
        "record_type": "account",
        "record_id": account.id,
        "origin_owner_id": account.origin_owner_id,
        "origin_owner_name": account.origin_owner_name,
        "origin_username": account.origin_username,
        "setup_information": account.setup_information,
    })
}
