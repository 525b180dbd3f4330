//! How much of what cannot be applied is kept of one account in a day.

use chrono::TimeDelta;
use entity::sync::{MutationOutcome, sync_mutation};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::step::Step;
use crate::auth::viewer::Person;
use crate::config::SyncSettings;
use crate::database::Write;
use crate::error::ApiError;

/// An account that has left has this part of the share of the others.
const PART_OF_LEFT: i64 = 5;

/// What may still be kept of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Room {
    mutations: i64,
    bytes: i64,
    /// The bytes of a whole day.
    share: i64,
}

impl Room {
    /// The share of an account, less what was kept of it in the last 24 hours.
    pub async fn of(
        write: &Write,
        person: &Person,
        settings: &SyncSettings,
    ) -> Result<Self, ApiError> {
        use MutationOutcome::{Deferred, Quarantined};
        use sync_mutation::Column::{AuthorAccountId, Bytes, MutationId, Outcome, ReceivedAt};
        let bytes = Expr::col(Bytes).sum().cast_as("BIGINT");
        let kept: Option<(i64, Option<i64>)> = sync_mutation::Entity::find()
            .select_only()
            .column_as(Expr::col(MutationId).count(), "mutations")
            .column_as(bytes, "bytes")
            .filter(AuthorAccountId.eq(person.account_id))
            .filter(Outcome.is_in([Deferred, Quarantined]))
            .filter(ReceivedAt.gt(write.now() - TimeDelta::hours(24)))
            .into_tuple()
            .one(write.connection())
            .await?;
        let (mutations, bytes) = kept.unwrap_or_default();
        let bytes = bytes.unwrap_or(0);
        let part = if person.has_left { PART_OF_LEFT } else { 1 };
        let share = settings.kept_daily_bytes / part;
        Ok(Self {
            mutations: settings.kept_daily / part - mutations,
            bytes: share - bytes,
            share,
        })
    }

    /// Takes the room that these need; all of them or none. What waited has its room already. What no
    /// day has room for is taken as long as there is any, or it would never be.
    pub fn take(&mut self, steps: &[Step<'_>]) -> bool {
        let new = steps.iter().filter(|step| step.received_at.is_none());
        let bytes = new.clone().map(|step| size(&step.arrived.raw)).sum::<i64>();
        let count = i64::try_from(new.count()).unwrap_or(i64::MAX);
        let rest = Self {
            mutations: self.mutations.saturating_sub(count),
            bytes: self.bytes.saturating_sub(bytes),
            share: self.share,
        };
        let has_bytes = rest.bytes >= 0 || bytes > self.share && self.bytes > 0;
        let fits = count == 0 || rest.mutations >= 0 && has_bytes;
        if fits {
            *self = rest;
        }
        fits
    }
}

/// The bytes of an envelope as it is kept.
pub(super) fn size(raw: &serde_json::Value) -> i64 {
    i64::try_from(raw.to_string().len()).unwrap_or(i64::MAX)
}
