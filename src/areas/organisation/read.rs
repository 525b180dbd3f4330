//! Looking up staff, and what their posts let them reach.

use async_trait::async_trait;
use entity::ids::{AccountId, CommunityId, StaffMemberId};
use entity::organisation::staff_member::{Column, Entity, Model};
use sea_orm::{ColumnTrait, Condition, DatabaseConnection, DbErr, EntityTrait, QueryFilter};
use sea_orm::{QueryOrder, QuerySelect};

use crate::app::App;
use crate::auth::{Grants, Position, ReachProvider, Viewer};
use crate::database::page::{Page, Place};
use crate::database::record::Visible;
use crate::database::{Audience, Reach};
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

/// A staff member as a command left him. Whoever could do it may see it, also an administrator who
/// does not work in the community.
pub async fn get_changed_staff_member(app: &App, id: StaffMemberId) -> Result<Model, ApiError> {
    let row = Entity::find()
        .filter(Model::visible_to(&Reach::Everything))
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
        db: &DatabaseConnection,
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
}
