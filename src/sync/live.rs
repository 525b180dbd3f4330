//! Live: a phone is poked when something changed for it, and then pulls.

use async_graphql::{Context, SimpleObject, Subscription};
use futures_util::Stream;
use tokio::sync::broadcast::error::RecvError;
use uuid::Uuid;

use crate::auth::Viewer;
use crate::database::{Heads, Saved};
use crate::error::ApiError;
use crate::graphql::ContextExt;

#[derive(Default)]
pub struct SyncSubscription;

/// Notice that something changed for the viewer: pull.
#[derive(SimpleObject)]
pub struct Poke {
    /// Where it changed; null when it may be anywhere.
    community_id: Option<Uuid>,
    /// The head of that community: a pull past it shows the change. Null together with `communityId`.
    seq: Option<i64>,
}

#[Subscription]
impl SyncSubscription {
    /// Notifies that something changed for the viewer. The first notice comes at once, so that a phone
    /// that has just come back pulls without waiting.
    #[expect(clippy::unused_async, reason = "the library asks for it")]
    async fn sync_poke(
        &self,
        ctx: &Context<'_>,
    ) -> Result<impl Stream<Item = Poke> + use<>, ApiError> {
        let viewer = ctx.live_viewer()?.clone();
        // A pull after the first poke reaches that far: news of what was before may come late.
        let mut told = ctx.live_since()?.heads.clone();
        let mut changes = viewer.changes();
        let mut news = ctx.app().news();
        Ok(async_stream::stream! {
            yield Poke { community_id: None, seq: None };
            loop {
                tokio::select! {
                    saved = news.recv() => match saved {
                        Ok(saved) => {
                            for (realm, seq) in touched(&viewer.current(), &saved) {
                                if told.get(&realm).is_none_or(|told| *told < seq) {
                                    told.insert(realm, seq);
                                    yield Poke { community_id: Some(realm), seq: Some(seq) };
                                }
                            }
                        }
                        Err(RecvError::Lagged(_)) => yield Poke { community_id: None, seq: None },
                        Err(RecvError::Closed) => break,
                    },
                    // He reaches more or less than before: a pull brings the difference.
                    Ok(()) = changes.changed() => yield Poke { community_id: None, seq: None },
                }
            }
        })
    }
}

/// Whether a change touched something the viewer may see.
pub(super) fn concerns(viewer: &Viewer, saved: &Saved) -> bool {
    !touched(viewer, saved).is_empty()
}

/// The communities in which an audience of the viewer was touched, and where they stand.
fn touched(viewer: &Viewer, saved: &Saved) -> Heads {
    let is_touched = |realm: &Uuid| {
        let mut of_realm = saved.audiences.iter().filter(|(of, _)| of == realm);
        let is_touched = of_realm.any(|(_, audience)| viewer.reach().includes(*realm, audience));
        is_touched || (saved.anybody.contains(realm) && viewer.reach().reaches(*realm))
    };
    let heads = saved.heads.iter().filter(|(realm, _)| is_touched(realm));
    heads.map(|(realm, seq)| (*realm, *seq)).collect()
}
