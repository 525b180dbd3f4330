//! Adding accounts: the first administrator, staff, the demo's people.

use entity::accounts::account;
use entity::ids::AccountId;
use entity::kinds::PostKind;

use super::super::access::may_add_accounts;
use super::super::error::AccountError;
use super::super::read;
use crate::app::App;
use crate::areas::estate::get_community_named;
use crate::areas::organisation::AppointStaffMember;
use crate::auth::{Viewer, login, password};
use crate::command::{Command, Occasion};
use crate::database::Write;
use crate::error::ApiError;
use crate::text::{LINE, required_text};

/// Makes an account that can sign in. For administrators.
#[derive(Clone)]
pub struct AddAccount {
    /// What is typed to sign in; taken without regard to case.
    pub account: String,
    pub name: String,
    /// From [`password::hash`].
    pub password_hash: String,
    pub is_administrator: bool,
    pub is_demo: bool,
}

impl Command for AddAccount {
    const KIND: &'static str = "account.add";
    type Output = AccountId;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let logins = batch.iter().map(|command| &*command.account);
        let taken = login::accounts_of(logins);
        Ok(write.load_where::<account::Model>(taken, false).await?)
    }

    fn decide(
        &self,
        _: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<AccountId, ApiError> {
        if !may_add_accounts(viewer) {
            return Err(ApiError::forbidden());
        }
        let login = login::normalised(&self.account);
        let login = required_text("account", &login, LINE)?;
        let name = required_text("name", &self.name, LINE)?;
        if write.rows::<account::Model>().any(|row| row.login == login) {
            return Err(AccountError::LoginTaken.into());
        }
        let id = AccountId(write.new_id());
        write.insert(account::Model {
            id,
            login,
            name,
            password_hash: self.password_hash.clone(),
            is_administrator: self.is_administrator,
            is_demo: self.is_demo,
            left_at: None,
            created_at: write.now(),
            updated_at: write.now(),
        })?;
        Ok(id)
    }
}

/// A new member of staff, as the command line names him.
#[derive(Clone, Debug)]
pub struct NewStaff {
    pub account: String,
    pub name: String,
    pub position: Option<NewPosition>,
    pub is_administrator: bool,
}

/// Where a new member of staff works, and as what.
#[derive(Clone, Debug)]
pub struct NewPosition {
    /// Name or code of the community.
    pub community: String,
    pub post: PostKind,
    /// Name of the zone.
    pub zone: Option<String>,
}

/// Adds an account and, if asked, appoints it, all or nothing.
pub async fn add_staff(
    app: &App,
    staff: &NewStaff,
    password: String,
) -> Result<AccountId, ApiError> {
    let system = Viewer::system();
    password::check(&password, &[&staff.account, &staff.name])?;
    let account = AddAccount {
        account: staff.account.clone(),
        name: staff.name.clone(),
        password_hash: password::hash(password).await?,
        is_administrator: staff.is_administrator,
        is_demo: false,
    };
    let appointment = match &staff.position {
        None => None,
        Some(position) => {
            let community_id = get_community_named(app, &system, &position.community)
                .await?
                .id;
            let zone_id = match &position.zone {
                None => None,
                Some(zone) => Some(read::get_zone(app, community_id, zone).await?),
            };
            Some(AppointStaffMember {
                community_id,
                account: staff.account.clone(),
                post: position.post,
                zone_id,
            })
        }
    };
    let change = async |write: &mut Write| {
        AddAccount::prefetch(&[&account], &system, write).await?;
        let id = account.decide(&Occasion::now(write), &system, write)?;
        if let Some(appointment) = &appointment {
            AppointStaffMember::prefetch(&[appointment], &system, write).await?;
            appointment.decide(&Occasion::now(write), &system, write)?;
        }
        Ok(id)
    };
    app.write(&system.actor(), "add staff", change).await
}
