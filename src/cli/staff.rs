//! `xunfang staff`

use std::env::{self, VarError};
use std::io::{IsTerminal as _, stdin};

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Args, Subcommand};
use entity::kinds::PostKind;
use sea_orm::{ActiveEnum as _, Iterable as _};

use super::{Failure, open, say};
use crate::areas::accounts::{NewPosition, NewStaff, add_staff, set_password};
use crate::config::{LogSettings, Settings, StorageSettings};
use crate::telemetry;

/// Look after the accounts of staff
#[derive(Args, Debug)]
pub struct Staff {
    #[command(subcommand)]
    command: StaffCommand,
}

#[derive(Debug, Subcommand)]
enum StaffCommand {
    Add(Add),
    Password(SetPassword),
}

impl Staff {
    pub async fn run(self) -> Result<(), Failure> {
        match self.command {
            StaffCommand::Add(add) => add.run().await,
            StaffCommand::Password(set) => set.run().await,
        }
    }
}

/// Add an account that can sign in, with a post if asked
///
/// The password comes from XUNFANG_PASSWORD; else it is asked for, or read from standard input
/// where that is no terminal.
#[derive(Args, Debug)]
#[command(after_long_help = EXAMPLES)]
struct Add {
    /// What is typed to sign in
    #[arg(long)]
    account: String,
    /// Name of the person
    #[arg(long)]
    name: String,
    /// May add accounts, and fill every post of every community
    #[arg(long)]
    administrator: bool,
    /// Name or code of the community to work in
    #[arg(long, value_name = "NAME|CODE", requires = "post")]
    community: Option<String>,
    /// Post to hold there
    #[arg(long, requires = "community", value_parser = post_parser())]
    post: Option<PostKind>,
    /// Zone to look after there
    #[arg(long, value_name = "NAME", requires = "post")]
    zone: Option<String>,
    #[command(flatten)]
    storage: StorageSettings,
    #[command(flatten)]
    log: LogSettings,
}

const EXAMPLES: &str = "\
Examples:
  xunfang staff add --account chief --name 陈主任 --administrator
  xunfang staff add --account li --name 李师傅 --community 云栖花园 --post maintenance_worker

With the embedded database, stop the server first; with PostgreSQL it may go on.";

/// Where the password may stand.
const PASSWORD_VARIABLE: &str = "XUNFANG_PASSWORD";

impl Add {
    async fn run(self) -> Result<(), Failure> {
        telemetry::start(&self.log.log, self.log.log_json)?;
        let position = self.community.zip(self.post);
        let staff = NewStaff {
            account: self.account,
            name: self.name,
            position: position.map(|(community, post)| NewPosition {
                community,
                post,
                zone: self.zone,
            }),
            is_administrator: self.administrator,
        };
        // Before the password is asked for, so that a database in use is told first.
        let app = open(Settings::of_command(self.storage, self.log)?).await?;
        let added = match password() {
            Ok(password) => add_staff(&app, &staff, password)
                .await
                .map_err(Failure::from),
            Err(failure) => Err(failure),
        };
        app.db().clone().close().await?;
        added?;
        say(format_args!("{} can sign in", staff.account));
        Ok(())
    }
}

/// Give an account a password, as one that came with an import needs
///
/// It is signed out everywhere. The password comes from XUNFANG_PASSWORD; else it is asked for, or
/// read from standard input where that is no terminal.
#[derive(Args, Debug)]
struct SetPassword {
    /// What is typed to sign in
    #[arg(long)]
    account: String,
    #[command(flatten)]
    storage: StorageSettings,
    #[command(flatten)]
    log: LogSettings,
}

impl SetPassword {
    async fn run(self) -> Result<(), Failure> {
        telemetry::start(&self.log.log, self.log.log_json)?;
        let app = open(Settings::of_command(self.storage, self.log)?).await?;
        let set = match password() {
            Ok(password) => set_password(&app, &self.account, password)
                .await
                .map_err(Failure::from),
            Err(failure) => Err(failure),
        };
        app.db().clone().close().await?;
        set?;
        say(format_args!("{} has a new password", self.account));
        Ok(())
    }
}

/// The password of the account, from wherever there is one.
fn password() -> Result<String, Failure> {
    match env::var(PASSWORD_VARIABLE) {
        Ok(password) => return Ok(password),
        Err(VarError::NotPresent) => {}
        Err(VarError::NotUnicode(_)) => {
            return Err(Failure::new(format!("{PASSWORD_VARIABLE} is not UTF-8")));
        }
    }
    if stdin().is_terminal() {
        let password = rpassword::prompt_password("Password: ")?;
        let again = rpassword::prompt_password("Once more: ")?;
        if password != again {
            return Err(Failure::new("the two passwords differ"));
        }
        return Ok(password);
    }
    let mut line = String::new();
    stdin().read_line(&mut line)?;
    let line = line.trim_end_matches(['\r', '\n']);
    if line.is_empty() {
        let missing =
            format!("there is no password: set {PASSWORD_VARIABLE}, or write it to standard input");
        return Err(Failure::new(missing));
    }
    Ok(line.to_owned())
}

/// A post by the word that the API knows it by.
fn post_parser() -> impl clap::builder::TypedValueParser<Value = PostKind> {
    let words: Vec<&'static str> = PostKind::iter()
        .map(|post| &*post.to_value().leak())
        .collect();
    PossibleValuesParser::new(words).try_map(|word| PostKind::try_from_value(&word))
}
