//! Taking a content, whole or in pieces.

use chrono::TimeDelta;
use entity::attachments::{attachment, attachment_holder, attachment_upload};
use entity::ids::AccountId;
use futures_util::{Stream, StreamExt as _};
use sea_orm::prelude::DateTimeUtc;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::super::Attachments;
use super::super::error::AttachmentError;
use super::super::read;
use super::super::rules::{self, MOST_UNFINISHED, Piece};
use crate::auth::Viewer;
use crate::auth::viewer::SessionError;
use crate::database::{Appended, Write};
use crate::error::ApiError;
use crate::sha256::Sha256;
use crate::storage::Unfinished;

/// How exactly it is known when something of an upload last came.
const NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);

/// What an account sends within it is bounded.
const DAY: TimeDelta = TimeDelta::days(1);

/// What has become of a piece.
#[derive(Clone, Debug)]
pub enum Taken {
    /// The content is here and checked.
    Whole {
        content: attachment::Model,
        /// It was here before, and its sender could see it.
        was_here: bool,
    },
    /// So many bytes of it are here; the piece may have broken off.
    Part { offset: u64 },
}

impl Appended for attachment::Model {
    fn on_conflict() -> Option<OnConflict> {
        use attachment::Column::{CreatedAt, Sha256};
        // Whoever is about to throw it away looks again.
        Some(
            OnConflict::column(Sha256)
                .update_column(CreatedAt)
                .to_owned(),
        )
    }
}

impl Appended for attachment_holder::Model {
    fn on_conflict() -> Option<OnConflict> {
        use attachment_holder::Column::{AccountId, Sha256};
        let same = OnConflict::columns([AccountId, Sha256]);
        Some(same.clone().do_nothing().to_owned())
    }
}

impl Appended for attachment_upload::Model {
    fn on_conflict() -> Option<OnConflict> {
        use attachment_upload::Column::{AccountId, Sha256, Total, UpdatedAt};
        let mut same = OnConflict::columns([AccountId, Sha256]);
        Some(same.update_columns([Total, UpdatedAt]).to_owned())
    }
}

impl Attachments {
    /// Takes a piece of a content. What has arrived stays when the rest does not come; when all is
    /// here it is checked, and shown only if it has the hash it was sent under. Who cannot see a
    /// content that is here must send all of it like anybody, so that nobody learns of it by its
    /// hash.
    pub async fn take<B: AsRef<[u8]>, E>(
        &self,
        viewer: &Viewer,
        hash: &Sha256,
        piece: Piece,
        mut body: impl Stream<Item = Result<B, E>> + Send + Unpin,
    ) -> Result<Taken, ApiError> {
        let person = viewer.person().ok_or(SessionError::Unauthenticated)?;
        let account = person.account_id;
        let seen = self.find_whole(viewer, hash).await?;
        if let Some(content) = seen
            && self.hold(viewer, account, hash).await?
        {
            // It is read nevertheless: a client that is still sending would miss the answer.
            while let Some(Ok(_)) = body.next().await {}
            return Ok(Taken::Whole {
                content,
                was_here: true,
            });
        }
        let storage = self.app.storage()?;
        let mut arrived = storage.unfinished(account.into(), hash).await?;
        let known = read::upload(&self.app, account, hash).await?;
        let begun = self.begin(viewer, hash, piece, known.as_ref(), &mut arrived);
        if let Err(refused) = begun.await {
            if known.is_none() {
                arrived.remove().await?;
            }
            return Err(refused);
        }
        add(&mut arrived, piece, body).await?;
        let offset = arrived.length();
        if offset < piece.total {
            return Ok(Taken::Part { offset });
        }
        self.complete(viewer, account, hash, arrived).await
    }

    /// Notes that somebody sends a content that is here and that he sees. False when it has gone
    /// meanwhile.
    async fn hold(
        &self,
        viewer: &Viewer,
        account: AccountId,
        hash: &Sha256,
    ) -> Result<bool, ApiError> {
        use attachment::Column::{CreatedAt, Sha256};
        let note = async |write: &mut Write| {
            let created_at = write.now();
            let touched = attachment::Entity::update_many()
                .col_expr(CreatedAt, Expr::value(created_at))
                .filter(Sha256.eq(hash.as_str()))
                .exec(write.connection())
                .await?;
            let is_here = touched.rows_affected == 1;
            if is_here {
                write.append(holder(account, hash, created_at));
            }
            Ok(is_here)
        };
        let why = "send an attachment again";
        let is_here = self.app.write(&viewer.actor(), why, note).await?;
        Ok(is_here && self.app.storage()?.has(hash).await?)
    }

    /// Notes that a piece comes, and forgets what it replaces.
    async fn begin(
        &self,
        viewer: &Viewer,
        hash: &Sha256,
        piece: Piece,
        known: Option<&attachment_upload::Model>,
        arrived: &mut Unfinished,
    ) -> Result<(), ApiError> {
        let person = viewer.person().ok_or(SessionError::Unauthenticated)?;
        let account_id = person.account_id;
        let settings = &self.app.settings().attachments;
        // Who has left sends what he gathered at work.
        let is_staff = person.has_left || !person.positions.is_empty();
        let daily = if is_staff {
            settings.daily_bytes
        } else {
            settings.daily_bytes_of_residents
        };
        let limit = u64::try_from(settings.limit_bytes);
        let total = |row: &attachment_upload::Model| u64::try_from(row.total).unwrap_or(0);
        let here = known.map(|row| (total(row), arrived.length()));
        let kept = rules::kept(piece, here, limit.unwrap_or(u64::MAX))?;
        let lately = self.app.clock().now() - NOTED_EVERY;
        let is_noted =
            known.is_some_and(|row| total(row) == piece.total && row.updated_at > lately);
        let note = async |write: &mut Write| {
            let others = read::other_uploads(write.connection(), account_id, hash).await?;
            if others >= MOST_UNFINISHED {
                return Err(AttachmentError::Quota.into());
            }
            let now = write.now();
            let sent = read::sent_since(write.connection(), account_id, now - DAY).await?;
            rules::check_quota(sent, piece.total, daily)?;
            write.append(attachment_upload::Model {
                account_id,
                sha256: hash.to_string(),
                total: i64::try_from(piece.total).unwrap_or(i64::MAX),
                created_at: now,
                updated_at: now,
            });
            Ok(())
        };
        if !is_noted {
            self.app
                .write(&viewer.actor(), "take a piece", note)
                .await?;
        }
        Ok(arrived.cut(kept).await?)
    }

    /// Checks a content that has arrived as a whole, and shows it or throws it away.
    async fn complete(
        &self,
        viewer: &Viewer,
        account: AccountId,
        hash: &Sha256,
        mut arrived: Unfinished,
    ) -> Result<Taken, ApiError> {
        let (found, start) = arrived.digest().await?;
        let checked = if found == *hash {
            rules::media_type(&start)
        } else {
            Err(AttachmentError::Mismatch)
        };
        if checked.is_ok() {
            let storage = self.app.storage()?;
            storage.publish(&mut arrived, hash).await?;
        }
        let size = i64::try_from(arrived.length()).unwrap_or(i64::MAX);
        let end = async |write: &mut Write| {
            forget_upload(account, hash)
                .exec(write.connection())
                .await?;
            let created_at = write.now();
            let content = checked.as_ref().ok().map(|media_type| attachment::Model {
                sha256: hash.to_string(),
                size,
                media_type: (*media_type).to_owned(),
                created_at,
            });
            if let Some(content) = &content {
                write.append(content.clone());
                write.append(holder(account, hash, created_at));
            }
            Ok(content)
        };
        let why = "take an attachment";
        let content = self.app.write(&viewer.actor(), why, end).await?;
        if content.is_some() && !self.app.storage()?.has(hash).await? {
            // It was thrown away as an old one that nobody carried before it was noted.
            self.app.storage()?.publish(&mut arrived, hash).await?;
        }
        arrived.remove().await?;
        let was_here = false;
        let whole = content.map(|content| Taken::Whole { content, was_here });
        match (whole, checked) {
            (Some(whole), _) => Ok(whole),
            (None, Err(refused)) => Err(refused.into()),
            (None, Ok(_)) => Err(ApiError::internal("a content went without a reason")),
        }
    }
}

fn holder(account_id: AccountId, hash: &Sha256, now: DateTimeUtc) -> attachment_holder::Model {
    attachment_holder::Model {
        account_id,
        sha256: hash.to_string(),
        created_at: now,
    }
}

/// Adds what comes of a piece, which may be less than was announced; more is refused.
async fn add<B: AsRef<[u8]>, E>(
    arrived: &mut Unfinished,
    piece: Piece,
    mut body: impl Stream<Item = Result<B, E>> + Send + Unpin,
) -> Result<(), ApiError> {
    let mut rest = piece.length;
    while let Some(Ok(bytes)) = body.next().await {
        let bytes = bytes.as_ref();
        let count = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if count > rest {
            arrived.cut(piece.from).await?;
            return Err(ApiError::invalid(
                "Content-Range",
                "the body is longer than it says",
                "请求内容比其所述的长",
            ));
        }
        rest -= count;
        arrived.add(bytes).await?;
    }
    Ok(arrived.flush().await?)
}

fn forget_upload(
    account: AccountId,
    hash: &Sha256,
) -> sea_orm::DeleteMany<attachment_upload::Entity> {
    use attachment_upload::Column::{AccountId, Sha256};
    attachment_upload::Entity::delete_many()
        .filter(AccountId.eq(account))
        .filter(Sha256.eq(hash.as_str()))
}
