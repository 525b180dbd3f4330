//! The command line.
//!
//! A command is one file here with its arguments and a `run`, one variant of [`Command`] and one
//! line of [`Cli::run`].

#![expect(
    clippy::doc_markdown,
    reason = "the docs of arguments are shown by --help as they stand"
)]

mod backup;
mod export;
mod import;
mod key;
mod migrate;
mod restore;
mod schema;
mod serve;
mod simulate;
mod staff;
mod welcome;

use std::ffi::OsString;
use std::fmt;
use std::io::ErrorKind;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use clap::{Parser, Subcommand};

use crate::app::App;
use crate::clock::{SharedClock, SystemClock};
use crate::config::{Settings, StorageSettings};
use crate::database::Database;
use crate::database::connect::PoolSizes;
use crate::database::sealed::Keyring;
use crate::database::sealing;
use crate::database::unusable::SealError;
use crate::error::{ApiError, chain};
use crate::private;

/// Xunfang (巡访): back end for the customer-service department of a property company
///
/// Without a command: `serve --demo`.
#[derive(Debug, Parser)]
#[command(name = "xunfang", version, propagate_version = true, after_long_help = EXAMPLES)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

const EXAMPLES: &str = "\
Examples:
  xunfang                                  try it out: demo estate on http://127.0.0.1:8080
  xunfang serve                            serve data/xunfang.db
  xunfang serve --database-url postgres://xunfang@db/xunfang --listen 0.0.0.0:8080
  xunfang import --community 云栖花园 --units units.csv --parties parties.csv
  xunfang import estate.xlsx --community 云栖花园
  xunfang export estate.xlsx --community 云栖花园
  xunfang staff add --account chief --name 陈主任 --administrator
  xunfang backup /backups/monday.db        copy the database while it is being served
  xunfang simulate --phones 20 --seed 7    prove that phones lose nothing
  xunfang schema > schema.graphql          the API, for code generators

Every setting has a variable of its own, shown in the help of each command: XUNFANG_LISTEN, …";

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    Serve(Box<serve::Serve>),
    Import(import::Import),
    Export(export::Export),
    Staff(staff::Staff),
    Migrate(migrate::Migrate),
    Key(key::Key),
    Schema(schema::Schema),
    Backup(backup::Backup),
    Restore(restore::Restore),
    Simulate(simulate::Simulate),
}

impl Cli {
    /// From the arguments of the process; none at all mean `serve --demo`.
    pub fn from_args(args: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let mut args: Vec<OsString> = args.into_iter().collect();
        if args.len() <= 1 {
            args = ["xunfang", "serve", "--demo"].map(OsString::from).to_vec();
        }
        Self::try_parse_from(args)
    }

    /// Does what was asked for.
    pub async fn run(self) -> Result<(), Failure> {
        match self.command {
            Command::Serve(serve) => serve.run().await,
            Command::Import(import) => import.run().await,
            Command::Export(export) => export.run().await,
            Command::Staff(staff) => staff.run().await,
            Command::Migrate(migrate) => migrate.run().await,
            Command::Key(key) => key.run().await,
            Command::Schema(schema) => schema.run(),
            Command::Backup(backup) => backup.run().await,
            Command::Restore(restore) => restore.run().await,
            Command::Simulate(simulate) => simulate.run().await,
        }
    }
}

/// Why a command did not do its work, as a sentence for whoever typed it.
#[derive(Debug)]
pub struct Failure(String);

impl Failure {
    pub fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(chain(&error))
    }
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self(error.causes())
    }
}

/// Writes a new file that its owner alone may read.
fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let written = private::create(path).and_then(|mut file| file.write_all(bytes));
    written.map_err(|cause| Failure::new(format!("cannot write {}: {cause}", path.display())))
}

/// Prints a line for whoever sits at the terminal.
pub fn say(line: impl fmt::Display) {
    let _ = writeln!(Terminal, "{line}");
}

/// Standard output. A closed pipe means that nobody wants to read on, and is no failure of the command.
struct Terminal;

impl Write for Terminal {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        let _ = io::stdout().write_all(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let _ = io::stdout().flush();
        Ok(())
    }
}

/// The app of a command: key, database brought up to date, the machine's clock.
pub async fn open(settings: Settings) -> Result<App, Failure> {
    let db = open_database(&settings.storage).await?;
    let keys = match keys_of(&settings.storage, &db).await {
        Ok(keys) => keys,
        Err(failure) => {
            db.close().await?;
            return Err(failure);
        }
    };
    let clock: SharedClock = Arc::new(SystemClock);
    Ok(App::new(db, clock, keys, settings))
}

/// The database of these settings, brought up to date.
async fn open_database(storage: &StorageSettings) -> Result<Database, Failure> {
    let sizes = PoolSizes {
        postgres: storage.database_connections.max(1),
        ..PoolSizes::default()
    };
    Ok(Database::open(&storage.database_url, sizes).await?)
}

/// The keys of the database: those that are there, if they are the right ones, or a new one for a
/// database in which nothing is sealed.
async fn keys_of(storage: &StorageSettings, db: &Database) -> Result<Keyring, Failure> {
    let (keys, is_new) = match keyring(storage)? {
        Some(keys) => (keys, false),
        None if sealing::is_sealed(db).await? => {
            let file = storage.key_file.display();
            return Err(Failure::new(format!(
                "key file {file}: it is not there, and this database was sealed with it. Put it back, or name it with --key-file; nothing was changed. If it is lost for good, `xunfang key lost` begins with a new one, and what was sealed with it stays unreadable"
            )));
        }
        None => make_key(&storage.key_file)?,
    };
    let checked = sealing::check(db, &keys).await;
    if checked.is_err() && is_new {
        // Another server has begun this database with a key of its own.
        std::fs::remove_file(&storage.key_file)?;
    }
    checked.map_err(|error| Failure::new(format!("{}: {error}", source_of_key(storage))))?;
    Ok(keys)
}

/// A new key file; that of another process that made one at the same moment will do.
fn make_key(file: &Path) -> Result<(Keyring, bool), Failure> {
    match Keyring::make_file(file) {
        Ok(keys) => Ok((keys, true)),
        Err(SealError::File(error)) if error.kind() == ErrorKind::AlreadyExists => {
            Ok((Keyring::from_file(file)?, false))
        }
        Err(error) => Err(Failure::new(format!(
            "key file {}: {error}",
            file.display()
        ))),
    }
}

/// The keys from the setting or, without it, from the key file; none when that is not there.
fn keyring(storage: &StorageSettings) -> Result<Option<Keyring>, Failure> {
    let keys = match &storage.key {
        Some(key) => Keyring::from_base64(key.reveal()),
        None => Keyring::from_file(&storage.key_file),
    };
    match keys {
        Ok(keys) => Ok(Some(keys)),
        Err(SealError::File(error)) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => {
            let source = source_of_key(storage);
            Err(Failure::new(format!("{source}: {error}")))
        }
    }
}

/// Where the key comes from, for whoever is to look there.
fn source_of_key(storage: &StorageSettings) -> String {
    match storage.key {
        Some(_) => "XUNFANG_KEY".to_owned(),
        None => format!("key file {}", storage.key_file.display()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::demo::DemoSize;

    fn parse(args: &[&str]) -> Cli {
        Cli::from_args(args.iter().map(OsString::from)).unwrap()
    }

    #[test]
    fn the_commands_are_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn without_arguments_the_demo_is_served() {
        for (args, demo) in [
            (&["xunfang"][..], Some(DemoSize::Full)),
            (&["xunfang", "serve", "--demo"], Some(DemoSize::Full)),
            (
                &["xunfang", "serve", "--demo", "small"],
                Some(DemoSize::Small),
            ),
            (&["xunfang", "serve"], None),
        ] {
            let Command::Serve(serve) = parse(args).command else {
                panic!("{args:?} does not serve");
            };
            assert_eq!(serve.demo, demo, "{args:?}");
        }
    }
}
