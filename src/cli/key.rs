//! `xunfang key`

use std::path::Path;

use clap::{Args, Subcommand};

use super::{Failure, keyring, open_database, say};
use crate::app::App;
use crate::auth::Viewer;
use crate::config::{LogSettings, Settings, StorageSettings};
use crate::database::reseal::{COLUMNS, Resealed, reseal_some};
use crate::database::sealed::Keyring;
use crate::database::write::Write;
use crate::database::{key_file, sealing};
use crate::telemetry;

/// Change the master key, or begin with a new one when it is lost
///
/// The key file holds one key a line: the present one first, with which everything is sealed, then
/// earlier ones, with which is read what has not been sealed anew. With the embedded database, stop
/// the server first; with PostgreSQL it may go on.
#[derive(Args, Debug)]
#[command(after_long_help = EXAMPLES)]
pub struct Key {
    #[command(subcommand)]
    command: KeyCommand,
}

const EXAMPLES: &str = "\
One server:
  xunfang key rotate      a new key; everything is sealed anew, the old key stays for reading
  xunfang key forget      later, when no backup and no phone needs the old key any more

Several servers on one PostgreSQL:
  xunfang key prepare     put a new key behind the present one, for reading only
  … copy the key file to every server and restart them one after the other
  xunfang key rotate      make it the present one; copy the key file and restart once more
  xunfang key forget      later; refused as long as a server went on sealing with an earlier key
A server that lacks a key is not ready (/health/ready, and its log), and reads its file again by itself.

With XUNFANG_KEY instead of a file, put the keys there, separated by commas: the new one first behind
the old one on every server, then before it; then `xunfang key reseal`.";

#[derive(Debug, Subcommand)]
enum KeyCommand {
    Prepare(Prepare),
    Rotate(Rotate),
    Reseal(Reseal),
    Forget(Forget),
    Lost(Lost),
}

impl Key {
    pub async fn run(self) -> Result<(), Failure> {
        match self.command {
            KeyCommand::Prepare(Prepare { at }) => prepare(&at.start().await?),
            KeyCommand::Rotate(Rotate { at }) => rotate(&at.start().await?).await,
            KeyCommand::Reseal(Reseal { at }) => at.start().await?.reseal().await.map(drop),
            KeyCommand::Forget(Forget { at }) => forget(&at.start().await?).await,
            KeyCommand::Lost(Lost { at }) => lost(at).await,
        }
    }
}

/// Put a new key behind the present one in the key file, for reading only
#[derive(Args, Debug)]
struct Prepare {
    #[command(flatten)]
    at: Where,
}

/// Make a new key the present one, and seal everything anew with it
///
/// Takes a key that was prepared, else makes one. Earlier keys stay in the file for reading. Nobody is
/// signed out, and phones notice nothing.
#[derive(Args, Debug)]
struct Rotate {
    #[command(flatten)]
    at: Where,
}

/// Seal anew what is still sealed with earlier keys
#[derive(Args, Debug)]
struct Reseal {
    #[command(flatten)]
    at: Where,
}

/// Seal anew what is left, and take the earlier keys out of the key file
///
/// What still hangs on them ends: whoever has not been heard of since the change of key signs in
/// again, his phone pulls from the start and keeps what is unsent, and backups from before it can no
/// longer be read. Keep a copy of the key file with those.
#[derive(Args, Debug)]
struct Forget {
    #[command(flatten)]
    at: Where,
}

/// Begin with a new key because the old one is lost for good
///
/// Phones and identity numbers, and what phones sent, stay unreadable; everybody signs in again.
#[derive(Args, Debug)]
struct Lost {
    #[command(flatten)]
    at: Where,
}

#[derive(Args, Debug)]
struct Where {
    #[command(flatten)]
    storage: StorageSettings,
    #[command(flatten)]
    log: LogSettings,
}

impl Where {
    async fn start(self) -> Result<Opened, Failure> {
        telemetry::start(&self.log.log, self.log.log_json)?;
        Opened::new(Settings::of_command(self.storage, self.log)?).await
    }
}

/// The database of the settings, with the keys that are there.
struct Opened(App);

impl Opened {
    async fn new(settings: Settings) -> Result<Self, Failure> {
        super::open(settings).await.map(Self)
    }

    /// The key file; refused where the keys are in a variable.
    fn file(&self) -> Result<&Path, Failure> {
        let storage = &self.0.settings().storage;
        if storage.key.is_some() {
            return Err(Failure::new(
                "the keys are in XUNFANG_KEY, which only you can change: put a new one before the old one, separated by a comma (`openssl rand -base64 32` makes one), then run `xunfang key reseal`",
            ));
        }
        Ok(&storage.key_file)
    }

    /// The keys of the file as they are written.
    fn masters(&self) -> Result<Vec<String>, Failure> {
        let text = std::fs::read_to_string(self.file()?)?;
        Ok(key_file::lines(&text).map(str::to_owned).collect())
    }

    /// Gives how many values were sealed anew.
    async fn reseal(&self) -> Result<usize, Failure> {
        let (app, mut done, mut unreadable) = (&self.0, 0, 0);
        let actor = Viewer::system().actor();
        for column in COLUMNS {
            let mut place = None;
            loop {
                let some =
                    async |write: &mut Write| reseal_some(write, &column, place.clone()).await;
                let Resealed {
                    done: more,
                    unreadable: left,
                    next,
                } = app.write(&actor, "seal anew", some).await?;
                done += more;
                unreadable += left;
                place = next;
                if place.is_none() {
                    break;
                }
            }
        }
        say(format_args!("{done} values were sealed anew"));
        if unreadable > 0 {
            say(format_args!(
                "{unreadable} values open with no key there is"
            ));
        }
        Ok(done)
    }
}

fn prepare(opened: &Opened) -> Result<(), Failure> {
    let masters = [opened.masters()?, vec![key_file::fresh()?]].concat();
    key_file::replace(opened.file()?, &masters)?;
    say("a new key is in the file, for reading only; copy the file to every server, restart them");
    say("one after the other, then run `xunfang key rotate`");
    Ok(())
}

async fn rotate(opened: &Opened) -> Result<(), Failure> {
    let (app, mut masters) = (&opened.0, opened.masters()?);
    let noted = sealing::noted(app.db().reader()).await?.unwrap_or_default();
    let prepared = app
        .keys()
        .names()
        .into_iter()
        .position(|name| !noted.contains(&name));
    let next = match prepared {
        Some(place) if place < masters.len() => masters.remove(place),
        _ => key_file::fresh()?,
    };
    masters.insert(0, next);
    // First the file: what is sealed with a key that is nowhere written down would be lost.
    key_file::replace(opened.file()?, &masters)?;
    app.keys().read_again();
    sealing::check(app.db(), app.keys()).await?;
    opened.reseal().await?;
    say("the new key is in use; earlier ones stay in the file for reading");
    say("keep a copy of the file in a safe place that is not the place of the backups");
    app.db().clone().close().await?;
    Ok(())
}

async fn forget(opened: &Opened) -> Result<(), Failure> {
    let app = &opened.0;
    // A server that goes on sealing with a key that is nowhere written down would lose what it seals.
    if opened.reseal().await? > 0 {
        return Err(Failure::new(
            "they were sealed with an earlier key, perhaps by a server that still has that one first, so no key was taken out. See that every server has this key file and was restarted, then run this again",
        ));
    }
    let present: Vec<String> = opened.masters()?.into_iter().take(1).collect();
    sealing::note_present_only(app.db(), app.keys()).await?;
    key_file::replace(opened.file()?, &present)?;
    say("only the present key is left");
    app.db().clone().close().await?;
    Ok(())
}

async fn lost(at: Where) -> Result<(), Failure> {
    telemetry::start(&at.log.log, at.log.log_json)?;
    let storage = &at.storage;
    let db = open_database(storage).await?;
    let keys = match keyring(storage)? {
        Some(keys) => keys,
        None => Keyring::make_file(&storage.key_file)?,
    };
    sealing::note_present_only(&db, &keys).await?;
    db.close().await?;
    say("the key that is there now is that of this database");
    say("what was sealed with another stays unreadable, and everybody signs in again");
    Ok(())
}
