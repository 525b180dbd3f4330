//! Looking up accounts and sessions. They belong to no community; the caller asks for his own, or
//! checks with `access` before he tells.

use entity::accounts::{account, session};
use entity::estate::community;
use entity::ids::{AccountId, CommunityId, SessionId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::app::App;
use crate::auth::Viewer;
use crate::auth::viewer::SessionError;
use crate::error::ApiError;

/// The account behind a login, if it may sign in now.
pub async fn find_to_sign_in(app: &App, login: &str) -> Result<Option<account::Model>, ApiError> {
    let account = account::Entity::find()
        .filter(account::Column::Login.eq(login))
        .one(app.db().reader())
        .await?;
    let has_demo = app.settings().sign_in.demo;
    Ok(account.filter(|account| account.left_at.is_none() && (has_demo || !account.is_demo)))
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
    /// More than anybody looks through.
    const MOST: u64 = 100;
    let person = viewer.person().ok_or(SessionError::Unauthenticated)?;
    let sessions = session::Entity::find()
        .filter(session::Column::AccountId.eq(person.account_id))
        .order_by_desc(session::Column::LastContactAt)
        .order_by_asc(session::Column::Id)
        .limit(MOST);
    Ok(sessions.all(app.db().reader()).await?)
}

/// The community of this code.
pub async fn get_community(app: &App, code: &str) -> Result<CommunityId, ApiError> {
    let community = community::Entity::find()
        .filter(community::Column::Code.eq(code))
        .filter(community::Column::DeletedAt.is_null())
        .one(app.db().reader())
        .await?;
    let community = community.ok_or_else(|| ApiError::not_found("community"))?;
    Ok(community.id)
}
