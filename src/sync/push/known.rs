//! The log of mutations: what is known already of those that arrive.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use entity::sync::{MutationOutcome, sync_mutation};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;
use uuid::Uuid;

use super::batch::Batch;
use super::envelope::Arrived;
use crate::database::sealed::Purpose;
use crate::database::{Appended, Heads, Write};
use crate::error::ApiError;
use crate::json;

impl Appended for sync_mutation::Model {
    fn realm(&self) -> Option<Uuid> {
        Some(self.community_id.into())
    }

    fn decided_for(&self) -> Option<Uuid> {
        Some(self.session_id.into())
    }

    fn key(&self) -> Option<String> {
        Some(format!("{}{}", self.session_id, self.mutation_id))
    }

    fn on_conflict() -> Option<OnConflict> {
        use sync_mutation::Column::{
            Code, CommunityId, Correction, Missing, MutationId, Outcome, ResolvedAt, Seq, SessionId,
        };
        let key = OnConflict::columns([SessionId, MutationId]);
        Some(
            key.clone()
                .update_columns([
                    CommunityId,
                    Outcome,
                    Code,
                    Missing,
                    Correction,
                    Seq,
                    ResolvedAt,
                ])
                .to_owned(),
        )
    }

    fn stamp(&mut self, heads: &Heads) {
        if let Some(head) = heads.get(&self.community_id.into()) {
            self.seq = *head;
        }
    }
}

/// How many waiting mutations of a session are tried again with each of its pushes, oldest first.
const MOST_WAITING: u64 = 500;

impl Batch<'_> {
    /// What is known of these mutations, of those they come after, and of those of this session that
    /// wait.
    pub async fn look_up(
        &mut self,
        arrived: &[Arrived],
        write: &mut Write,
    ) -> Result<(), ApiError> {
        use sync_mutation::Column::{Outcome, Position, ReceivedAt, SessionId};
        let named = |mutation: &Arrived| mutation.read.as_ref().ok()?.after.clone();
        let ids = arrived.iter().map(|mutation| mutation.id.clone());
        let ids = ids.chain(arrived.iter().filter_map(named)).collect();
        self.learn(ids, write).await?;

        let waiting = sync_mutation::Entity::find()
            .filter(SessionId.eq(self.person.session_id))
            .filter(Outcome.eq(MutationOutcome::Deferred))
            .order_by_asc(ReceivedAt)
            .order_by_asc(Position)
            .limit(MOST_WAITING);
        let waiting = waiting.all(write.connection()).await?;
        let named = waiting.iter().filter_map(|row| row.after.clone()).collect();
        self.known.extend(
            waiting
                .into_iter()
                .map(|row| (row.mutation_id.clone(), row)),
        );
        self.learn(named, write).await
    }

    /// Tells apart what came under an id that stands for something else, and keeps it under its
    /// content: a phone that numbers wrongly loses nothing.
    pub async fn tell_apart<'b>(
        &mut self,
        arrived: &'b [Arrived],
        write: &Write,
    ) -> Result<Cow<'b, [Arrived]>, ApiError> {
        let mut contents: BTreeMap<&str, Cow<'_, Value>> = BTreeMap::new();
        let mut others = BTreeSet::new();
        for (place, mutation) in arrived.iter().enumerate() {
            if !contents.contains_key(&*mutation.id) {
                let content = match self.known.get(&mutation.id) {
                    None => Cow::Borrowed(&mutation.raw),
                    // Purged: what it was cannot be told from what came.
                    Some(row) if row.envelope.0.is_empty() => Cow::Borrowed(&mutation.raw),
                    Some(row) => {
                        let keys = write.keys();
                        match keys.open_if_possible(Purpose::Envelope, &row.envelope) {
                            Some(raw) => Cow::Owned(serde_json::from_str(&raw).unwrap_or_default()),
                            // What cannot be compared is taken for what it says it is.
                            None => Cow::Borrowed(&mutation.raw),
                        }
                    }
                };
                contents.insert(&mutation.id, content);
            }
            let kept = contents.get(&*mutation.id);
            if kept.is_none_or(|kept| !is_same(kept, &mutation.raw)) {
                others.insert(place);
            }
        }
        if others.is_empty() {
            return Ok(Cow::Borrowed(arrived));
        }
        let apart = |(place, mutation): (usize, &Arrived)| {
            if others.contains(&place) {
                mutation.under_its_content()
            } else {
                mutation.clone()
            }
        };
        let arrived: Vec<Arrived> = arrived.iter().enumerate().map(apart).collect();
        self.learn(
            arrived.iter().map(|mutation| mutation.id.clone()).collect(),
            write,
        )
        .await?;
        Ok(Cow::Owned(arrived))
    }

    /// Adds mutations of this session that are not known yet.
    async fn learn(&mut self, ids: BTreeSet<String>, write: &Write) -> Result<(), ApiError> {
        use sync_mutation::Column::{MutationId, SessionId};
        let ids: Vec<_> = ids
            .into_iter()
            .filter(|id| !self.known.contains_key(id))
            .collect();
        if ids.is_empty() {
            return Ok(());
        }
        let rows = sync_mutation::Entity::find()
            .filter(SessionId.eq(self.person.session_id))
            .filter(MutationId.is_in(ids))
            .all(write.connection())
            .await?;
        self.known
            .extend(rows.into_iter().map(|row| (row.mutation_id.clone(), row)));
        Ok(())
    }

    /// Every delivery is counted, also of what is known already.
    pub async fn count_replays(
        &mut self,
        arrived: &[Arrived],
        write: &Write,
    ) -> Result<(), ApiError> {
        use sync_mutation::Column::{Deliveries, MutationId, ResolvedAt, SessionId};
        let mut times: BTreeMap<i32, BTreeSet<&str>> = BTreeMap::new();
        let replayed: BTreeSet<&str> = arrived
            .iter()
            .map(|mutation| &*mutation.id)
            .filter(|id| self.known.contains_key(*id))
            .collect();
        for id in replayed {
            let count = arrived.iter().filter(|mutation| mutation.id == id).count();
            times
                .entry(i32::try_from(count).unwrap_or(i32::MAX))
                .or_default()
                .insert(id);
        }
        // Whoever sends again what was refused believes that it stands: he is told once more, by the
        // echo, which asks what was resolved since.
        let refused = |id: &&&str| {
            use MutationOutcome::{ConflictKept, Discarded, Quarantined};
            let known = self.known.get(**id);
            known.is_some_and(|row| matches!(row.outcome, ConflictKept | Quarantined | Discarded))
        };
        let refused: Vec<&str> = times.values().flatten().filter(refused).copied().collect();
        if !refused.is_empty() {
            sync_mutation::Entity::update_many()
                .col_expr(ResolvedAt, Expr::value(write.now()))
                .filter(SessionId.eq(self.person.session_id))
                .filter(MutationId.is_in(refused))
                .exec(write.connection())
                .await?;
        }
        for (count, ids) in times {
            sync_mutation::Entity::update_many()
                .col_expr(Deliveries, Expr::col(Deliveries).add(count))
                .filter(SessionId.eq(self.person.session_id))
                .filter(MutationId.is_in(ids))
                .exec(write.connection())
                .await?;
        }
        Ok(())
    }
}

/// Whether what came is what is kept under its id. A payload that comes as a text is the object that it
/// reads as: so comes what fits into no push, or must not be applied, without the rest of its envelope.
fn is_same(kept: &Value, came: &Value) -> bool {
    if kept == came {
        return true;
    }
    let text = came.get("payload").and_then(Value::as_str);
    let payload = text.and_then(|text| json::read::<Value>(text.as_bytes()).ok());
    let is_of_same = ["kind", "recordId"]
        .iter()
        .all(|name| kept.get(name) == came.get(name));
    is_of_same && payload.is_some_and(|payload| kept.get("payload") == Some(&payload))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_payload_that_comes_as_a_text_is_the_object_that_it_reads_as() {
        let kept = json!({ "mutationId": "m1", "kind": "k", "recordId": "r", "baseSeq": 3,
            "payload": { "a": 1, "b": "二" } });
        let text = r#"{"b": "二", "a": 1}"#;
        let came = |kind: &str, record: &str, payload: Value| json!({ "mutationId": "m1", "kind": kind, "recordId": record, "payload": payload });
        let cases = [
            (came("k", "r", json!(text)), true),
            (came("k", "r", json!(r#"{"a": 2, "b": "二"}"#)), false),
            (came("k", "r", json!("{")), false),
            (came("l", "r", json!(text)), false),
            (came("k", "s", json!(text)), false),
            // An object is compared with its whole envelope.
            (came("k", "r", kept["payload"].clone()), false),
        ];
        for (came, same) in cases {
            assert_eq!(is_same(&kept, &came), same, "{came}");
        }
        // What is kept as a text stays one.
        let as_text = came("k", "r", json!(text));
        assert!(is_same(&as_text, &as_text));
        assert!(!is_same(&as_text, &came("k", "r", kept["payload"].clone())));
    }
}
