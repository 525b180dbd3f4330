//! Looking up staff, and what their posts let them reach.

use std::collections::BTreeSet;

use async_trait::async_trait;
use entity::ids::{AccountId, CommunityId, StaffMemberId};
use entity::kinds::PostKind;
use entity::ledger::audit;
use entity::organisation::staff_member::{Column, Entity, Model};
use sea_orm::{ColumnTrait, Condition, DbErr};
use sea_orm::{EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::App;
use crate::auth::{Grants, Person, Position, ReachProvider, Viewer};
use crate::database::page::{Page, Place};
use crate::database::record::Visible;
use crate::database::{Audience, Reach, Reader, Record, Transaction};
use crate::error::ApiError;

/// The staff of a community, those who have left included, newest first.
pub async fn list_staff_members(
    app: &App,
    viewer: &Viewer,
    community: CommunityId,
    limit: u64,
    after: Option<Place>,
) -> Result<Page<Model>, ApiError> {
    let mut rows = Entity::find()
        .filter(Model::visible_to(viewer.reach()))
        .filter(Column::CommunityId.eq(community));
    if let Some(place) = after {
        let older = Condition::any().add(Column::CreatedAt.lt(place.at)).add(
            Condition::all()
                .add(Column::CreatedAt.eq(place.at))
                .add(Column::Id.lt(place.id)),
        );
        rows = rows.filter(older);
    }
    let rows = rows
        .order_by_desc(Column::CreatedAt)
        .order_by_desc(Column::Id)
        .limit(limit + 1)
        .all(app.db().reader())
        .await?;
    Ok(Page::of(rows, limit))
}

/// Who works in a community now, in the order they came.
pub async fn list_staff_at_work(
    app: &App,
    viewer: &Viewer,
    community: CommunityId,
) -> Result<Vec<Model>, ApiError> {
    let rows = Entity::find()
        .filter(Model::visible_to(viewer.reach()))
        .filter(Column::CommunityId.eq(community))
        .filter(Column::LeftAt.is_null())
        .order_by_asc(Column::Id);
    Ok(rows.all(app.db().reader()).await?)
}

/// A staff member whom the viewer sees.
pub async fn get_staff_member(
    app: &App,
    viewer: &Viewer,
    id: StaffMemberId,
) -> Result<Model, ApiError> {
    let reach = if viewer.person().is_some_and(Person::administers) {
        &Reach::Everything
    } else {
        viewer.reach()
    };
    find_staff_member(app, reach, id).await
}

/// A staff member as a command left him. Whoever could do it may see it, also an administrator who
/// does not work in the community.
pub async fn get_changed_staff_member(app: &App, id: StaffMemberId) -> Result<Model, ApiError> {
    find_staff_member(app, &Reach::Everything, id).await
}

async fn find_staff_member(app: &App, reach: &Reach, id: StaffMemberId) -> Result<Model, ApiError> {
    let row = Entity::find()
        .filter(Model::visible_to(reach))
        .filter(Column::Id.eq(id))
        .one(app.db().reader())
        .await?;
    row.ok_or_else(|| ApiError::not_found("staff_member"))
}

/// What a post lets its holder reach.
pub struct StaffReach;

#[async_trait]
impl ReachProvider for StaffReach {
    async fn grant(
        &self,
        db: &Reader,
        account: AccountId,
        grants: &mut Grants,
    ) -> Result<(), DbErr> {
        let rows = Entity::find()
            .filter(Model::visible_to(&Reach::Everything))
            .filter(Column::AccountId.eq(account))
            .all(db)
            .await?;
        for row in rows {
            let community = row.community_id;
            // Also after leaving: his own sync issues stay his own.
            grants.add(community, Audience::Viewer(account.into()), None);
            if row.left_at.is_some() {
                continue;
            }
            grants.add(community, Audience::Everyone, None);
            grants.add(community, Audience::Staff, None);
            grants.add(community, Audience::Viewer(row.id.into()), None);
            if row.post.is_office() {
                grants.add(community, Audience::Office, None);
            }
            if row.post.inspects() {
                grants.add(community, Audience::Inspection, None);
            }
            if let Some(zone) = row.zone_id {
                grants.add(community, Audience::Zone(zone.into()), None);
            }
            let position = Position {
                staff_member_id: row.id,
                post: row.post,
                zone_id: row.zone_id,
            };
            grants.positions.insert(community, position);
        }
        Ok(())
    }

    /// Where he works or worked: the posts and zones of before stand in the audit trail.
    async fn former(
        &self,
        db: &Transaction,
        account: AccountId,
    ) -> Result<BTreeSet<(Uuid, Audience)>, DbErr> {
        let rows = Entity::find().filter(Column::AccountId.eq(account));
        let rows = rows.all(db).await?;
        let ids = rows.iter().map(|row| Uuid::from(row.id));
        let changes: Vec<(Uuid, Option<Value>, Option<Value>)> = audit::Entity::find()
            .select_only()
            .columns([
                audit::Column::RecordId,
                audit::Column::Before,
                audit::Column::After,
            ])
            .filter(audit::Column::RecordId.is_in(ids))
            .filter(audit::Column::Subject.eq(Model::NAME))
            .into_tuple()
            .all(db)
            .await?;
        let mut former = BTreeSet::new();
        for row in rows {
            let id: Uuid = row.id.into();
            let present = json!({ "post": row.post, "zone_id": row.zone_id });
            let of_row = changes.iter().filter(|(record, _, _)| *record == id);
            let of_row = of_row.flat_map(|(_, before, after)| [before, after]);
            let held = of_row.flatten().chain([&present]).flat_map(held_by);
            let own = [Audience::Everyone, Audience::Staff, Audience::Viewer(id)];
            let realm: Uuid = row.community_id.into();
            former.extend(held.chain(own).map(|audience| (realm, audience)));
        }
        Ok(former)
    }
}

/// What a post and a zone, as a row of staff says them, let somebody reach.
fn held_by(row: &Value) -> Vec<Audience> {
    let post = row.get("post").cloned().unwrap_or_default();
    let post: Option<PostKind> = serde_json::from_value(post).ok();
    let is_office = post.is_some_and(PostKind::is_office);
    let inspects = post.is_some_and(PostKind::inspects);
    let zone = row.get("zone_id").and_then(Value::as_str);
    let zone = zone.and_then(|zone| Uuid::try_parse(zone).ok());
    let office = is_office.then_some(Audience::Office);
    let inspection = inspects.then_some(Audience::Inspection);
    let held = [office, inspection, zone.map(Audience::Zone)];
    held.into_iter().flatten().collect()
}
