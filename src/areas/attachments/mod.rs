//! Photos and signatures (照片、签名), carried by records of other areas as the SHA-256 of their
//! content.
//!
//! A record may name a photo before its content has arrived: data never waits for a photo. The
//! content comes by `PUT /attachments/{sha256}`, in pieces if need be, and is shown only once it is
//! whole and its hash is right. It is seen by whoever sent it, and by whoever sees a record that
//! carries it.

mod access;
mod error;
pub mod graphql;
pub mod jobs;
mod read;
mod rules;
mod sync;
mod write;

pub use read::{Progress, was_sent};
pub use rules::{Piece, checked_hash, checked_photos};
pub use write::{Taken, carry, has_sent, load_holders};

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use uuid::Uuid;

use self::jobs::{PurgeUncarried, PurgeUploads};
use super::Area;
use crate::app::App;
use crate::auth::Viewer;
use crate::error::ApiError;

/// Knows who sees what in all collections.
#[async_trait]
pub trait Sight: Send + Sync {
    /// Which of these records of a collection the viewer sees.
    async fn seen(
        &self,
        app: &App,
        viewer: &Viewer,
        collection: &str,
        records: &BTreeSet<Uuid>,
    ) -> Result<BTreeSet<Uuid>, ApiError>;
}

/// Attachments, and who sees them. Cheap to clone.
#[derive(Clone)]
pub struct Attachments {
    app: App,
    sight: Arc<dyn Sight>,
}

impl Attachments {
    pub fn new(app: &App, sight: Arc<dyn Sight>) -> Self {
        Self {
            app: app.clone(),
            sight,
        }
    }
}

/// What this area hands in.
pub const AREA: Area = Area {
    jobs: |all| all.job(PurgeUploads).job(PurgeUncarried),
    ..Area::NOTHING
};
