//! Signing in and the viewer in the API.

use std::net::IpAddr;

use async_graphql::{Context, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::accounts::session;
use entity::ids::AccountId;
use uuid::Uuid;

use super::read;
use super::write::{Credentials, Entrance, SignedIn};
use crate::areas::organisation::get_staff_member;
use crate::areas::organisation::graphql::Post;
use crate::auth;
use crate::error::ApiError;
use crate::graphql::context::Caller;
use crate::graphql::{ContextExt, limits};

/// Whoever is signed in, and what he may reach.
pub struct Viewer(pub auth::Viewer);

/// A post the viewer holds in a community.
#[derive(SimpleObject)]
pub struct ViewerPosition {
    community_id: Uuid,
    staff_member_id: Uuid,
    post: Post,
    /// The zone he answers for.
    zone_id: Option<Uuid>,
}

/// Who the viewer is to a community he lives in.
#[derive(SimpleObject)]
pub struct ViewerParty {
    community_id: Uuid,
    party_id: Uuid,
}

#[Object]
impl Viewer {
    /// What he types to sign in.
    #[graphql(complexity = "limits::statements(1)")]
    async fn account(&self, ctx: &Context<'_>) -> Result<String, ApiError> {
        Ok(read::get_own_account(ctx.app(), &self.0).await?.login)
    }

    async fn account_id(&self) -> Option<Uuid> {
        self.0.person().map(|person| person.account_id.into())
    }

    async fn name(&self) -> Option<&str> {
        self.0.person().map(|person| person.name.as_str())
    }

    /// May add staff and communities.
    async fn is_administrator(&self) -> bool {
        self.0
            .person()
            .is_some_and(|person| person.is_administrator)
    }

    /// The account has left: push what the phone still holds, then wipe it.
    async fn has_left(&self) -> bool {
        self.0.person().is_some_and(|person| person.has_left)
    }

    /// The posts he holds, one per community.
    async fn positions(&self) -> Vec<ViewerPosition> {
        let positions = self.0.person().into_iter().flat_map(|it| &it.positions);
        positions
            .map(|(community, position)| ViewerPosition {
                community_id: (*community).into(),
                staff_member_id: position.staff_member_id.into(),
                post: position.post.into(),
                zone_id: position.zone_id.map(Uuid::from),
            })
            .collect()
    }

    /// The resident he is, one per community.
    async fn parties(&self) -> Vec<ViewerParty> {
        let parties = self.0.person().into_iter().flat_map(|it| &it.parties);
        parties
            .map(|(community, party)| ViewerParty {
                community_id: (*community).into(),
                party_id: (*party).into(),
            })
            .collect()
    }

    /// The session he calls from.
    #[graphql(complexity = "limits::statements(1) + child_complexity")]
    async fn session(&self, ctx: &Context<'_>) -> Result<Session, ApiError> {
        Ok(Session(read::get_own_session(ctx.app(), &self.0).await?))
    }
}

/// One account on one device.
pub struct Session(pub session::Model);

/// A device.
#[derive(SimpleObject)]
pub struct Device {
    /// The device's own name for itself.
    id: String,
    /// As a person reads it: `Redmi Note 13`.
    name: String,
}

#[Object]
impl Session {
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    async fn device(&self) -> Device {
        Device {
            id: self.0.device_id.clone(),
            name: self.0.device_name.clone(),
        }
    }

    /// Whether this is the session the viewer calls from.
    async fn is_current(&self, ctx: &Context<'_>) -> bool {
        let viewer = ctx.viewer().ok().and_then(auth::Viewer::person);
        viewer.is_some_and(|person| person.session_id == self.0.id)
    }

    /// When it was last heard of, to a minute or so.
    async fn last_contact_at(&self) -> DateTime<Utc> {
        self.0.last_contact_at
    }

    /// When it was signed out.
    async fn signed_out_at(&self) -> Option<DateTime<Utc>> {
        self.0.signed_out_at
    }

    /// When two devices were found to use this sign-in: a phone restored from a backup beside the old one,
    /// or a stolen token. Null as long as there is no sign of it, and when each has a sign-in of its own.
    async fn copied_at(&self) -> Option<DateTime<Utc>> {
        self.0.copied_at
    }

    /// When the device was reported lost.
    async fn revoked_at(&self) -> Option<DateTime<Utc>> {
        self.0.revoked_at
    }
}

#[derive(InputObject)]
pub struct DeviceInput {
    /// Made by the app on its first start and kept, one per device.
    id: String,
    /// As a person reads it: `Redmi Note 13`.
    name: String,
}

#[derive(InputObject)]
pub struct SignInInput {
    account: String,
    #[graphql(secret)]
    password: String,
    device: DeviceInput,
}

#[derive(InputObject)]
pub struct RefreshSessionInput {
    #[graphql(secret)]
    refresh_token: String,
}

#[derive(InputObject)]
pub struct ChangePasswordInput {
    #[graphql(secret)]
    old_password: String,
    /// 8 to 128 characters, and not easy to guess.
    #[graphql(secret)]
    new_password: String,
}

#[derive(InputObject)]
pub struct RevokeDeviceInput {
    session_id: Uuid,
    /// Why, for those who look it up later.
    reason: String,
}

/// A session that may go on.
#[derive(SimpleObject)]
pub struct SessionPayload {
    /// The id of the device from now on: as it was sent, or a new one where another device has been using
    /// it. Keep it for the next sign-in.
    device_id: String,
    /// Goes into `Authorization: Bearer …`.
    access_token: String,
    /// Gives the next pair of tokens; keep it until that pair has been used.
    refresh_token: String,
    /// Life of the access token.
    expires_in_ms: i64,
    viewer: Viewer,
}

impl From<SignedIn> for SessionPayload {
    fn from(signed_in: SignedIn) -> Self {
        Self {
            device_id: signed_in.device_id,
            access_token: signed_in.access_token,
            refresh_token: signed_in.refresh_token,
            expires_in_ms: signed_in.expires_in_ms,
            viewer: Viewer(signed_in.viewer),
        }
    }
}

#[derive(SimpleObject)]
pub struct SignOutPayload {
    session_id: Uuid,
}

#[derive(SimpleObject)]
pub struct ChangePasswordPayload {
    /// The other sessions of the account, which were signed out.
    signed_out_session_ids: Vec<Uuid>,
}

#[derive(SimpleObject)]
pub struct RevokeDevicePayload {
    session: Session,
}

/// The demo, and who may sign in to it.
#[derive(SimpleObject)]
pub struct Demo {
    /// The password of all its accounts; null where another than the published one was chosen.
    password: Option<&'static str>,
    /// One account of each post in each community.
    accounts: Vec<DemoAccount>,
}

/// An account to try the demo with.
#[derive(SimpleObject)]
pub struct DemoAccount {
    account: String,
    name: String,
    post: Post,
    community_name: String,
}

#[derive(Default)]
pub struct AccountsQuery;

#[Object]
impl AccountsQuery {
    /// Who may sign in to the demo; null where no demo runs. Needs no sign-in.
    #[graphql(complexity = "limits::whole(10, child_complexity)")]
    async fn demo(&self, ctx: &Context<'_>) -> Result<Option<Demo>, ApiError> {
        let settings = &ctx.app().settings().sign_in;
        let accounts = read::list_demo_accounts(ctx.app()).await?;
        let account = |it: read::DemoAccount| DemoAccount {
            account: it.login,
            name: it.name,
            post: it.post.into(),
            community_name: it.community_name,
        };
        Ok(settings.demo.then(|| Demo {
            password: settings.published_password(),
            accounts: accounts.into_iter().map(account).collect(),
        }))
    }

    /// Whoever is signed in.
    #[expect(clippy::unused_async, reason = "resolvers must be")]
    async fn me(&self, ctx: &Context<'_>) -> Result<Viewer, ApiError> {
        Ok(Viewer(ctx.viewer()?.clone()))
    }

    /// The devices that one of the staff signed in from, last heard of first: to report a lost one. For
    /// those above him in his community, and administrators.
    async fn staff_devices(
        &self,
        ctx: &Context<'_>,
        staff_member_id: Uuid,
    ) -> Result<Vec<Session>, ApiError> {
        let viewer = ctx.viewer()?;
        let member = get_staff_member(ctx.app(), viewer, staff_member_id.into()).await?;
        list_devices(ctx, Some(member.account_id)).await
    }

    /// The devices the viewer signed in from, last heard of first.
    #[graphql(complexity = "limits::whole(5, child_complexity)")]
    async fn my_sessions(&self, ctx: &Context<'_>) -> Result<Vec<Session>, ApiError> {
        let sessions = read::list_own_sessions(ctx.app(), ctx.viewer()?).await?;
        Ok(sessions.into_iter().map(Session).collect())
    }
}

#[derive(Default)]
pub struct AccountsMutation;

#[Object]
impl AccountsMutation {
    /// Signs an account in on a device. Signing in again on the same device continues its session.
    async fn sign_in(
        &self,
        ctx: &Context<'_>,
        input: SignInInput,
    ) -> Result<SessionPayload, ApiError> {
        let credentials = Credentials {
            account: input.account,
            password: input.password,
            device_id: input.device.id,
            device_name: input.device.name,
        };
        let signed_in = entrance(ctx).sign_in(credentials, address(ctx)).await?;
        Ok(signed_in.into())
    }

    /// Exchanges a refresh token for the next pair of tokens. When the answer was lost, ask again
    /// with the same token. Store the new pair before you use it: a token that comes back more than two
    /// minutes after its successor was used is a copy, and ends the session with `DEVICE_COPIED`.
    async fn refresh_session(
        &self,
        ctx: &Context<'_>,
        input: RefreshSessionInput,
    ) -> Result<SessionPayload, ApiError> {
        Ok(entrance(ctx).refresh(&input.refresh_token).await?.into())
    }

    /// Ends the session of this device.
    async fn sign_out(&self, ctx: &Context<'_>) -> Result<SignOutPayload, ApiError> {
        let session = entrance(ctx).sign_out(ctx.viewer()?).await?;
        Ok(SignOutPayload {
            session_id: session.into(),
        })
    }

    /// Changes the viewer's password and signs his other devices out.
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        input: ChangePasswordInput,
    ) -> Result<ChangePasswordPayload, ApiError> {
        let (viewer, address) = (ctx.viewer()?, address(ctx));
        let ended = entrance(ctx)
            .change_password(viewer, input.old_password, input.new_password, address)
            .await?;
        Ok(ChangePasswordPayload {
            signed_out_session_ids: ended.into_iter().map(Uuid::from).collect(),
        })
    }

    /// Reports a device lost: it is refused from now on and told to wipe itself. One's own
    /// devices; those of people in a community for its office, and any for administrators.
    async fn revoke_device(
        &self,
        ctx: &Context<'_>,
        input: RevokeDeviceInput,
    ) -> Result<RevokeDevicePayload, ApiError> {
        let session = entrance(ctx)
            .revoke_device(ctx.viewer()?, input.session_id.into(), &input.reason)
            .await?;
        Ok(RevokeDevicePayload {
            session: Session(session),
        })
    }
}

/// The devices of an account, for those who may report them lost.
pub async fn list_devices(
    ctx: &Context<'_>,
    owner: Option<AccountId>,
) -> Result<Vec<Session>, ApiError> {
    let sessions = entrance(ctx).list_devices(ctx.viewer()?, owner).await?;
    Ok(sessions.into_iter().map(Session).collect())
}

fn entrance<'a>(ctx: &'a Context<'_>) -> &'a Entrance {
    ctx.data_unchecked()
}

fn address(ctx: &Context<'_>) -> Option<IpAddr> {
    ctx.data_opt::<Caller>().and_then(|caller| caller.0)
}
