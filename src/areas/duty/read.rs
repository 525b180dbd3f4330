//! Looking at shifts, the roster and handovers.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use entity::duty::{HandoverState, duty, handover, handover_event, shift};
use entity::ids::{CommunityId, HandoverId, StaffMemberId, ZoneId};
use entity::kinds::PostKind;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::access::{duty_scope, handover_scope, shift_scope};
use super::rules;
use crate::app::App;
use crate::auth::Viewer;
use crate::clock;
use crate::database::page::{Page, Place};
use crate::database::record::Visible;
use crate::error::ApiError;

/// Days of a roster that are given at once.
const MOST_DAYS: i64 = 62;

/// The shifts of a community, as they begin in the day.
pub async fn list_shifts(
    app: &App,
    viewer: &Viewer,
    community: CommunityId,
    also_retired: bool,
) -> Result<Vec<shift::Model>, ApiError> {
    let worked = shift::Column::RetiredAt.is_null();
    let shifts = shift::Entity::find()
        .filter(shift_scope().visible_to(viewer.reach()))
        .filter(shift::Column::CommunityId.eq(community))
        .filter(Condition::all().add_option((!also_retired).then_some(worked)))
        .order_by_asc(shift::Column::FromTime)
        .order_by_asc(shift::Column::Code);
    Ok(shifts.all(app.db().reader()).await?)
}

/// The roster of a community from one day to another.
pub async fn list_duties(
    app: &App,
    viewer: &Viewer,
    community: CommunityId,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<duty::Model>, ApiError> {
    let (first, last) = (clock::moment("day", first)?, clock::moment("toDay", last)?);
    if !(0..MOST_DAYS).contains(&(last - first).num_days()) {
        return Err(ApiError::invalid(
            "toDay",
            format!("at most {MOST_DAYS} days, the first one first"),
            format!("最多 {MOST_DAYS} 天，起始日在前"),
        ));
    }
    let duties = duty::Entity::find()
        .filter(duty_scope().visible_to(viewer.reach()))
        .filter(duty::Column::CommunityId.eq(community))
        .filter(duty::Column::OnDay.between(first, last))
        .order_by_asc(duty::Column::OnDay)
        .order_by_asc(duty::Column::Id);
    Ok(duties.all(app.db().reader()).await?)
}

/// What the list of handovers is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct HandoverFilter {
    pub community_id: Option<CommunityId>,
    pub states: Option<Vec<HandoverState>>,
    pub zone_id: Option<ZoneId>,
    pub post: Option<PostKind>,
}

/// The handovers a viewer may see, newest first.
pub async fn list_handovers(
    app: &App,
    viewer: &Viewer,
    filter: HandoverFilter,
    limit: u64,
    after: Option<Place>,
) -> Result<Page<handover::Model>, ApiError> {
    use handover::Column::{CommunityId, Id, Post, PreparedAt, State, ZoneId};
    let narrowed = Condition::all()
        .add_option(filter.community_id.map(|id| CommunityId.eq(id)))
        .add_option(filter.zone_id.map(|id| ZoneId.eq(id)))
        .add_option(filter.post.map(|post| Post.eq(post)))
        .add_option(filter.states.map(|states| State.is_in(states)))
        .add_option(after.map(|Place { at, id }| {
            let same_moment = Condition::all().add(PreparedAt.eq(at)).add(Id.lt(id));
            Condition::any().add(PreparedAt.lt(at)).add(same_moment)
        }));
    let handovers = handover::Entity::find()
        .filter(handover_scope().visible_to(viewer.reach()))
        .filter(narrowed)
        .order_by_desc(PreparedAt)
        .order_by_desc(Id)
        .limit(limit + 1);
    Ok(Page::of(handovers.all(app.db().reader()).await?, limit))
}

/// The place of a handover in that list.
pub fn place(handover: &handover::Model) -> Place {
    Place {
        at: handover.prepared_at,
        id: handover.id.into(),
    }
}

/// All events of several handovers, as they happened.
pub async fn events_of(
    app: &App,
    viewer: &Viewer,
    handovers: impl IntoIterator<Item = HandoverId>,
) -> Result<HashMap<HandoverId, Vec<handover_event::Model>>, ApiError> {
    use handover_event::Column::{HandoverId as OfHandover, Id, Kind, ObservedAt};
    let events = handover_event::Entity::find()
        .filter(handover_event::Model::visible_to(viewer.reach()))
        .filter(OfHandover.is_in(handovers))
        .order_by_asc(ObservedAt)
        .order_by_asc(Kind)
        .order_by_asc(Id);
    let mut found: HashMap<HandoverId, Vec<_>> = HashMap::new();
    for event in events.all(app.db().reader()).await? {
        found.entry(event.handover_id).or_default().push(event);
    }
    Ok(found)
}

/// Who of the two was responsible at a moment.
pub fn responsible_of(handover: &handover::Model, moment: DateTime<Utc>) -> StaffMemberId {
    rules::responsible_at(handover, moment)
}

/// A post in a place, for asking who answers for it.
#[derive(Clone, Copy, Debug)]
pub struct PostAt {
    pub community_id: CommunityId,
    pub post: PostKind,
    /// None for a post that answers for no zone.
    pub zone_id: Option<ZoneId>,
}

/// Who was responsible for a post at a moment, by the handovers that the viewer sees: whoever took it
/// over last, else whoever handed it over next (S-19).
pub async fn responsible_at(
    app: &App,
    viewer: &Viewer,
    post: PostAt,
    moment: DateTime<Utc>,
) -> Result<Option<StaffMemberId>, ApiError> {
    use handover::Column::{CommunityId, PassedAt, Post, PreparedAt, ZoneId};
    let moment = clock::moment("at", moment)?;
    let of_zone = match post.zone_id {
        Some(zone) => ZoneId.eq(zone),
        None => ZoneId.is_null(),
    };
    let of_post = handover::Entity::find()
        .filter(handover_scope().visible_to(viewer.reach()))
        .filter(CommunityId.eq(post.community_id))
        .filter(Post.eq(post.post))
        .filter(of_zone);
    let last = of_post
        .clone()
        .filter(PassedAt.lte(moment))
        .order_by_desc(PassedAt);
    if let Some(last) = last.one(app.db().reader()).await? {
        return Ok(last.incoming_id);
    }
    let not_passed = Condition::any()
        .add(PassedAt.is_null())
        .add(PassedAt.gt(moment));
    let next = of_post.filter(not_passed).order_by_asc(PreparedAt);
    let next = next.one(app.db().reader()).await?;
    Ok(next.map(|next| next.outgoing_id))
}
