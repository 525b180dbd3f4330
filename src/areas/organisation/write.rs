//! Appointing, moving and dismissing staff.

use std::collections::BTreeSet;

use entity::accounts::account;
use entity::estate::{community, zone};
use entity::households::party;
use entity::ids::{AccountId, CommunityId, StaffMemberId, ZoneId};
use entity::kinds::PostKind;
use entity::organisation::staff_member::{Column, Model};
use sea_orm::{ColumnTrait, Condition, Iterable as _};

use super::access::{may_fill, scope};
use super::error::StaffError;
use super::rules;
use crate::auth::Viewer;
use crate::auth::login;
use crate::command::{Command, Occasion};
use crate::database::Write;
use crate::error::ApiError;

/// Gives an account a post in a community; whoever had left comes back to his old row.
#[derive(Clone, Debug)]
pub struct AppointStaffMember {
    pub community_id: CommunityId,
    /// What the person types to sign in.
    pub account: String,
    pub post: PostKind,
    pub zone_id: Option<ZoneId>,
}

impl Command for AppointStaffMember {
    const KIND: &'static str = "staff_member.appoint";
    type Output = StaffMemberId;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let logins = batch.iter().map(|command| &*command.account);
        let of_logins = login::accounts_of(logins);
        write.load_where::<account::Model>(of_logins, true).await?;
        let of_accounts = account_ids(write);
        load_posts_of(write, of_accounts).await?;
        write
            .see::<community::Model>(batch.iter().map(|command| command.community_id))
            .await?;
        see_zones(write, batch.iter().map(|command| command.zone_id)).await
    }

    fn decide(
        &self,
        _: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<StaffMemberId, ApiError> {
        let community = write.get::<community::Model>(self.community_id);
        let is_there = community.is_some_and(|community| community.deleted_at.is_none());
        if !may_fill(viewer, self.community_id, self.post) {
            return Err(if viewer.is_staff(self.community_id) {
                ApiError::forbidden()
            } else {
                ApiError::not_found("community")
            });
        }
        if !is_there {
            return Err(ApiError::not_found("community"));
        }
        check_zone(write, self.community_id, self.zone_id)?;
        let login = login::normalised(&self.account);
        let account = write.rows::<account::Model>().find(|it| it.login == login);
        let account = account.ok_or(StaffError::AccountUnknown)?.clone();
        if account.left_at.is_some() {
            write.update::<account::Model>(account.id, |row| row.left_at = None)?;
        }

        let former = write
            .rows::<Model>()
            .find(|row| row.account_id == account.id && row.community_id == self.community_id);
        if let Some(former) = former.map(|row| (row.id, row.left_at)) {
            let (id, left_at) = former;
            if left_at.is_none() {
                return Err(StaffError::HoldsPost.into());
            }
            write.update::<Model>(id, |row| {
                row.name = account.name;
                row.post = self.post;
                row.zone_id = self.zone_id;
                row.left_at = None;
            })?;
            return Ok(id);
        }
        let id = StaffMemberId(write.new_id());
        write.insert(Model {
            id,
            community_id: self.community_id,
            account_id: account.id,
            name: account.name,
            post: self.post,
            zone_id: self.zone_id,
            left_at: None,
            seq: 0,
            created_at: write.now(),
            updated_at: write.now(),
            deleted_at: None,
        })?;
        Ok(id)
    }
}

/// Gives a staff member another post, another zone, or both.
#[derive(Clone, Debug)]
pub struct MoveStaffMember {
    pub staff_member_id: StaffMemberId,
    pub post: PostKind,
    pub zone_id: Option<ZoneId>,
}

impl Command for MoveStaffMember {
    const KIND: &'static str = "staff_member.move";
    type Output = StaffMemberId;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        write
            .load::<Model>(batch.iter().map(|command| command.staff_member_id))
            .await?;
        let communities = write.rows::<Model>().map(|row| row.community_id).collect();
        load_leaders(write, communities).await?;
        see_zones(write, batch.iter().map(|command| command.zone_id)).await
    }

    fn decide(
        &self,
        _: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<StaffMemberId, ApiError> {
        let member = get_to_change(viewer, write, self.staff_member_id)?;
        let (community, from) = (member.community_id, member.post);
        if !may_fill(viewer, community, self.post) {
            return Err(ApiError::forbidden());
        }
        if rules::is_below(self.post, from) {
            check_not_oneself(viewer, community, self.staff_member_id)?;
        }
        if !rules::leads(self.post) {
            check_others_lead(write, self.staff_member_id)?;
        }
        check_zone(write, community, self.zone_id)?;
        write.update::<Model>(self.staff_member_id, |row| {
            row.post = self.post;
            row.zone_id = self.zone_id;
        })?;
        Ok(self.staff_member_id)
    }
}

/// Ends a staff member's work in a community. When it was his last and he is no resident either,
/// his account leaves too: it signs in no more, and what its phones still push goes into
/// quarantine.
#[derive(Clone, Debug)]
pub struct DismissStaffMember {
    pub staff_member_id: StaffMemberId,
}

impl Command for DismissStaffMember {
    const KIND: &'static str = "staff_member.dismiss";
    type Output = StaffMemberId;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        write
            .load::<Model>(batch.iter().map(|command| command.staff_member_id))
            .await?;
        let communities = write.rows::<Model>().map(|row| row.community_id).collect();
        load_leaders(write, communities).await?;
        let accounts: BTreeSet<_> = write.rows::<Model>().map(|row| row.account_id).collect();
        write.load::<account::Model>(accounts.clone()).await?;
        let residents = Condition::all().add(party::Column::AccountId.is_in(accounts.clone()));
        write.load_where::<party::Model>(residents, false).await?;
        load_posts_of(write, accounts).await
    }

    fn decide(
        &self,
        _: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<StaffMemberId, ApiError> {
        let member = get_to_change(viewer, write, self.staff_member_id)?;
        let (account, community) = (member.account_id, member.community_id);
        check_not_oneself(viewer, community, self.staff_member_id)?;
        check_others_lead(write, self.staff_member_id)?;
        let now = write.now();
        write.update::<Model>(self.staff_member_id, |row| row.left_at = Some(now))?;
        let works_on = write.rows::<Model>().any(|row| {
            row.account_id == account && row.left_at.is_none() && row.deleted_at.is_none()
        });
        let lives_here = write
            .rows::<party::Model>()
            .any(|row| row.account_id == Some(account) && row.deleted_at.is_none());
        if !works_on && !lives_here {
            write.update::<account::Model>(account, |row| row.left_at = Some(now))?;
        }
        Ok(self.staff_member_id)
    }
}

/// A staff member who still works, and whom the viewer may move.
fn get_to_change<'a>(
    viewer: &Viewer,
    write: &'a Write,
    id: StaffMemberId,
) -> Result<&'a Model, ApiError> {
    let row = write
        .get::<Model>(id)
        .filter(|row| row.deleted_at.is_none());
    let row = row.ok_or_else(|| ApiError::not_found("staff_member"))?;
    if !may_fill(viewer, row.community_id, row.post) {
        write.visible(&scope(), viewer.reach(), id)?;
        return Err(ApiError::forbidden());
    }
    if row.left_at.is_some() {
        return Err(StaffError::HasLeft.into());
    }
    Ok(row)
}

/// Loads, and locks, who leads these communities: of two leaders who dismiss each other at once the
/// second finds himself the last.
pub async fn load_leaders(
    write: &mut Write,
    communities: BTreeSet<CommunityId>,
) -> Result<(), ApiError> {
    let posts = PostKind::iter().filter(|post| rules::leads(*post));
    let leaders = Condition::all()
        .add(Column::CommunityId.is_in(communities))
        .add(Column::Post.is_in(posts))
        .add(Column::LeftAt.is_null());
    Ok(write.load_where::<Model>(leaders, true).await?)
}

fn check_not_oneself(
    viewer: &Viewer,
    community: CommunityId,
    id: StaffMemberId,
) -> Result<(), StaffError> {
    let own = viewer.position(community);
    let is_oneself = own.is_some_and(|own| own.staff_member_id == id);
    (!is_oneself).then_some(()).ok_or(StaffError::Yourself)
}

/// Whether the community is led without this staff member, as far as it is led at all.
fn check_others_lead(write: &Write, id: StaffMemberId) -> Result<(), StaffError> {
    let member = write.get::<Model>(id);
    let Some(member) = member.filter(|member| rules::leads(member.post)) else {
        return Ok(());
    };
    let others_lead = write.rows::<Model>().any(|row| {
        row.id != id && rules::works_in(row, member.community_id) && rules::leads(row.post)
    });
    others_lead.then_some(()).ok_or(StaffError::LastToLead)
}

fn account_ids(write: &Write) -> BTreeSet<AccountId> {
    write.rows::<account::Model>().map(|row| row.id).collect()
}

async fn load_posts_of(write: &mut Write, accounts: BTreeSet<AccountId>) -> Result<(), ApiError> {
    let of_accounts = Condition::all().add(Column::AccountId.is_in(accounts));
    Ok(write.load_where::<Model>(of_accounts, true).await?)
}

async fn see_zones(
    write: &mut Write,
    zones: impl Iterator<Item = Option<ZoneId>>,
) -> Result<(), ApiError> {
    let zones: Vec<ZoneId> = zones.flatten().collect();
    Ok(write.see::<zone::Model>(zones).await?)
}

fn check_zone(
    write: &Write,
    community: CommunityId,
    zone: Option<ZoneId>,
) -> Result<(), StaffError> {
    let Some(zone) = zone else { return Ok(()) };
    let zone = write.get::<zone::Model>(zone);
    let is_there =
        zone.is_some_and(|zone| zone.community_id == community && zone.deleted_at.is_none());
    is_there.then_some(()).ok_or(StaffError::ZoneUnknown)
}
