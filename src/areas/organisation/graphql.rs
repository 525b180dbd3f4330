//! Staff in the API.

use async_graphql::connection::{Connection, EmptyFields};
use async_graphql::{Context, Description, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::kinds::PostKind;
use entity::organisation::staff_member;
use uuid::Uuid;

use super::read;
use super::write::{AppointStaffMember, DismissStaffMember, MoveStaffMember};
use crate::command;
use crate::database::page::Place;
use crate::error::ApiError;
use crate::graphql::{ContextExt, limits, page_arguments, page_of};

/// A person who holds a post in one community (员工). Who has left is kept, with `leftAt`. For those who
/// work there.
#[derive(Description)]
pub struct StaffMember(pub staff_member::Model);

#[Object(use_type_description)]
impl StaffMember {
    /// Never changes: who comes back keeps it.
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    /// The community he works in.
    async fn community_id(&self) -> Uuid {
        self.0.community_id.into()
    }

    /// Name of the person.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The post he holds.
    async fn post(&self) -> PostKind {
        self.0.post
    }

    /// The zone he answers for; null when he answers for none.
    async fn zone_id(&self) -> Option<Uuid> {
        self.0.zone_id.map(Uuid::from)
    }

    /// When he stopped working in the community; null while he works there.
    async fn left_at(&self) -> Option<DateTime<Utc>> {
        self.0.left_at
    }
}

/// A person and the post he is to hold.
#[derive(InputObject)]
pub struct AppointStaffMemberInput {
    /// The community he is to work in.
    community_id: Uuid,
    /// What the person types to sign in; the account exists already.
    account: String,
    /// The post; not above that of the caller.
    post: PostKind,
    /// The zone he is to answer for; none when left out.
    zone_id: Option<Uuid>,
}

/// A staff member and the post and zone he is to have.
#[derive(InputObject)]
pub struct MoveStaffMemberInput {
    /// The staff member.
    staff_member_id: Uuid,
    /// The post, which may be the one he holds.
    post: PostKind,
    /// The zone he is to answer for; none when left out.
    zone_id: Option<Uuid>,
}

/// A staff member who leaves the community.
#[derive(InputObject)]
pub struct DismissStaffMemberInput {
    /// The staff member.
    staff_member_id: Uuid,
}

/// The staff member after the change.
#[derive(SimpleObject)]
pub struct StaffMemberPayload {
    /// Also one who has just left.
    staff_member: StaffMember,
}

#[derive(Default)]
pub struct OrganisationQuery;

#[Object]
impl OrganisationQuery {
    /// The staff of a community, those who have left too, newest first. For those who work there.
    #[graphql(complexity = "limits::page(first, child_complexity)")]
    async fn staff_members(
        &self,
        ctx: &Context<'_>,
        community_id: Uuid,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Connection<String, StaffMember, EmptyFields, EmptyFields>, ApiError> {
        let viewer = ctx.viewer()?;
        let (limit, after) = page_arguments(first, after.as_deref())?;
        let page =
            read::list_staff_members(ctx.app(), viewer, community_id.into(), limit, after).await?;
        let place = |row: &staff_member::Model| Place {
            at: row.created_at,
            id: row.id.into(),
        };
        Ok(page_of(page, after.is_some(), place, StaffMember))
    }
}

#[derive(Default)]
pub struct OrganisationMutation;

#[Object]
impl OrganisationMutation {
    /// Gives an account a post in a community. For supervisors and above, up to their own level, and
    /// for administrators.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `CONFLICT`.
    async fn appoint_staff_member(
        &self,
        ctx: &Context<'_>,
        input: AppointStaffMemberInput,
    ) -> Result<StaffMemberPayload, ApiError> {
        let viewer = ctx.viewer()?;
        let command = AppointStaffMember {
            community_id: input.community_id.into(),
            account: input.account,
            post: input.post,
            zone_id: input.zone_id.map(Into::into),
        };
        let id = command::run(ctx.app(), viewer, &command).await?;
        payload(ctx, id).await
    }

    /// Gives a staff member another post or zone; what he sees changes at once. For supervisors and
    /// above, up to their own level, and for administrators.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `CONFLICT`.
    async fn move_staff_member(
        &self,
        ctx: &Context<'_>,
        input: MoveStaffMemberInput,
    ) -> Result<StaffMemberPayload, ApiError> {
        let viewer = ctx.viewer()?;
        let command = MoveStaffMember {
            staff_member_id: input.staff_member_id.into(),
            post: input.post,
            zone_id: input.zone_id.map(Into::into),
        };
        let id = command::run(ctx.app(), viewer, &command).await?;
        payload(ctx, id).await
    }

    /// Ends a staff member's work in a community. After the last one his account can no longer sign in,
    /// unless he is a resident too. For supervisors and above, up to their own level, and for
    /// administrators.
    /// Refused with `FORBIDDEN`, `NOT_FOUND`, `CONFLICT`.
    async fn dismiss_staff_member(
        &self,
        ctx: &Context<'_>,
        input: DismissStaffMemberInput,
    ) -> Result<StaffMemberPayload, ApiError> {
        let viewer = ctx.viewer()?;
        let command = DismissStaffMember {
            staff_member_id: input.staff_member_id.into(),
        };
        let id = command::run(ctx.app(), viewer, &command).await?;
        payload(ctx, id).await
    }
}

async fn payload(
    ctx: &Context<'_>,
    id: entity::ids::StaffMemberId,
) -> Result<StaffMemberPayload, ApiError> {
    let staff_member = StaffMember(read::get_changed_staff_member(ctx.app(), id).await?);
    Ok(StaffMemberPayload { staff_member })
}
