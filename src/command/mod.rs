//! What a command is: one step of the business, and the only way anything changes.
//!
//! The desk, a phone that comes back online and a job all run the same commands. A command is a
//! plain value. `prefetch` loads, and locks, what a whole batch of its kind needs; `decide` checks
//! access, applies the rules and stages effects, and waits for nothing.

pub mod history;
pub mod issue;
pub mod merge;
pub mod observed;
pub mod record;

use entity::ids::{CommunityId, SessionId};
use entity::sync::{MutationOutcome, ObservedMark};
use sea_orm::prelude::DateTimeUtc;
use uuid::Uuid;

use self::observed::Contact;
use crate::app::App;
use crate::auth::Viewer;
use crate::database::{Record, Write};
use crate::error::ApiError;

/// One step of the business.
pub trait Command: Send + Sync + 'static {
    /// What it is called, on phones and in the audit trail: `ticket.note`.
    const KIND: &'static str;

    /// What the caller gets to know.
    type Output: Send;

    /// Loads what all commands of the batch need, together.
    fn prefetch(
        batch: &[&Self],
        viewer: &Viewer,
        write: &mut Write,
    ) -> impl Future<Output = Result<(), ApiError>> + Send;

    /// Checks access, applies the rules, stages the effects.
    fn decide(
        &self,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Self::Output, ApiError>;
}

/// When and how a command came about.
#[derive(Clone, Debug)]
pub struct Occasion {
    /// When it happened, by the best clock there was.
    pub observed_at: DateTimeUtc,
    pub observed_mark: ObservedMark,
    /// When the server heard of it.
    pub received_at: DateTimeUtc,
    /// The mutation it came in; none for the desk and for jobs.
    pub mutation: Option<Origin>,
    /// The author's contact with the server before it, as far as he can show one.
    pub contact: Option<Contact>,
}

/// The mutation a command came in.
#[derive(Clone, Debug)]
pub struct Origin {
    pub session_id: SessionId,
    pub mutation_id: String,
    pub kind: String,
}

impl Occasion {
    /// The session that made it: of its mutation, or of the viewer at the desk.
    pub fn session(&self, viewer: &Viewer) -> Uuid {
        let of_mutation = self.mutation.as_ref().map(|origin| origin.session_id);
        let session = of_mutation.or(viewer.person().map(|person| person.session_id));
        session.map_or(Uuid::nil(), Into::into)
    }

    /// Here and now: the desk, or a job.
    pub fn now(write: &Write) -> Self {
        Self {
            observed_at: write.now(),
            observed_mark: ObservedMark::Received,
            received_at: write.now(),
            mutation: None,
            contact: None,
        }
    }
}

/// What a command that phones may send did to its record.
#[derive(Clone, Copy, Debug)]
pub struct Effect {
    pub community_id: CommunityId,
    /// Name of the collection.
    pub collection: &'static str,
    pub record_id: Uuid,
    /// `Applied`, `Merged` or `ConflictKept`.
    pub outcome: MutationOutcome,
}

impl Effect {
    /// A record of a community, as the command left it.
    pub fn on<R: Record>(record: &R) -> Self {
        Self {
            community_id: CommunityId(record.realm()),
            collection: R::NAME,
            record_id: record.id(),
            outcome: MutationOutcome::Applied,
        }
    }
}

/// Runs one command as a change of its own.
pub async fn run<C: Command>(
    app: &App,
    viewer: &Viewer,
    command: &C,
) -> Result<C::Output, ApiError> {
    let change = async |write: &mut Write| {
        C::prefetch(&[command], viewer, write).await?;
        let done = command.decide(&Occasion::now(write), viewer, write)?;
        issue::limit_carried(write).await?;
        Ok(done)
    };
    app.write(&viewer.actor(), C::KIND, change).await
}
