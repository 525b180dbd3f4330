//! Attachments in the API. Their content comes and goes by `/attachments/{sha256}`.

use std::collections::HashMap;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, Description, Object};
use entity::attachments::attachment;

use super::Attachments;
use super::error::AttachmentError;
use super::read;
use crate::error::ApiError;
use crate::graphql::{ContextExt, RequestLoader, limits};
use crate::sha256::Sha256;

/// The most hashes that may be asked for at once.
const MOST_HASHES: usize = 100;

/// A photo or a picture of a signature (照片、签名) that a record names by its hash. Its content may arrive
/// later.
#[derive(Description)]
pub struct Attachment {
    /// SHA-256 of the content, in lower-case hex: its name.
    sha256: String,
    /// None as long as it is not here.
    content: Option<attachment::Model>,
}

#[Object(use_type_description)]
impl Attachment {
    /// The hash of the content, in lower-case hex, and its name.
    async fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Whether the content has arrived and the viewer may see it.
    async fn is_here(&self) -> bool {
        self.content.is_some()
    }

    /// Whether the viewer himself has sent it. As long as he has not, his records do not show it to
    /// others.
    async fn is_sent(&self, ctx: &Context<'_>) -> Result<bool, ApiError> {
        let sent = ctx
            .loader()
            .load_one(SentBefore(self.sha256.clone()))
            .await?;
        Ok(sent.is_some())
    }

    /// Size of the content in bytes; null before it has arrived.
    async fn size(&self) -> Option<i64> {
        self.content.as_ref().map(|content| content.size)
    }

    /// What the content is, such as `image/jpeg`; null before it has arrived.
    async fn media_type(&self) -> Option<&str> {
        let content = self.content.as_ref();
        content.map(|content| &*content.media_type)
    }

    /// Path of the content on this server; fetch it with the access token.
    async fn url(&self) -> String {
        format!("/attachments/{}", self.sha256)
    }
}

#[derive(Default)]
pub struct AttachmentQuery;

#[Object]
impl AttachmentQuery {
    /// Which contents have arrived and may be seen by the viewer, and which he has sent: so a phone
    /// learns what it has still to send. One that he may not see looks like one that has not arrived.
    #[graphql(complexity = "limits::whole(50, child_complexity)")]
    async fn attachments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most 100 hashes, 64 hex digits each.")] sha256: Vec<String>,
    ) -> Result<Vec<Attachment>, ApiError> {
        if sha256.len() > MOST_HASHES {
            return Err(AttachmentError::TooMany(MOST_HASHES).into());
        }
        let hashes: Result<Vec<Sha256>, _> = sha256.iter().map(|hash| hash.parse()).collect();
        let hashes = hashes.map_err(|_| AttachmentError::NoHash)?;
        let attachments: &Attachments = ctx.data_unchecked();
        let found = attachments.find(ctx.viewer()?, &hashes).await?;
        let told = hashes.into_iter().map(|hash| Attachment {
            content: found.get(hash.as_str()).cloned(),
            sha256: hash.to_string(),
        });
        Ok(told.collect())
    }
}

/// Whether the viewer has sent the content of a hash.
#[derive(Clone, PartialEq, Eq, Hash)]
struct SentBefore(String);

impl Loader<SentBefore> for RequestLoader {
    type Value = ();
    type Error = ApiError;

    async fn load(&self, keys: &[SentBefore]) -> Result<HashMap<SentBefore, ()>, ApiError> {
        let Some(person) = self.viewer.person() else {
            return Ok(HashMap::new());
        };
        let hashes = keys.iter().map(|SentBefore(hash)| hash.clone()).collect();
        let held = read::held(&self.app, person.account_id, &hashes).await?;
        Ok(held
            .into_iter()
            .map(|hash| (SentBefore(hash), ()))
            .collect())
    }
}
