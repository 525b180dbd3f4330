//! Which file an embedded database is, whatever it is called, and who has taken it.

use std::ffi::OsStr;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::unusable::OpenError;
use crate::private;

/// Links that may point to one another before it is called a circle.
const MOST_LINKS: usize = 40;

/// The file itself, by its one name: without links, and also where it is yet to be made.
pub fn real_path(path: &Path) -> Result<PathBuf, OpenError> {
    let fault = |cause| file_error(path, cause);
    let mut name = path.to_owned();
    for _ in 0..MOST_LINKS {
        match name.canonicalize() {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
            found => return found.map_err(fault),
        }
        let folder = folder_of(&name).to_owned();
        if let Ok(target) = fs::read_link(&name) {
            name = folder.join(target);
            continue;
        }
        private::make_folder(&folder).map_err(fault)?;
        let folder = folder.canonicalize().map_err(fault)?;
        let nameless = || fault(io::Error::other("it names no file"));
        return Ok(folder.join(name.file_name().ok_or_else(nameless)?));
    }
    Err(fault(io::Error::other("its links go round in a circle")))
}

/// Takes the database for this process until the lock is dropped. `path` is its real name, and
/// `called` what it was asked for by. Nobody but the owner can read it and what lies beside it from
/// then on.
pub fn take(path: &Path, called: &Path) -> Result<File, OpenError> {
    let fault = |cause| file_error(path, cause);
    if has_other_names(path) {
        return Err(OpenError::Linked(called.to_owned()));
    }
    let beside = path.with_extension("lock");
    let lock = private::open(&beside).map_err(fault)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(OpenError::InUse(called.to_owned())),
        Err(TryLockError::Error(cause)) => return Err(fault(cause)),
    }
    // SQLite gives its log the permissions of the database.
    if !path.exists() {
        private::create(path).map_err(fault)?;
    }
    close_to_others(path, &beside);
    Ok(lock)
}

/// `SQLite` names its log after the database: under two names it would have two logs, each of which
/// spoils what the other holds.
fn has_other_names(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        path.metadata().is_ok_and(|known| known.nlink() > 1)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

/// Of files and a folder that were there before, perhaps made by hand or restored by other means.
fn close_to_others(path: &Path, lock: &Path) {
    let log = ["-wal", "-shm"].map(|suffix| with_suffix(path, suffix));
    let files = [path, lock]
        .into_iter()
        .chain(log.iter().map(PathBuf::as_path));
    let folder = folder_of(path);
    let ours = files.filter(|file| file.exists());
    for open in ours.chain(is_all_ours(folder, path).then_some(folder)) {
        if let Err(cause) = private::close_to_others(open) {
            let file = open.display();
            tracing::warn!(%file, %cause, "others may read this");
        }
    }
}

/// Whether a folder holds nothing but a database and what belongs to it: what else lies in a folder
/// may be meant for others.
fn is_all_ours(folder: &Path, database: &Path) -> bool {
    let stem = database.file_stem().unwrap_or_default();
    let stem = stem.as_encoded_bytes();
    let is_ours = |name: &OsStr| {
        let is_key = Path::new(name).extension() == Some(OsStr::new("key"));
        is_key || name == "attachments" || name.as_encoded_bytes().starts_with(stem)
    };
    let Ok(entries) = fs::read_dir(folder) else {
        return false;
    };
    let mut names = entries.map(|entry| entry.map(|entry| entry.file_name()));
    names.all(|name| name.is_ok_and(|name| is_ours(&name)))
}

/// The folder that a file lies in.
fn folder_of(path: &Path) -> &Path {
    let folder = path.parent().unwrap_or(Path::new(""));
    if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    }
}

/// `data/xunfang.db` as `data/xunfang.db-wal`.
pub fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn file_error(path: &Path, cause: io::Error) -> OpenError {
    OpenError::File {
        path: path.to_owned(),
        cause,
    }
}
