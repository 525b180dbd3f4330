//! A pull: one page of what changed for a viewer, as of one moment.
//!
//! Per realm the feed of the viewer's audiences is read past the cursor. It names roots; a root
//! that the viewer may see is given with its rows, any other is taken away without content.
//! Audiences that came into reach or went out of it are walked in the same way.

mod contact;
mod echo;
mod page;
mod request;
mod withhold;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

pub use self::contact::{PhoneClock, contact_id, find_contact};
pub use self::echo::Echo;
use self::page::Page;
pub(super) use self::page::{Shown, audit_shown};
pub(super) use self::request::limit;
use self::request::{collections, dirty};
pub use self::withhold::Withhold;
use super::cursor::{Cursor, Rest, Standing, Walk, WalkPurpose};
use super::horizon::forget_before;
use super::protocol::{Document, PullPage, Removal};
use super::registry::Registry;
use crate::app::App;
use crate::auth::Viewer;
use crate::auth::viewer::SessionError;
use crate::database::feed::{self, FeedKind, Range};
use crate::database::installation::{self, History};
use crate::database::sealed::Purpose;
use crate::database::{Audience, Heads, sequence};
use crate::error::ApiError;

/// What a phone asks.
#[derive(Clone, Debug, Default)]
pub struct PullRequest {
    pub cursor: Option<String>,
    /// All when left out.
    pub collections: Option<Vec<String>>,
    pub limit: Option<i32>,
    /// Records with unsent edits: their removal waits.
    pub dirty_ids: Vec<String>,
    /// The phone's clocks at this moment.
    pub clock: PhoneClock,
}

/// What a page is to hold.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    pub limit: usize,
    /// All when empty.
    pub collections: BTreeSet<String>,
    /// Records with unsent edits. Shared by all pages of an answer: there may be thousands.
    pub dirty: Arc<BTreeSet<String>>,
    pub withhold: Withhold,
    pub echo: Option<Echo>,
    /// Goes up to these heads, instead of where the realms stand now.
    pub heads: Option<Heads>,
}

/// Where a pull begins.
#[derive(Clone, Debug)]
pub enum Start {
    /// With nothing.
    Fresh,
    At(Box<Cursor>),
    /// With a cursor that cannot be read.
    Unreadable,
}

/// What a page holds.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is an answer of its own to whoever pulls"
)]
pub struct Given {
    pub changes: Vec<Document>,
    pub removals: Vec<Removal>,
    pub cursor: Cursor,
    pub has_more: bool,
    /// The cursor could not be continued; nothing was given.
    pub reset_required: bool,
    /// The session has sent something of late, which was looked up.
    pub has_echo: bool,
    /// Because it belongs to another history: the database was restored from a backup.
    pub give_back: bool,
    /// The moment up to which a backup has everything; none where no backup was noted.
    pub backed_up_until: Option<DateTime<Utc>>,
}

/// One page of what changed for the viewer.
pub async fn pull(
    app: &App,
    registry: &Registry,
    viewer: &Viewer,
    request: PullRequest,
) -> Result<PullPage, ApiError> {
    let person = viewer.person().ok_or(SessionError::Unauthenticated)?;
    let ask = Ask {
        limit: limit(app, request.limit)?,
        collections: collections(registry, request.collections)?,
        dirty: dirty(&request.dirty_ids)?.into(),
        ..Ask::default()
    };
    let start = start(app, request.cursor.as_deref());
    let given = page(app, registry, viewer, start, ask).await?;
    let now = app.clock().now();
    Ok(PullPage {
        changes: given.changes,
        removals: given.removals,
        cursor: app.keys().seal_token(Purpose::Cursor, &given.cursor)?,
        has_more: given.has_more,
        reset_required: given.reset_required,
        give_back: given.give_back,
        forget_before: forget_before(given.backed_up_until, now),
        server_time: now,
        contact_id: contact_id(app, person, &request.clock)?,
    })
}

/// The history of the database, and where the viewer's realms and those of a cursor stand now.
pub async fn heads(
    app: &App,
    viewer: &Viewer,
    known: Option<&Cursor>,
) -> Result<(History, Heads), ApiError> {
    let snapshot = app.db().snapshot().await?;
    heads_at(&snapshot, viewer, known).await
}

async fn heads_at(
    snapshot: &DatabaseTransaction,
    viewer: &Viewer,
    known: Option<&Cursor>,
) -> Result<(History, Heads), ApiError> {
    let history = installation::history_at(snapshot).await?;
    let realms: BTreeSet<Uuid> = viewer.reach().realms().map(|(realm, _)| *realm).collect();
    let known = known
        .into_iter()
        .flat_map(|cursor| cursor.realms.keys().copied());
    let heads = sequence::heads(snapshot, realms.into_iter().chain(known)).await?;
    Ok((history, heads))
}

/// One page, of what is asked for, from `start` on.
pub async fn page(
    app: &App,
    registry: &Registry,
    viewer: &Viewer,
    start: Start,
    ask: Ask,
) -> Result<Given, ApiError> {
    let person = viewer.person().ok_or(SessionError::Unauthenticated)?;
    // Before the snapshot: what is resolved after it is resolved after this too.
    let now = app.clock().now();
    let snapshot = app.db().snapshot().await?;
    let known = match &start {
        Start::At(cursor) => Some(&**cursor),
        Start::Fresh | Start::Unreadable => None,
    };
    let (history, present) = heads_at(&snapshot, viewer, known).await?;
    let epoch = history.epoch;
    let heads = ask.heads.unwrap_or(present);
    let fresh = || Cursor::fresh(epoch, person.account_id, ask.collections.clone(), now);
    let (cursor, reset_required, give_back) = match start {
        Start::Fresh => (fresh(), false, false),
        Start::At(cursor)
            if cursor.continues(epoch, person.account_id, &heads)
                && cursor.collections == ask.collections =>
        {
            (*cursor, false, false)
        }
        Start::At(cursor) => {
            let is_of_another_history = !cursor.continues(epoch, cursor.account, &heads);
            (fresh(), true, is_of_another_history)
        }
        Start::Unreadable => (fresh(), true, true),
    };
    let mut pull = Pull {
        app,
        registry,
        viewer,
        snapshot,
        cursor,
        page: Page::new(ask.limit, ask.dirty, ask.withhold),
    };
    let mut has_echo = false;
    if !reset_required {
        pull.cursor.follow(viewer, &heads);
        pull.release_withheld().await?;
        pull.fill(&heads).await?;
        pull.cursor.tidy(&heads);
        if let Some(echo) = ask.echo
            && !pull.has_more(&heads)
        {
            has_echo = pull.echo(person.session_id, echo).await?;
        }
        if !pull.has_more(&heads) {
            // Not before: what became of the phone's work is looked up at the end only.
            pull.cursor.made_at = now;
            let since = ask
                .echo
                .and_then(|echo| now.checked_sub_signed(echo.margin));
            pull.cursor.forget_told(since.unwrap_or(now));
        }
    }
    let has_more = reset_required || pull.has_more(&heads);
    let shown = std::mem::take(&mut pull.page.shown);
    let given = Given {
        changes: pull.page.changes,
        removals: pull.page.removals,
        cursor: pull.cursor,
        has_more,
        reset_required,
        has_echo,
        give_back,
        backed_up_until: history.backed_up_until,
    };
    drop(pull.snapshot);
    audit_shown(app, viewer, shown).await?;
    Ok(given)
}

/// Where a client begins that comes with this cursor.
pub(super) fn start(app: &App, cursor: Option<&str>) -> Start {
    match cursor.map(|token| app.keys().open_token(Purpose::Cursor, token)) {
        None => Start::Fresh,
        Some(Ok(cursor)) => Start::At(Box::new(cursor)),
        Some(Err(_)) => Start::Unreadable,
    }
}

/// A pull under way.
struct Pull<'a> {
    app: &'a App,
    registry: &'a Registry,
    viewer: &'a Viewer,
    snapshot: DatabaseTransaction,
    cursor: Cursor,
    page: Page,
}

/// A stretch of the feed, and what to do with the roots it names.
struct Stretch<'a> {
    range: Range<'a>,
    /// Rows past this number are news.
    base: i64,
    /// Where the realm stands now.
    head: i64,
    /// None for news: give what he may see, take away what not.
    walk: Option<WalkPurpose>,
    rest: Option<Rest>,
}

impl Pull<'_> {
    fn has_more(&self, heads: &Heads) -> bool {
        self.cursor.has_more(heads) || self.page.is_cut
    }

    /// The kinds of roots with which something travels that the phone carries; none stands for all.
    fn kinds(&self) -> Option<Vec<&'static str>> {
        if self.cursor.collections.is_empty() {
            return None;
        }
        let collections = self.registry.collections().iter();
        let carried = collections.filter(|collection| self.cursor.carries(collection.name()));
        let kinds: BTreeSet<_> = carried.map(|collection| collection.root()).collect();
        Some(kinds.into_iter().collect())
    }

    async fn fill(&mut self, heads: &Heads) -> Result<(), ApiError> {
        let realms: Vec<Uuid> = self.cursor.realms.keys().copied().collect();
        let kinds = self.kinds();
        let kinds = kinds.as_deref();
        for realm in realms {
            let Some(mut standing) = self.cursor.realms.remove(&realm) else {
                continue;
            };
            let head = heads.get(&realm).copied().unwrap_or(0);
            self.fill_realm(realm, &mut standing, head, kinds).await?;
            self.cursor.realms.insert(realm, standing);
        }
        Ok(())
    }

    async fn fill_realm(
        &mut self,
        realm: Uuid,
        standing: &mut Standing,
        head: i64,
        kinds: Option<&[&'static str]>,
    ) -> Result<(), ApiError> {
        while let Some(walk) = standing.walks.first_mut() {
            if self.page.room() == 0 {
                return Ok(());
            }
            let is_cleared = walk.purpose == WalkPurpose::Cleared;
            // What comes into sight was not there before, in any version.
            let is_gained = walk.purpose == WalkPurpose::Gained;
            self.page.version = if is_gained { 0 } else { standing.at };
            if self.walk(realm, walk, head, kinds).await? {
                standing.walks.remove(0);
                if is_cleared {
                    // What is given anew goes on another page than its removal.
                    return Ok(());
                }
            }
        }
        if standing.reach.is_empty() {
            standing.at = head;
        }
        let audiences: Vec<Audience> = standing.reach.keys().cloned().collect();
        while standing.at < head && self.page.room() > 0 {
            self.page.version = standing.at;
            let (at, rest) = self
                .stretch(Stretch {
                    range: Range {
                        realm,
                        audiences: &audiences,
                        after: standing.at,
                        until: head,
                        entered_only: false,
                        kinds,
                        limit: self.page.room() as u64,
                    },
                    base: standing.base,
                    head,
                    walk: None,
                    rest: standing.rest,
                })
                .await?;
            standing.at = at;
            standing.rest = rest;
        }
        Ok(())
    }

    /// Goes on with a walk; true when it has come to its end.
    async fn walk(
        &mut self,
        realm: Uuid,
        walk: &mut Walk,
        head: i64,
        kinds: Option<&[&'static str]>,
    ) -> Result<bool, ApiError> {
        let (at, rest) = self
            .stretch(Stretch {
                range: Range {
                    realm,
                    audiences: &walk.audiences,
                    after: walk.at,
                    until: walk.until,
                    entered_only: true,
                    kinds,
                    limit: self.page.room() as u64,
                },
                base: 0,
                head,
                walk: Some(walk.purpose),
                rest: walk.rest,
            })
            .await?;
        walk.at = at;
        walk.rest = rest;
        Ok(walk.at >= walk.until)
    }

    /// Puts as much of a stretch on the page as fits. Gives the number up to which everything is on
    /// it, and where the next root was cut if it was.
    async fn stretch(&mut self, stretch: Stretch<'_>) -> Result<(i64, Option<Rest>), ApiError> {
        let entries = feed::read(&self.snapshot, &stretch.range).await?;
        let end = entries
            .last()
            .filter(|_| entries.is_full)
            .map_or(stretch.range.until, |e| e.seq);

        // A root that is named more than once is given once, at its first place: what comes after
        // it is then read again if the page ends in between.
        let mut places: BTreeMap<(&str, Uuid), (i64, bool)> = BTreeMap::new();
        for entry in entries.iter() {
            let place = (&*entry.root_kind, entry.root_id);
            let place = places.entry(place).or_insert((entry.seq, false));
            place.1 |= entry.kind == FeedKind::Entered;
        }
        let mut roots: Vec<page::Root> = places
            .into_iter()
            .map(|((kind, id), (seq, entered))| page::Root {
                kind: kind.to_owned(),
                id,
                seq,
                is_whole: entered || stretch.walk == Some(WalkPurpose::Gained),
            })
            .collect();
        roots.sort_by_key(|root| root.seq);
        let may = page::Give {
            visible: !matches!(stretch.walk, Some(WalkPurpose::Lost | WalkPurpose::Cleared)),
            hidden: stretch.walk != Some(WalkPurpose::Gained),
            nothing_is_visible: stretch.walk == Some(WalkPurpose::Cleared),
        };
        let cut = self
            .give(&roots, may, (stretch.base, stretch.head), stretch.rest)
            .await?;
        Ok(match cut {
            None => (end, None),
            Some(page::Cut { before, rest }) => (before - 1, rest),
        })
    }
}
