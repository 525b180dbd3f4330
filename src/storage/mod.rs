//! Where photos lie: a folder or an S3 bucket, by the SHA-256 of their content.
//!
//! What is unfinished lies in a folder of its own, one file per account and hash, and nobody but
//! its sender ever reaches it. A content is copied to its place as a whole or not at all.

mod error;
mod unfinished;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Place;
use object_store::{Error, GetOptions, ObjectStore, ObjectStoreExt as _, WriteMultipart};
use uuid::Uuid;

pub use self::error::StorageError;
pub use self::unfinished::{PIECE, Unfinished};
use crate::config::AttachmentSettings;
use crate::private;
use crate::sha256::Sha256;

/// Pieces on their way to the store at a time.
const AT_ONCE: usize = 2;

/// The smallest piece that S3 takes, but for the last.
const S3_PIECE: usize = 5 << 20;

/// Where photos lie. Cheap to clone.
#[derive(Clone)]
pub struct Storage {
    store: Arc<dyn ObjectStore>,
    /// In bytes.
    piece: usize,
    unfinished: PathBuf,
}

/// A content on its way to a reader.
pub type Content = BoxStream<'static, Result<Bytes, StorageError>>;

impl Storage {
    /// The bucket, if the settings name one, or the folder, which is made where it is missing.
    pub fn open(settings: &AttachmentSettings) -> Result<Self, StorageError> {
        let unfinished = settings.folder.join("unfinished");
        make_private(&unfinished)?;
        let store: Arc<dyn ObjectStore>;
        let piece;
        if let Some(bucket) = &settings.bucket {
            (store, piece) = (Arc::new(s3(settings, bucket)?), S3_PIECE);
        } else {
            let whole = settings.folder.join("whole");
            make_private(&whole)?;
            let folder = LocalFileSystem::new_with_prefix(whole)?;
            (store, piece) = (Arc::new(folder.with_fsync(true)), PIECE);
        }
        Ok(Self {
            store,
            piece,
            unfinished,
        })
    }

    /// Whether the content lies here.
    pub async fn has(&self, hash: &Sha256) -> Result<bool, StorageError> {
        match self.store.head(&place(hash)).await {
            Ok(_) => Ok(true),
            Err(Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// A part of a content; none when it does not lie here.
    pub async fn read(
        &self,
        hash: &Sha256,
        range: Range<u64>,
    ) -> Result<Option<Content>, StorageError> {
        let options = GetOptions::new().with_range(Some(range));
        match self.store.get_opts(&place(hash), options).await {
            Ok(found) => {
                let pieces = found.into_stream();
                Ok(Some(pieces.map(|piece| Ok(piece?)).boxed()))
            }
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Copies a whole content, whose hash was checked, to its place. Nobody finds it there before
    /// it is whole; twice is once.
    pub async fn publish(
        &self,
        unfinished: &mut Unfinished,
        hash: &Sha256,
    ) -> Result<(), StorageError> {
        let copy = self.store.put_multipart(&place(hash)).await?;
        let mut copy = WriteMultipart::new_with_chunk_size(copy, self.piece);
        match copied(unfinished, &mut copy).await {
            Ok(()) => {
                copy.finish().await?;
                Ok(())
            }
            Err(error) => {
                // A store keeps, and charges for, the pieces of what is neither finished nor aborted.
                if let Err(left) = copy.abort().await {
                    tracing::warn!(cause = %left, "a copy that failed was left behind");
                }
                Err(error)
            }
        }
    }

    /// Throws a content away. What is not there is thrown away already.
    pub async fn remove(&self, hash: &Sha256) -> Result<(), StorageError> {
        match self.store.delete(&place(hash)).await {
            Err(error) if !matches!(error, Error::NotFound { .. }) => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// What has arrived of a content from this account, for this request alone.
    pub async fn unfinished(
        &self,
        account: Uuid,
        hash: &Sha256,
    ) -> Result<Unfinished, StorageError> {
        Unfinished::open(self.place_of_unfinished(account, hash)).await
    }

    /// How many bytes have arrived of a content from this account.
    pub async fn arrived(&self, account: Uuid, hash: &Sha256) -> Result<u64, StorageError> {
        match tokio::fs::metadata(self.place_of_unfinished(account, hash)).await {
            Ok(known) => Ok(known.len()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(0),
            Err(error) => Err(error.into()),
        }
    }

    fn place_of_unfinished(&self, account: Uuid, hash: &Sha256) -> PathBuf {
        self.unfinished.join(format!("{account}.{hash}"))
    }
}

async fn copied(
    unfinished: &mut Unfinished,
    copy: &mut WriteMultipart,
) -> Result<(), StorageError> {
    unfinished.rewind().await?;
    loop {
        let piece = unfinished.read().await?;
        if piece.is_empty() {
            return Ok(());
        }
        copy.wait_for_capacity(AT_ONCE).await?;
        copy.write(piece);
    }
}

/// Where a content lies: in a folder named after its first byte, so that none grows too large.
fn place(hash: &Sha256) -> Place {
    let (first, _) = hash.as_str().split_at(2);
    Place::from_iter([first, hash.as_str()])
}

fn s3(
    settings: &AttachmentSettings,
    bucket: &str,
) -> Result<object_store::aws::AmazonS3, StorageError> {
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_region(&settings.region);
    if let Some(endpoint) = &settings.endpoint {
        builder = builder
            .with_endpoint(endpoint)
            .with_allow_http(endpoint.starts_with("http://"));
    }
    if let Some(key) = &settings.access_key {
        builder = builder.with_access_key_id(key.reveal());
    }
    if let Some(key) = &settings.secret_key {
        builder = builder.with_secret_access_key(key.reveal());
    }
    Ok(builder.build()?)
}

/// A folder of ours, made where it is missing; others may not enter it, whoever made it.
fn make_private(folder: &Path) -> std::io::Result<()> {
    private::make_folder(folder)?;
    private::close_to_others(folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    #[tokio::test]
    async fn the_settings_choose_between_folder_and_bucket() {
        let folder = tempfile::tempdir().unwrap();
        for (bucket, endpoint, has_whole) in [
            (Some("photos"), Some("http://127.0.0.1:9000"), false),
            (Some("photos"), None, false),
            (None, None, true),
        ] {
            let mut settings = Settings::for_tests().attachments;
            settings.folder = folder.path().join("photos");
            settings.bucket = bucket.map(str::to_owned);
            settings.endpoint = endpoint.map(str::to_owned);
            settings.access_key = Some("key".to_owned().into());
            settings.secret_key = Some("secret".to_owned().into());
            Storage::open(&settings).unwrap();
            let has = |name| settings.folder.join(name).exists();
            assert_eq!((has("unfinished"), has("whole")), (true, has_whole));
        }
    }
}
