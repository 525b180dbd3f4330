//! A pull: one page of what changed for a viewer, as of one moment.
//!
//! Per realm the feed of the viewer's audiences is read past the cursor. It names roots; a root
//! that the viewer may see is given with its rows, any other is taken away without content.
//! Audiences that came into reach or went out of it are walked in the same way.

mod page;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use entity::ids::SessionId;
use sea_orm::DatabaseTransaction;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use self::page::Page;
pub(super) use self::page::{Shown, audit_shown};
use super::cursor::{Cursor, Rest, Standing, Walk, WalkPurpose};
use super::protocol::PullPage;
use super::registry::Registry;
use crate::app::App;
use crate::auth::Viewer;
use crate::auth::viewer::{Person, SessionError};
use crate::command::observed::Contact;
use crate::database::feed::{self, FeedKind, Range};
use crate::database::sealed::{Keyring, Purpose};
use crate::database::{Audience, Heads, installation, sequence};
use crate::error::ApiError;

/// The most ids of records with unsent edits that a pull may name.
const MOST_DIRTY: usize = 1_000;

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

/// The clocks of a phone.
#[derive(Clone, Debug, Default)]
pub struct PhoneClock {
    /// Changes when the phone starts anew.
    pub boot_id: Option<String>,
    pub wall_clock: Option<DateTime<Utc>>,
}

/// What a contact id says, sealed.
#[derive(Serialize, Deserialize)]
struct SealedContact {
    session: Uuid,
    contact: Contact,
}

/// Names this contact, for `observed.contactId` of what happens from now on.
pub fn contact_id(app: &App, person: &Person, clock: &PhoneClock) -> Result<String, ApiError> {
    let at = app.clock().now();
    let offset = |wall: DateTime<Utc>| (wall - at).num_milliseconds();
    let contact = Contact {
        at,
        boot_id: clock.boot_id.clone(),
        wall_offset_ms: clock.wall_clock.map(offset),
    };
    let sealed = SealedContact {
        session: person.session_id.into(),
        contact,
    };
    Ok(app.keys().seal_token(Purpose::Contact, &sealed)?)
}

/// The contact that an id of this session names.
pub fn find_contact(keys: &Keyring, session: SessionId, id: &str) -> Option<Contact> {
    let sealed: SealedContact = keys.open_token(Purpose::Contact, id).ok()?;
    (sealed.session == Uuid::from(session)).then_some(sealed.contact)
}

/// One page of what changed for the viewer.
pub async fn pull(
    app: &App,
    registry: &Registry,
    viewer: &Viewer,
    request: PullRequest,
) -> Result<PullPage, ApiError> {
    let person = viewer.person().ok_or(SessionError::Unauthenticated)?;
    let limit = limit(app, request.limit)?;
    let collections = collections(registry, request.collections)?;
    let dirty = dirty(&request.dirty_ids)?;

    let snapshot = app.db().snapshot().await?;
    let epoch = installation::epoch_at(&snapshot).await?.unwrap_or_default();
    let given = request
        .cursor
        .as_deref()
        .map(|token| app.keys().open_token::<Cursor>(Purpose::Cursor, token));
    let realms: BTreeSet<Uuid> = viewer.reach().realms().map(|(realm, _)| *realm).collect();
    let known = given
        .iter()
        .flatten()
        .flat_map(|cursor| cursor.realms.keys().copied());
    let heads = sequence::heads(&snapshot, realms.into_iter().chain(known)).await?;

    let (cursor, reset_required) = match given {
        None => (
            Cursor::fresh(epoch, person.account_id, collections.clone()),
            false,
        ),
        Some(Ok(cursor))
            if cursor.continues(epoch, person.account_id, &heads)
                && cursor.collections == collections =>
        {
            (cursor, false)
        }
        Some(_) => (
            Cursor::fresh(epoch, person.account_id, collections.clone()),
            true,
        ),
    };
    let mut pull = Pull {
        app,
        registry,
        viewer,
        snapshot,
        cursor,
        page: Page::new(limit, dirty),
    };
    if !reset_required {
        pull.cursor.follow(viewer, &heads);
        pull.release_withheld().await?;
        pull.fill(&heads).await?;
        pull.cursor.tidy(&heads);
    }
    let has_more = reset_required || pull.cursor.has_more(&heads) || pull.page.is_cut;
    let shown = std::mem::take(&mut pull.page.shown);
    let answer = PullPage {
        changes: pull.page.changes,
        removals: pull.page.removals,
        cursor: app.keys().seal_token(Purpose::Cursor, &pull.cursor)?,
        has_more,
        reset_required,
        server_time: app.clock().now(),
        contact_id: contact_id(app, person, &request.clock)?,
    };
    drop(pull.snapshot);
    audit_shown(app, viewer, shown).await?;
    Ok(answer)
}

fn limit(app: &App, asked: Option<i32>) -> Result<usize, ApiError> {
    let most = app.settings().sync.pull_limit;
    let limit = asked.map_or(Some(most.min(500)), |asked| usize::try_from(asked).ok());
    limit
        .filter(|limit| (1..=most).contains(limit))
        .ok_or_else(|| {
            ApiError::invalid(
                "limit",
                format!("must be 1 to {most}"),
                format!("须在 1 至 {most} 之间"),
            )
        })
}

fn collections(
    registry: &Registry,
    asked: Option<Vec<String>>,
) -> Result<BTreeSet<String>, ApiError> {
    let asked: BTreeSet<String> = asked.unwrap_or_default().into_iter().collect();
    match asked
        .iter()
        .find(|name| registry.find_collection(name).is_none())
    {
        None => Ok(asked),
        Some(name) => Err(ApiError::invalid(
            "collections",
            format!("there is no collection {name:?}"),
            format!("没有名为 {name:?} 的数据集"),
        )),
    }
}

/// Ids that are no UUIDs name no record of ours, so nothing of theirs can be withheld.
fn dirty(ids: &[String]) -> Result<BTreeSet<Uuid>, ApiError> {
    if ids.len() > MOST_DIRTY {
        return Err(ApiError::invalid(
            "dirtyIds",
            format!("at most {MOST_DIRTY}; push first"),
            format!("最多 {MOST_DIRTY} 个，请先上传"),
        ));
    }
    Ok(ids
        .iter()
        .filter_map(|id| Uuid::try_parse(id).ok())
        .collect())
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
    async fn fill(&mut self, heads: &Heads) -> Result<(), ApiError> {
        let realms: Vec<Uuid> = self.cursor.realms.keys().copied().collect();
        for realm in realms {
            let Some(mut standing) = self.cursor.realms.remove(&realm) else {
                continue;
            };
            let head = heads.get(&realm).copied().unwrap_or(0);
            self.fill_realm(realm, &mut standing, head).await?;
            self.cursor.realms.insert(realm, standing);
        }
        Ok(())
    }

    async fn fill_realm(
        &mut self,
        realm: Uuid,
        standing: &mut Standing,
        head: i64,
    ) -> Result<(), ApiError> {
        while let Some(walk) = standing.walks.first_mut() {
            if self.page.room() == 0 {
                return Ok(());
            }
            let is_cleared = walk.purpose == WalkPurpose::Cleared;
            if self.walk(realm, walk, head).await? {
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
            let (at, rest) = self
                .stretch(Stretch {
                    range: Range {
                        realm,
                        audiences: &audiences,
                        after: standing.at,
                        until: head,
                        entered_only: false,
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
    async fn walk(&mut self, realm: Uuid, walk: &mut Walk, head: i64) -> Result<bool, ApiError> {
        let (at, rest) = self
            .stretch(Stretch {
                range: Range {
                    realm,
                    audiences: &walk.audiences,
                    after: walk.at,
                    until: walk.until,
                    entered_only: true,
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
