//! Signing in and the viewer in the API.

use std::net::IpAddr;

use async_graphql::{Context, Description, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entity::accounts::session;
use entity::ids::AccountId;
use entity::kinds::PostKind;
use uuid::Uuid;

use super::read;
use super::write::{Credentials, Entrance, SignedIn};
use crate::areas::organisation::get_staff_member;
use crate::auth;
use crate::error::ApiError;
use crate::graphql::context::Caller;
use crate::graphql::{ContextExt, limits};

/// The person who is signed in, and what he may reach.
#[derive(Description)]
pub struct Viewer(pub auth::Viewer);

/// A post that the viewer holds in a community.
#[derive(SimpleObject)]
pub struct ViewerPosition {
    /// The community.
    community_id: Uuid,
    /// Who he is among its staff.
    staff_member_id: Uuid,
    /// The post.
    post: PostKind,
    /// The zone he answers for; null when he answers for none.
    zone_id: Option<Uuid>,
}

/// Who the viewer is among the residents of a community.
#[derive(SimpleObject)]
pub struct ViewerParty {
    /// The community.
    community_id: Uuid,
    /// The party.
    party_id: Uuid,
}

#[Object(use_type_description)]
impl Viewer {
    /// What he types to sign in.
    #[graphql(complexity = "limits::statements(1)")]
    async fn account(&self, ctx: &Context<'_>) -> Result<String, ApiError> {
        Ok(read::get_own_account(ctx.app(), &self.0).await?.login)
    }

    /// His account.
    async fn account_id(&self) -> Option<Uuid> {
        self.0.person().map(|person| person.account_id.into())
    }

    /// Name of the person.
    async fn name(&self) -> Option<&str> {
        self.0.person().map(|person| person.name.as_str())
    }

    /// Whether he administers the company: he may appoint staff and lay out every community.
    async fn is_administrator(&self) -> bool {
        self.0
            .person()
            .is_some_and(|person| person.is_administrator)
    }

    /// Whether the account has left: the phone pushes what it still holds, then wipes itself.
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
                post: position.post,
                zone_id: position.zone_id.map(Uuid::from),
            })
            .collect()
    }

    /// The residents he is, one per community.
    async fn parties(&self) -> Vec<ViewerParty> {
        let parties = self.0.person().into_iter().flat_map(|it| &it.parties);
        parties
            .map(|(community, party)| ViewerParty {
                community_id: (*community).into(),
                party_id: (*party).into(),
            })
            .collect()
    }

    /// The session of this call.
    #[graphql(complexity = "limits::statements(1) + child_complexity")]
    async fn session(&self, ctx: &Context<'_>) -> Result<Session, ApiError> {
        Ok(Session(read::get_own_session(ctx.app(), &self.0).await?))
    }
}

/// One account signed in on one device.
#[derive(Description)]
pub struct Session(pub session::Model);

/// A device.
#[derive(SimpleObject)]
pub struct Device {
    /// Made by the app; tells the devices of an account apart.
    id: String,
    /// As a person reads it: `Redmi Note 13`.
    name: String,
}

#[Object(use_type_description)]
impl Session {
    /// Never changes: signing in again on the same device continues the session.
    async fn id(&self) -> Uuid {
        self.0.id.into()
    }

    /// The device.
    async fn device(&self) -> Device {
        Device {
            id: self.0.device_id.clone(),
            name: self.0.device_name.clone(),
        }
    }

    /// Whether it is the session of this call.
    async fn is_current(&self, ctx: &Context<'_>) -> bool {
        let viewer = ctx.viewer().ok().and_then(auth::Viewer::person);
        viewer.is_some_and(|person| person.session_id == self.0.id)
    }

    /// When the server last heard of it, to about a minute.
    async fn last_contact_at(&self) -> DateTime<Utc> {
        self.0.last_contact_at
    }

    /// When it was signed out; null while it is signed in.
    async fn signed_out_at(&self) -> Option<DateTime<Utc>> {
        self.0.signed_out_at
    }

    /// When two devices were found to use this sign-in: a phone restored from a backup and the old one,
    /// or a stolen token. Null when there is no sign of it, and once each has a sign-in of its own.
    async fn copied_at(&self) -> Option<DateTime<Utc>> {
        self.0.copied_at
    }

    /// When the device was reported lost; null when it was not.
    async fn revoked_at(&self) -> Option<DateTime<Utc>> {
        self.0.revoked_at
    }
}

/// The device that signs in.
#[derive(InputObject)]
pub struct DeviceInput {
    /// Made by the app on its first start and kept: one per device, 1 to 200 characters.
    id: String,
    /// As a person reads it: `Redmi Note 13`.
    name: String,
}

/// Who signs in, and on which device.
#[derive(InputObject)]
pub struct SignInInput {
    /// What the person types: the name of the account.
    account: String,
    /// The password.
    #[graphql(secret)]
    password: String,
    /// The device.
    device: DeviceInput,
}

/// A refresh token to exchange.
#[derive(InputObject)]
pub struct RefreshSessionInput {
    /// The newest one of the device.
    #[graphql(secret)]
    refresh_token: String,
}

/// The password as it was and as it is to be.
#[derive(InputObject)]
pub struct ChangePasswordInput {
    /// The present password.
    #[graphql(secret)]
    old_password: String,
    /// 8 to 128 characters, and not easy to guess.
    #[graphql(secret)]
    new_password: String,
}

/// A device that was lost.
#[derive(InputObject)]
pub struct RevokeDeviceInput {
    /// The session on that device.
    session_id: Uuid,
    /// Why, for those who look it up later; 1 to 200 characters.
    reason: String,
}

/// A session that may go on, with its tokens.
#[derive(SimpleObject)]
pub struct SessionPayload {
    /// The id of the device from now on: the one that was sent, or a new one when another device uses
    /// that. Keep it for the next sign-in.
    device_id: String,
    /// Goes into the header `Authorization: Bearer …` of each request.
    access_token: String,
    /// Gives the next pair of tokens, by `refreshSession`; keep it until the next pair has been used.
    refresh_token: String,
    /// How long the access token is valid, in milliseconds.
    expires_in_ms: i64,
    /// Who is signed in now.
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

/// The session that ended.
#[derive(SimpleObject)]
pub struct SignOutPayload {
    /// The session.
    session_id: Uuid,
}

/// What the change of the password ended.
#[derive(SimpleObject)]
pub struct ChangePasswordPayload {
    /// The other sessions of the account, which were signed out.
    signed_out_session_ids: Vec<Uuid>,
}

/// The session on the lost device.
#[derive(SimpleObject)]
pub struct RevokeDevicePayload {
    /// As it is now, with `revokedAt`.
    session: Session,
}

/// The demo, and who may sign in to it.
#[derive(SimpleObject)]
pub struct Demo {
    /// The password of all its accounts; null when another than the published one was chosen.
    password: Option<&'static str>,
    /// One account of each post in each community.
    accounts: Vec<DemoAccount>,
}

/// An account to try the demo with.
#[derive(SimpleObject)]
pub struct DemoAccount {
    /// What to type to sign in.
    account: String,
    /// Name of the person.
    name: String,
    /// The post he holds.
    post: PostKind,
    /// The community he works in.
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
            post: it.post,
            community_name: it.community_name,
        };
        Ok(settings.demo.then(|| Demo {
            password: settings.published_password(),
            accounts: accounts.into_iter().map(account).collect(),
        }))
    }

    /// The person who is signed in.
    #[expect(clippy::unused_async, reason = "resolvers must be")]
    async fn me(&self, ctx: &Context<'_>) -> Result<Viewer, ApiError> {
        Ok(Viewer(ctx.viewer()?.clone()))
    }

    /// The devices that a staff member signed in from, last contact first, to report a lost one. For
    /// those above him in his community, and administrators.
    async fn staff_devices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The staff member.")] staff_member_id: Uuid,
    ) -> Result<Vec<Session>, ApiError> {
        let viewer = ctx.viewer()?;
        let member = get_staff_member(ctx.app(), viewer, staff_member_id.into()).await?;
        list_devices(ctx, Some(member.account_id)).await
    }

    /// The devices the viewer signed in from, last contact first.
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
    /// Signs an account in on a device; on the same device again it continues the session. Needs no
    /// sign-in.
    /// Refused with `SIGN_IN_REFUSED`, `INVALID_INPUT`, `RATE_LIMITED`, `DEVICE_REVOKED`.
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

    /// Exchanges a refresh token for the next pair of tokens. When the answer was lost, ask again with
    /// the same token. Store the new pair before you use it: a token that comes back more than two
    /// minutes after its successor was used is a copy, and ends the session. Needs no sign-in.
    /// Refused with `REFRESH_REFUSED`, `DEVICE_COPIED`, `DEVICE_REVOKED`.
    async fn refresh_session(
        &self,
        ctx: &Context<'_>,
        input: RefreshSessionInput,
    ) -> Result<SessionPayload, ApiError> {
        Ok(entrance(ctx).refresh(&input.refresh_token).await?.into())
    }

    /// Ends the session of this device; what its phone holds unsent stays there.
    /// Refused with `UNAUTHENTICATED`.
    async fn sign_out(&self, ctx: &Context<'_>) -> Result<SignOutPayload, ApiError> {
        let session = entrance(ctx).sign_out(ctx.viewer()?).await?;
        Ok(SignOutPayload {
            session_id: session.into(),
        })
    }

    /// Changes the viewer's password and signs his other devices out.
    /// Refused with `FORBIDDEN`, `INVALID_INPUT`, `PASSWORD_UNSUITABLE`, `RATE_LIMITED`, `ACCOUNT_LEFT`.
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

    /// Reports a device lost: it is refused from now on and wipes itself. For one's own devices, for
    /// the office those of people in its community, for administrators all.
    /// Refused with `NOT_FOUND`, `INVALID_INPUT`.
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
