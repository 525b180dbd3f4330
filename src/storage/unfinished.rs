//! A content that is not whole yet: a file that grows at its end.

use std::io;
use std::path::{Path, PathBuf};

use aws_lc_rs::digest::{Context, SHA256};
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _};

use super::error::StorageError;
use crate::private;
use crate::sha256::Sha256;

/// How much of a content is in memory at a time, in bytes.
pub const PIECE: usize = 64 << 10;

/// A file that grows, locked for this request.
#[derive(Debug)]
pub struct Unfinished {
    file: File,
    path: PathBuf,
    length: u64,
    piece: Vec<u8>,
}

impl Unfinished {
    /// Opens or makes the file and locks it, also against other processes.
    pub(super) async fn open(path: PathBuf) -> Result<Self, StorageError> {
        let place = path.clone();
        let opened = tokio::task::spawn_blocking(move || open_locked(&place));
        let file = opened.await.map_err(io::Error::other)??;
        let length = file.metadata()?.len();
        Ok(Self {
            file: File::from_std(file),
            path,
            length,
            piece: Vec::new(),
        })
    }

    /// How many bytes have arrived.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Forgets what comes after so many bytes; what is added next is added there.
    pub async fn cut(&mut self, length: u64) -> Result<(), StorageError> {
        self.length = self.length.min(length);
        self.file.set_len(self.length).await?;
        self.file.seek(io::SeekFrom::Start(self.length)).await?;
        Ok(())
    }

    /// Adds to the end.
    pub async fn add(&mut self, bytes: &[u8]) -> Result<(), StorageError> {
        self.file.write_all(bytes).await?;
        self.length += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        Ok(())
    }

    /// Hands to the system what was added.
    pub async fn flush(&mut self) -> Result<(), StorageError> {
        Ok(self.file.flush().await?)
    }

    /// The hash of all that has arrived, and its first bytes.
    pub async fn digest(&mut self) -> Result<(Sha256, Vec<u8>), StorageError> {
        let mut context = Context::new(&SHA256);
        let mut start = Vec::new();
        self.rewind().await?;
        loop {
            let piece = self.read().await?;
            if piece.is_empty() {
                break;
            }
            if start.is_empty() {
                start = piece.to_vec();
            }
            context.update(piece);
        }
        Ok((Sha256::from_digest(context.finish().as_ref()), start))
    }

    /// Goes back to the beginning.
    pub(super) async fn rewind(&mut self) -> Result<(), StorageError> {
        self.file.rewind().await?;
        Ok(())
    }

    /// The next piece; empty at the end.
    pub(super) async fn read(&mut self) -> Result<&[u8], StorageError> {
        self.piece.clear();
        let limit = u64::try_from(PIECE).unwrap_or(u64::MAX);
        (&mut self.file)
            .take(limit)
            .read_to_end(&mut self.piece)
            .await?;
        Ok(&self.piece)
    }

    /// Removes the file, and only then lets go of the lock.
    pub async fn remove(self) -> Result<(), StorageError> {
        match tokio::fs::remove_file(&self.path).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}

fn open_locked(path: &Path) -> Result<std::fs::File, StorageError> {
    let file = private::open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(StorageError::Busy),
        Err(std::fs::TryLockError::Error(error)) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_unfinished_content_grows_is_cut_and_is_one_requests_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("it");
        let mut one = Unfinished::open(path.clone()).await.unwrap();
        one.cut(0).await.unwrap();
        one.add(b"ab!!").await.unwrap();
        one.flush().await.unwrap();
        let other = Unfinished::open(path.clone()).await;
        assert!(matches!(other, Err(StorageError::Busy)));
        drop(one);

        let mut one = loop {
            // The file is closed a moment after it was dropped.
            match Unfinished::open(path.clone()).await {
                Err(StorageError::Busy) => tokio::task::yield_now().await,
                opened => break opened.unwrap(),
            }
        };
        assert_eq!(one.length(), 4);
        one.cut(2).await.unwrap();
        one.add(b"c").await.unwrap();
        one.flush().await.unwrap();
        let (hash, start) = one.digest().await.unwrap();
        assert_eq!(start, b"abc");
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hash.as_str(), abc);
        one.remove().await.unwrap();
        assert!(!path.exists());
    }
}
