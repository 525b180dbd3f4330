//! What the calendar does to relations.

use entity::estate::community;
use entity::households::party_relation::{Column, Model};
use entity::ids::{CommunityId, PartyRelationId};
use sea_orm::{ColumnTrait, Condition};

use super::{load_relations, today};
use crate::areas::estate::day_at;
use crate::areas::households::access::get_community_to_keep;
use crate::areas::households::rules;
use crate::auth::Viewer;
use crate::command::{Command, Occasion};
use crate::database::Write;
use crate::error::ApiError;

/// Lets relations that have run out no longer count, and those whose first day has come begin. Run
/// daily; a second time on the same day changes nothing.
#[derive(Clone, Copy, Debug)]
pub struct SettleRelations {
    pub community_id: CommunityId,
}

impl Command for SettleRelations {
    const KIND: &'static str = "party_relation.settle";
    /// How many changed.
    type Output = usize;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let communities = batch.iter().map(|command| command.community_id);
        write.see::<community::Model>(communities.clone()).await?;
        let days: Vec<_> = communities
            .clone()
            .filter_map(|community| today(write, community).ok())
            .collect();
        let (Some(first), Some(last)) = (days.iter().min(), days.iter().max()) else {
            return Ok(());
        };
        let run_out = Condition::all()
            .add(Column::IsCurrent.eq(true))
            .add(Column::EndsOn.lt(*last));
        let begun = Condition::all()
            .add(Column::IsCurrent.eq(false))
            .add(Column::StartsOn.lte(*last))
            .add(
                Condition::any()
                    .add(Column::EndsOn.is_null())
                    .add(Column::EndsOn.gte(*first)),
            );
        let due = Condition::all()
            .add(Column::CommunityId.is_in(communities))
            .add(Condition::any().add(run_out).add(begun));
        load_relations(write, due).await
    }

    fn decide(&self, _: &Occasion, viewer: &Viewer, write: &mut Write) -> Result<usize, ApiError> {
        let community = get_community_to_keep(viewer, write, self.community_id)?;
        let time_zone = &community.time_zone;
        let today = day_at(time_zone, write.now());
        let is_due = |row: &&Model| {
            let touched_on = day_at(time_zone, row.updated_at);
            if row.is_current {
                row.ends_on.is_some_and(|day| day < today)
            } else {
                rules::has_begun(row.starts_on, row.ends_on, touched_on, today)
            }
        };
        let own = write
            .rows::<Model>()
            .filter(|row| row.community_id == self.community_id);
        let due: Vec<PartyRelationId> = own.filter(is_due).map(|row| row.id).collect();
        for id in &due {
            write.update::<Model>(*id, |row| row.is_current = !row.is_current)?;
        }
        Ok(due.len())
    }
}
