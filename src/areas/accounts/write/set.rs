//! Giving an account a password: a new one from a list has none, and people forget theirs.

use entity::accounts::{account, session};
use entity::ids::{AccountId, SessionId};
use sea_orm::{ColumnTrait, Condition};

use super::super::access::may_add_accounts;
use super::super::error::AccountError;
use super::end_session;
use crate::app::App;
use crate::auth::{Viewer, login, password};
use crate::command::{self, Command, Occasion};
use crate::database::Write;
use crate::error::ApiError;

/// Gives an account another password and signs it out everywhere. For administrators.
#[derive(Clone)]
pub struct SetPassword {
    pub account: String,
    /// From [`password::hash`].
    pub password_hash: String,
}

impl Command for SetPassword {
    const KIND: &'static str = "account.set_password";
    type Output = AccountId;

    async fn prefetch(batch: &[&Self], _: &Viewer, write: &mut Write) -> Result<(), ApiError> {
        let logins = batch.iter().map(|command| &*command.account);
        let named = login::accounts_of(logins);
        write.load_where::<account::Model>(named, true).await?;
        let accounts: Vec<AccountId> = write.rows::<account::Model>().map(|row| row.id).collect();
        let open = Condition::all()
            .add(session::Column::AccountId.is_in(accounts))
            .add(session::Column::SignedOutAt.is_null());
        Ok(write.load_where::<session::Model>(open, true).await?)
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
        let account = write.rows::<account::Model>().find(|it| it.login == login);
        let account = account.ok_or_else(|| ApiError::not_found("account"))?;
        if account.is_demo {
            return Err(AccountError::IsDemo.into());
        }
        if account.left_at.is_some() {
            return Err(AccountError::HasLeft.into());
        }
        let id = account.id;
        write.update::<account::Model>(id, |row| {
            row.password_hash.clone_from(&self.password_hash);
        })?;
        let sessions = write.rows::<session::Model>();
        let sessions: Vec<SessionId> = sessions
            .filter(|row| row.account_id == id)
            .map(|row| row.id)
            .collect();
        for session in sessions {
            end_session(write, session)?;
        }
        Ok(id)
    }
}

/// Sets the password of an account, from the command line.
pub async fn set_password(
    app: &App,
    account: &str,
    password: String,
) -> Result<AccountId, ApiError> {
    password::check(&password, &[account])?;
    let set = SetPassword {
        account: account.to_owned(),
        password_hash: password::hash(password).await?,
    };
    command::run(app, &Viewer::system(), &set).await
}
