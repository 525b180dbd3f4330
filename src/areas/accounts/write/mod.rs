//! Signing in and out, passwords, lost devices, and the first accounts.
//!
//! Passwords are hashed before a change is opened, so that nobody else waits for it.

use std::net::IpAddr;

use chrono::TimeDelta;
use entity::accounts::{account, session};
use entity::ids::{AccountId, SessionId};
use sea_orm::{ColumnTrait, Condition};

use super::access::may_revoke;
use super::error::AccountError;
use super::read;
use super::rules::{RefreshToken, Renewal, renew};
use crate::app::App;
use crate::auth::attempts::{Attempts, Who};
use crate::auth::token::Tokens;
use crate::auth::viewer::SessionError;
use crate::auth::{Person, Viewer, Viewers, login, password};
use crate::database::sealed::Purpose;
use crate::database::{Actor, Write};
use crate::error::ApiError;
use crate::text::{LINE, required_text, text};

mod add;
mod import;
mod set;
pub use add::{AddAccount, NewPosition, NewStaff, add_staff};
pub use import::{ImportStaff, ImportedStaff, ImportedStaffMember};
pub use set::{SetPassword, set_password};

/// The door of a process: signs tokens and counts attempts.
pub struct Entrance {
    app: App,
    viewers: Viewers,
    tokens: Result<Tokens, ApiError>,
    attempts: Attempts,
}

/// What somebody shows to be let in.
pub struct Credentials {
    pub account: String,
    pub password: String,
    pub device_id: String,
    pub device_name: String,
}

/// What somebody gets who was let in.
pub struct SignedIn {
    pub device_id: String,
    pub access_token: String,
    pub refresh_token: String,
    pub expires_in_ms: i64,
    pub viewer: Viewer,
}

impl Entrance {
    pub fn new(app: &App, viewers: Viewers) -> Self {
        Self {
            app: app.clone(),
            viewers,
            tokens: Tokens::new(app.keys()).map_err(ApiError::from),
            attempts: Attempts::new(app.clock().clone(), &app.settings().sign_in),
        }
    }

    /// Lets an account in on a device. An unknown account, one that has left and a wrong password
    /// get the same answer after the same time.
    pub async fn sign_in(
        &self,
        credentials: Credentials,
        address: Option<IpAddr>,
    ) -> Result<SignedIn, ApiError> {
        let login = login::normalised(&credentials.account);
        let login = required_text("account", &login, LINE)?;
        let device_id = &required_text("device.id", &credentials.device_id, LINE)?;
        let device_name = &text("device.name", &credentials.device_name, LINE)?;
        let known = read::find_device(&self.app, &login, device_id).await?;
        let who = known.map_or(Who::Account(&login), Who::Session);
        let attempt = self.attempts.begin(&who, address)?;

        let account = read::find_to_sign_in(&self.app, &login).await?;
        let hash = account
            .as_ref()
            .map(|account| account.password_hash.clone());
        let is_right = password::verify(credentials.password, hash).await;
        let Some(account) = account.filter(|_| is_right) else {
            attempt.failed();
            return Err(AccountError::SignInRefused.into());
        };

        let actor = actor(&account, None);
        let change = async |write: &mut Write| {
            write.load::<account::Model>([account.id]).await?;
            let of_device = Condition::all()
                .add(session::Column::AccountId.eq(account.id))
                .add(session::Column::DeviceId.eq(device_id));
            write.load_where::<session::Model>(of_device, true).await?;
            // Between the look and the lock he may have left, or changed his password.
            let is_same = write.get::<account::Model>(account.id).is_some_and(|now| {
                now.left_at.is_none() && now.password_hash == account.password_hash
            });
            if !is_same {
                return Err(AccountError::SignInRefused.into());
            }
            self.open_session(write, account.id, device_id, device_name)
        };
        let (device_id, token) = self.app.write(&actor, "sign in", change).await?;
        self.let_in(account.id, device_id, token).await
    }

    /// A new family of tokens, for the session that the device has or for a new one. Of two devices that
    /// are copies of each other the first to sign in goes on with their session; the other gets a name, and
    /// so a session, of its own, and neither signs the other out.
    fn open_session(
        &self,
        write: &mut Write,
        account: AccountId,
        device_id: &str,
        device_name: &str,
    ) -> Result<(String, RefreshToken), ApiError> {
        let (now, family) = (write.now(), write.new_id());
        let expires_at = now + self.refresh_life();
        let known = write
            .rows::<session::Model>()
            .find(|row| row.account_id == account && row.device_id == device_id)
            .cloned();
        let is_taken =
            |row: &session::Model| row.copied_at.is_some() && row.signed_out_at.is_none();
        let (device_id, known) = match known {
            Some(row) if row.revoked_at.is_some() => return Err(SessionError::Revoked.into()),
            Some(row) if is_taken(&row) => {
                // From now on they are two.
                write.update::<session::Model>(row.id, |row| row.copied_at = None)?;
                (write.new_id().to_string(), None)
            }
            known => (device_id.to_owned(), known.map(|row| row.id)),
        };
        let session_id = if let Some(id) = known {
            write.update::<session::Model>(id, |row| {
                device_name.clone_into(&mut row.device_name);
                row.refresh_family = family;
                row.refresh_generation = 0;
                row.refresh_expires_at = expires_at;
                row.refresh_confirmed_at = None;
                row.last_contact_at = now;
                row.signed_out_at = None;
            })?;
            id
        } else {
            let id = SessionId(write.new_id());
            write.insert(session::Model {
                id,
                account_id: account,
                device_id: device_id.clone(),
                device_name: device_name.to_owned(),
                refresh_family: family,
                refresh_generation: 0,
                refresh_expires_at: expires_at,
                refresh_confirmed_at: None,
                copied_at: None,
                last_contact_at: now,
                signed_out_at: None,
                revoked_at: None,
                revoked_reason: None,
                created_at: now,
                updated_at: now,
            })?;
            id
        };
        let token = RefreshToken {
            session_id,
            family,
            generation: 0,
        };
        Ok((device_id, token))
    }

    /// Exchanges a refresh token for its successor. The row of the session is locked meanwhile, so
    /// two exchanges of one token give the same successor.
    pub async fn refresh(&self, token: &str) -> Result<SignedIn, ApiError> {
        let token: RefreshToken = self
            .app
            .keys()
            .open_token(Purpose::Refresh, token)
            .map_err(|_| AccountError::RefreshRefused)?;
        let session = read::find_session(&self.app, token.session_id).await?;
        let session = session.ok_or(AccountError::RefreshRefused)?;
        let account = read::get_account(&self.app, session.account_id).await?;
        if account.is_demo && !self.app.settings().sign_in.demo {
            return Err(AccountError::RefreshRefused.into());
        }
        let actor = actor(&account, Some(session.id));
        let change = async |write: &mut Write| {
            write.load::<session::Model>([token.session_id]).await?;
            self.renew_session(write, &token)
        };
        let renewal = self.app.write(&actor, "refresh session", change).await?;
        match renewal {
            Renewal::Advance(generation) | Renewal::Repeat(generation) => {
                let next = RefreshToken {
                    generation,
                    ..token
                };
                self.let_in(account.id, session.device_id, next).await
            }
            Renewal::Reused => Err(AccountError::DeviceCopied.into()),
            // The other of the two hears why its sign-in has ended too.
            Renewal::Refused if session.copied_at.is_some() => {
                Err(AccountError::DeviceCopied.into())
            }
            Renewal::Refused => Err(AccountError::RefreshRefused.into()),
            Renewal::Revoked => Err(SessionError::Revoked.into()),
        }
    }

    fn renew_session(&self, write: &mut Write, token: &RefreshToken) -> Result<Renewal, ApiError> {
        let (now, family) = (write.now(), write.new_id());
        let Some(session) = write.get::<session::Model>(token.session_id) else {
            return Ok(Renewal::Refused);
        };
        let renewal = renew(session, token, now);
        match renewal {
            Renewal::Advance(generation) => {
                let expires_at = now + self.refresh_life();
                write.update::<session::Model>(token.session_id, |row| {
                    row.refresh_generation = generation;
                    row.refresh_expires_at = expires_at;
                    row.refresh_confirmed_at = None;
                    row.last_contact_at = now;
                })?;
            }
            Renewal::Reused => {
                tracing::warn!(session.id = %token.session_id, "a used refresh token came back");
                write.update::<session::Model>(token.session_id, |row| {
                    row.signed_out_at = Some(now);
                    row.copied_at = Some(now);
                    row.refresh_family = family;
                })?;
            }
            Renewal::Repeat(_) | Renewal::Refused | Renewal::Revoked => {}
        }
        Ok(renewal)
    }

    async fn let_in(
        &self,
        account: AccountId,
        device_id: String,
        token: RefreshToken,
    ) -> Result<SignedIn, ApiError> {
        let tokens = self.tokens.as_ref().map_err(Clone::clone)?;
        let (now, seconds) = (
            self.app.clock().now(),
            self.app.settings().sign_in.access_token_seconds,
        );
        Ok(SignedIn {
            device_id,
            access_token: tokens.issue(
                account,
                (token.session_id, token.generation),
                now,
                seconds,
            )?,
            refresh_token: self.app.keys().seal_token(Purpose::Refresh, &token)?,
            expires_in_ms: seconds.saturating_mul(1000),
            viewer: self.viewers.of_session(token.session_id).await?,
        })
    }

    /// Ends the viewer's session; what its phone holds unsent stays on the phone.
    pub async fn sign_out(&self, viewer: &Viewer) -> Result<SessionId, ApiError> {
        let session = person(viewer)?.session_id;
        let change = async |write: &mut Write| {
            write.load::<session::Model>([session]).await?;
            end_session(write, session)
        };
        self.app.write(&viewer.actor(), "sign out", change).await?;
        Ok(session)
    }

    /// Gives the viewer's account another password and signs his other sessions out; tells which.
    pub async fn change_password(
        &self,
        viewer: &Viewer,
        old_password: String,
        new_password: String,
        address: Option<IpAddr>,
    ) -> Result<Vec<SessionId>, ApiError> {
        let person = person(viewer)?;
        let account = read::get_account(&self.app, person.account_id).await?;
        if account.left_at.is_some() {
            return Err(AccountError::HasLeft.into());
        }
        if account.is_demo {
            return Err(AccountError::IsDemo.into());
        }
        password::check(&new_password, &[&account.login, &account.name])
            .map_err(AccountError::from)?;
        let attempt = self
            .attempts
            .begin(&Who::Session(person.session_id), address)?;
        if !password::verify(old_password, Some(account.password_hash.clone())).await {
            attempt.failed();
            return Err(AccountError::OldPasswordWrong.into());
        }
        let hash = password::hash(new_password).await?;
        let change = async |write: &mut Write| {
            write.load::<account::Model>([account.id]).await?;
            let open = Condition::all()
                .add(session::Column::AccountId.eq(account.id))
                .add(session::Column::SignedOutAt.is_null());
            write.load_where::<session::Model>(open, true).await?;
            let now = write.get::<account::Model>(account.id);
            if now.is_none_or(|now| now.password_hash != account.password_hash) {
                return Err(AccountError::OldPasswordWrong.into());
            }
            write
                .update::<account::Model>(account.id, |row| row.password_hash.clone_from(&hash))?;
            let others: Vec<SessionId> = write
                .rows::<session::Model>()
                .map(|row| row.id)
                .filter(|id| *id != person.session_id)
                .collect();
            for other in &others {
                end_session(write, *other)?;
            }
            Ok(others)
        };
        let actor = viewer.actor();
        self.app.write(&actor, "change password", change).await
    }

    /// The devices of somebody whose lost device the viewer may report, last heard of first.
    pub async fn list_devices(
        &self,
        viewer: &Viewer,
        owner: Option<AccountId>,
    ) -> Result<Vec<session::Model>, ApiError> {
        let Some(owner) = owner else {
            return Ok(Vec::new());
        };
        let standing = self.viewers.standing_of(owner).await?;
        if !may_revoke(viewer, owner, &standing) {
            return Err(ApiError::forbidden());
        }
        read::list_sessions(&self.app, owner).await
    }

    /// Reports a device lost. It is refused from now on, and told to wipe itself.
    pub async fn revoke_device(
        &self,
        viewer: &Viewer,
        session_id: SessionId,
        reason: &str,
    ) -> Result<session::Model, ApiError> {
        let reason = required_text("reason", reason, LINE)?;
        let unknown = || ApiError::not_found("session");
        let session = read::find_session(&self.app, session_id).await?;
        let session = session.ok_or_else(unknown)?;
        let standing = self.viewers.standing_of(session.account_id).await?;
        if !may_revoke(viewer, session.account_id, &standing) {
            return Err(unknown());
        }
        let change = async |write: &mut Write| {
            write.load::<session::Model>([session_id]).await?;
            let (now, family) = (write.now(), write.new_id());
            write.update::<session::Model>(session_id, |row| {
                // The first report stands.
                if row.revoked_at.is_none() {
                    row.revoked_at = Some(now);
                    row.revoked_reason = Some(reason.clone());
                    row.refresh_family = family;
                }
            })?;
            let row = write.get::<session::Model>(session_id);
            row.cloned().ok_or_else(unknown)
        };
        let actor = viewer.actor();
        self.app.write(&actor, "revoke device", change).await
    }

    fn refresh_life(&self) -> TimeDelta {
        TimeDelta::days(self.app.settings().sign_in.refresh_token_days)
    }
}

fn end_session(write: &mut Write, id: SessionId) -> Result<(), ApiError> {
    let (now, family) = (write.now(), write.new_id());
    write.update::<session::Model>(id, |row| {
        row.signed_out_at = Some(now);
        row.refresh_family = family;
    })
}

fn actor(account: &account::Model, session: Option<SessionId>) -> Actor {
    Actor {
        account_id: Some(account.id.into()),
        session_id: session.map(Into::into),
        name: account.name.clone(),
    }
}

fn person(viewer: &Viewer) -> Result<&Person, SessionError> {
    viewer.person().ok_or(SessionError::Unauthenticated)
}
