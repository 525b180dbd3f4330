//! Looking up accounts and sessions. They belong to no community; the caller asks for his own, or
//! checks with `access` before he tells.

use std::collections::HashSet;

use entity::accounts::{account, session};
use entity::estate::{community, zone};
use entity::ids::{AccountId, CommunityId, SessionId, ZoneId};
use entity::kinds::PostKind;
use entity::organisation::staff_member;
use sea_orm::{
    ColumnTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
};

use crate::app::App;
use crate::auth::Viewer;
use crate::auth::viewer::SessionError;
use crate::error::ApiError;
use crate::text::names::find;

/// The account behind a login, if it may sign in now.
pub async fn find_to_sign_in(app: &App, login: &str) -> Result<Option<account::Model>, ApiError> {
    let account = account::Entity::find()
        .filter(account::Column::Login.eq(login))
        .one(app.db().reader())
        .await?;
    let has_demo = app.settings().sign_in.demo;
    Ok(account.filter(|account| account.left_at.is_none() && (has_demo || !account.is_demo)))
}

/// The session that a login has on a device, unless the device was reported lost.
pub async fn find_device(
    app: &App,
    login: &str,
    device_id: &str,
) -> Result<Option<SessionId>, ApiError> {
    let of_account = session::Entity::belongs_to(account::Entity)
        .from(session::Column::AccountId)
        .to(account::Column::Id);
    let session = session::Entity::find()
        .join(JoinType::InnerJoin, of_account.into())
        .filter(account::Column::Login.eq(login))
        .filter(session::Column::DeviceId.eq(device_id))
        .filter(session::Column::RevokedAt.is_null());
    let session = session.one(app.db().reader()).await?;
    Ok(session.map(|session| session.id))
}

pub async fn get_account(app: &App, id: AccountId) -> Result<account::Model, ApiError> {
    let account = account::Entity::find_by_id(id)
        .one(app.db().reader())
        .await?;
    account.ok_or_else(|| ApiError::not_found("account"))
}

pub async fn find_session(app: &App, id: SessionId) -> Result<Option<session::Model>, ApiError> {
    Ok(session::Entity::find_by_id(id)
        .one(app.db().reader())
        .await?)
}

/// The account the viewer is signed in to.
pub async fn get_own_account(app: &App, viewer: &Viewer) -> Result<account::Model, ApiError> {
    let person = viewer.person().ok_or(SessionError::Unauthenticated)?;
    get_account(app, person.account_id).await
}

/// The session the viewer calls from.
pub async fn get_own_session(app: &App, viewer: &Viewer) -> Result<session::Model, ApiError> {
    let person = viewer.person().ok_or(SessionError::Unauthenticated)?;
    let session = find_session(app, person.session_id).await?;
    session.ok_or_else(|| ApiError::not_found("session"))
}

/// The devices the viewer signed in from, last heard of first.
pub async fn list_own_sessions(
    app: &App,
    viewer: &Viewer,
) -> Result<Vec<session::Model>, ApiError> {
    let person = viewer.person().ok_or(SessionError::Unauthenticated)?;
    list_sessions(app, person.account_id).await
}

/// The devices of an account, last heard of first.
pub async fn list_sessions(app: &App, account: AccountId) -> Result<Vec<session::Model>, ApiError> {
    /// More than anybody looks through.
    const MOST: u64 = 100;
    let sessions = session::Entity::find()
        .filter(session::Column::AccountId.eq(account))
        .order_by_desc(session::Column::LastContactAt)
        .order_by_asc(session::Column::Id)
        .limit(MOST);
    Ok(sessions.all(app.db().reader()).await?)
}

/// The accounts of these ids; whoever asks has seen who they are.
pub async fn list_accounts(app: &App, ids: &[AccountId]) -> Result<Vec<account::Model>, ApiError> {
    let accounts = account::Entity::find().filter(account::Column::Id.is_in(ids.iter().copied()));
    Ok(accounts.all(app.db().reader()).await?)
}

/// The zone of this name in a community.
pub async fn get_zone(app: &App, community: CommunityId, name: &str) -> Result<ZoneId, ApiError> {
    let zones = zone::Entity::find()
        .filter(zone::Column::CommunityId.eq(community))
        .filter(zone::Column::DeletedAt.is_null())
        .all(app.db().reader())
        .await?;
    let zone = find(zones, name, |zone| &zone.name).ok_or_else(|| ApiError::not_found("zone"))?;
    Ok(zone.id)
}

/// Whether there is anybody who may sign in now.
pub async fn can_anybody_sign_in(app: &App) -> Result<bool, ApiError> {
    let mut accounts = account::Entity::find().filter(account::Column::LeftAt.is_null());
    if !app.settings().sign_in.demo {
        accounts = accounts.filter(account::Column::IsDemo.eq(false));
    }
    Ok(accounts.one(app.db().reader()).await?.is_some())
}

/// A demo account of somebody who works in a community.
#[derive(Clone, Debug, FromQueryResult)]
pub struct DemoAccount {
    pub login: String,
    pub name: String,
    pub post: PostKind,
    pub community_name: String,
}

/// The demo accounts that may sign in now, the first of each post in each community; none where the
/// demo does not run. They are published with the program.
pub async fn list_demo_accounts(app: &App) -> Result<Vec<DemoAccount>, ApiError> {
    use staff_member::Column::{CommunityId, CreatedAt, DeletedAt, Id, LeftAt, Post};
    if !app.settings().sign_in.demo {
        return Ok(Vec::new());
    }
    let member = account::Entity::belongs_to(staff_member::Entity)
        .from(account::Column::Id)
        .to(staff_member::Column::AccountId);
    let place = staff_member::Entity::belongs_to(community::Entity)
        .from(CommunityId)
        .to(community::Column::Id);
    let accounts = account::Entity::find()
        .join(JoinType::InnerJoin, member.into())
        .join(JoinType::InnerJoin, place.into())
        .filter(account::Column::IsDemo.eq(true))
        .filter(account::Column::LeftAt.is_null())
        .filter(LeftAt.is_null())
        .filter(DeletedAt.is_null())
        .select_only()
        .columns([account::Column::Login, account::Column::Name])
        .column(Post)
        .column_as(community::Column::Name, "community_name")
        .order_by_asc(CreatedAt)
        .order_by_asc(Id)
        .into_model::<DemoAccount>();
    let mut seen = HashSet::new();
    let mut accounts = accounts.all(app.db().reader()).await?;
    accounts.retain(|it| seen.insert((it.community_name.clone(), it.post)));
    Ok(accounts)
}

/// Whether nothing has been entered yet: neither people nor a community.
pub async fn is_unused(app: &App) -> Result<bool, ApiError> {
    let db = app.db().reader();
    let account = account::Entity::find().one(db).await?;
    let community = community::Entity::find().one(db).await?;
    Ok(account.is_none() && community.is_none())
}
