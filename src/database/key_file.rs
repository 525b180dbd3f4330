//! The file of the master keys: 32 bytes in base64 a line, the present key first, earlier ones after
//! it. Lines that begin with `#` are remarks.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::lock::with_suffix;
use super::unusable::SealError;
use crate::private;

/// A key file as it was when it was last read.
pub struct KeyFile {
    path: PathBuf,
    seen: Mutex<Option<(SystemTime, u64)>>,
}

impl KeyFile {
    /// The file and what stands in it.
    pub fn read(path: &Path) -> io::Result<(Self, String)> {
        let seen = Mutex::new(mark(path));
        let text = fs::read_to_string(path)?;
        // Made by hand or restored by other means, perhaps.
        if let Err(cause) = private::close_to_others(path) {
            tracing::warn!(file = %path.display(), %cause, "others may read this");
        }
        let path = path.to_owned();
        Ok((Self { path, seen }, text))
    }

    /// What stands in it, if that is not what was read last.
    pub fn read_if_changed(&self) -> Option<String> {
        let now = mark(&self.path);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if now.is_none() || *seen == now {
            return None;
        }
        let text = fs::read_to_string(&self.path).ok()?;
        *seen = now;
        Some(text)
    }
}

fn mark(path: &Path) -> Option<(SystemTime, u64)> {
    let known = path.metadata().ok()?;
    Some((known.modified().ok()?, known.len()))
}

/// A new master key in base64.
pub fn fresh() -> Result<String, SealError> {
    let mut master = [0; 32];
    rand::fill(&mut master).map_err(|_| SealError::Seal)?;
    Ok(STANDARD.encode(master))
}

/// The master keys in a text, at least one; they may be separated by commas too, as a variable has
/// them. None when it holds anything else.
pub fn masters(text: &str) -> Option<Vec<[u8; 32]>> {
    let masters: Option<Vec<[u8; 32]>> = lines(text)
        .map(|word| STANDARD.decode(word).ok()?.try_into().ok())
        .collect();
    masters.filter(|masters| !masters.is_empty())
}

/// The master keys in a text, as they are written.
pub fn lines(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().map(str::trim);
    let lines = lines.filter(|line| !line.starts_with('#'));
    let words = lines.flat_map(|line| line.split([',', ' ', '\t']));
    words.filter(|word| !word.is_empty())
}

/// Makes a key file that must not be there yet.
pub fn create(path: &Path, masters: &[String]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        private::make_folder(folder)?;
    }
    let mut file = private::create(path)?;
    file.write_all(masters.join("\n").as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

/// Puts other keys into a key file: all of them or none, should the machine stop meanwhile.
pub fn replace(path: &Path, masters: &[String]) -> io::Result<()> {
    // Through a link to where the file lies.
    let path = path.canonicalize()?;
    let coming = with_suffix(&path, ".new");
    match fs::remove_file(&coming) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    create(&coming, masters)?;
    fs::rename(&coming, &path)
}
