//! The viewer of a request, worked out once, and what he reaches.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use entity::accounts::{account, session};
use entity::estate::community;
use entity::ids::{AccountId, CommunityId, PartyId, SessionId, StaffMemberId, ZoneId};
use entity::kinds::PostKind;
use sea_orm::prelude::DateTimeUtc;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, DbErr};
use sea_orm::{EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::token::Tokens;
use crate::app::App;
use crate::database::reach::RealmReach;
use crate::database::{Actor, Audience, Reach, Reader, Transaction};
use crate::error::{ApiError, Coded, ErrorCode};

/// Who is calling.
#[derive(Clone, Debug)]
pub struct Viewer {
    person: Option<Person>,
    reach: Reach,
}

/// A signed-in person, on one device.
#[derive(Clone, Debug)]
pub struct Person {
    pub account_id: AccountId,
    pub session_id: SessionId,
    pub name: String,
    pub is_administrator: bool,
    /// Still taken: pushes, into quarantine.
    pub has_left: bool,
    /// The posts held, by community.
    pub positions: BTreeMap<CommunityId, Position>,
    /// The party a resident is, by community.
    pub parties: BTreeMap<CommunityId, PartyId>,
}

impl Person {
    /// Whether he is an administrator, and has not left.
    pub fn administers(&self) -> bool {
        self.is_administrator && !self.has_left
    }

    /// The zones this person works in.
    pub fn zones(&self) -> impl Iterator<Item = ZoneId> {
        let positions = self.positions.values();
        positions.filter_map(|position| position.zone_id)
    }
}

/// A post held in a community.
#[derive(Clone, Copy, Debug)]
pub struct Position {
    pub staff_member_id: StaffMemberId,
    pub post: PostKind,
    pub zone_id: Option<ZoneId>,
}

/// Where an account works and lives.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// The posts it holds.
    pub positions: BTreeMap<CommunityId, Position>,
    /// The communities it has to do with; when there are none any more, those it had.
    pub communities: BTreeSet<CommunityId>,
}

/// What the areas know about an account: collected, then turned into a viewer.
#[derive(Clone, Debug, Default)]
pub struct Grants {
    pub positions: BTreeMap<CommunityId, Position>,
    pub parties: BTreeMap<CommunityId, PartyId>,
    audiences: BTreeMap<Uuid, RealmReach>,
}

impl Grants {
    /// The account belongs to this audience of the community, for records not older than `since`.
    pub fn add(&mut self, community: CommunityId, audience: Audience, since: Option<DateTimeUtc>) {
        let reach = self.audiences.entry(community.into()).or_default();
        let known = reach.entry(audience).or_insert(since);
        // Of two reasons the older one lets see more.
        *known = known.zip(since).map(|(one, other)| one.min(other));
    }
}

/// How exactly it is known when a session was last heard of.
const CONTACT_NOTED_EVERY: TimeDelta = TimeDelta::minutes(1);

/// An area that knows what an account reaches.
#[async_trait]
pub trait ReachProvider: Send + Sync {
    async fn grant(
        &self,
        db: &Reader,
        account: AccountId,
        grants: &mut Grants,
    ) -> Result<(), DbErr>;

    /// The audiences, by realm, that the account belonged to at any time, as far as is known.
    async fn former(
        &self,
        db: &Transaction,
        account: AccountId,
    ) -> Result<BTreeSet<(Uuid, Audience)>, DbErr>;
}

impl Viewer {
    /// The system itself: jobs, imports, the command line.
    pub fn system() -> Self {
        Self {
            person: None,
            reach: Reach::Everything,
        }
    }

    /// The system, telling what somebody did before there was this server: it may do everything,
    /// and what it does bears his name.
    pub fn system_in_the_name_of(account_id: AccountId, name: String) -> Self {
        let person = Person {
            account_id,
            session_id: SessionId(Uuid::nil()),
            name,
            is_administrator: false,
            has_left: false,
            positions: BTreeMap::new(),
            parties: BTreeMap::new(),
        };
        Self {
            person: Some(person),
            ..Self::system()
        }
    }

    /// Somebody who has not signed in and sees nothing.
    pub fn nobody() -> Self {
        Self {
            person: None,
            reach: Reach::Of(BTreeMap::new()),
        }
    }

    /// Whether it is the system itself, which may do everything.
    pub fn is_system(&self) -> bool {
        self.reach == Reach::Everything
    }

    /// The author of something, with this viewer's reach: the office answers for letting it through,
    /// and it stays the author's.
    #[must_use]
    pub fn answering_for(&self, author: Self) -> Self {
        Self {
            reach: self.reach.clone(),
            ..author
        }
    }

    /// Gives a post, for the tables of a test.
    #[cfg(test)]
    pub fn hold(&mut self, community: CommunityId, position: Position) {
        if let Some(person) = &mut self.person {
            person.positions.insert(community, position);
        }
    }

    pub fn reach(&self) -> &Reach {
        &self.reach
    }

    /// The person, unless it is the system.
    pub fn person(&self) -> Option<&Person> {
        self.person.as_ref()
    }

    /// The post held in this community.
    pub fn position(&self, community: CommunityId) -> Option<&Position> {
        self.person.as_ref()?.positions.get(&community)
    }

    /// Whether he sees the whole community: desk, supervisors, manager, and the system.
    pub fn is_office(&self, community: CommunityId) -> bool {
        self.reach.includes(community.into(), &Audience::Office)
    }

    /// Whether he works in this community.
    pub fn is_staff(&self, community: CommunityId) -> bool {
        self.reach.includes(community.into(), &Audience::Staff)
    }

    pub fn actor(&self) -> Actor {
        match &self.person {
            None => Actor {
                account_id: None,
                session_id: None,
                name: "system".to_owned(),
            },
            Some(person) => Actor {
                account_id: Some(person.account_id.into()),
                session_id: Some(person.session_id.into()),
                name: person.name.clone(),
            },
        }
    }
}

/// Why a session is not let in.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    #[error("sign in first")]
    Unauthenticated,
    #[error("this device was reported lost and must be wiped")]
    Revoked,
}

impl Coded for SessionError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Unauthenticated => ErrorCode::UNAUTHENTICATED,
            Self::Revoked => ErrorCode::DEVICE_REVOKED,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::Unauthenticated => "请先登录".to_owned(),
            Self::Revoked => "该设备已挂失，须清除数据".to_owned(),
        }
    }
}

/// Works out viewers, with what the areas know.
#[derive(Clone)]
pub struct Viewers {
    app: App,
    providers: Arc<[Arc<dyn ReachProvider>]>,
}

impl Viewers {
    pub fn new(app: App, providers: impl Into<Arc<[Arc<dyn ReachProvider>]>>) -> Self {
        Self {
            app,
            providers: providers.into(),
        }
    }

    /// The viewer behind an access token, and until when the token is good.
    pub async fn of_token(
        &self,
        tokens: &Tokens,
        bearer: &str,
    ) -> Result<(Viewer, DateTimeUtc), ApiError> {
        let claims = tokens.check(bearer, self.app.clock().now())?;
        let session = self.find_session(claims.sid).await?;
        if session.account_id != claims.sub {
            return Err(SessionError::Unauthenticated.into());
        }
        let viewer = self.of(&session).await?;
        self.note_contact(&session, claims.generation);
        Ok((viewer, claims.expires_at()))
    }

    /// The viewer behind a session, as he stands at this moment.
    pub async fn of_session(&self, session: SessionId) -> Result<Viewer, ApiError> {
        self.of(&self.find_session(session).await?).await
    }

    /// Where an account works and lives.
    pub async fn standing_of(&self, account: AccountId) -> Result<Standing, ApiError> {
        let grants = self.grants(account).await?;
        let works_or_lives = grants.positions.keys().chain(grants.parties.keys());
        let now: BTreeSet<_> = works_or_lives.copied().collect();
        let before = grants.audiences.into_keys().map(CommunityId);
        Ok(Standing {
            positions: grants.positions,
            communities: if now.is_empty() {
                before.collect()
            } else {
                now
            },
        })
    }

    /// Who sent something in this session, whatever has become of session and account since.
    pub async fn author(&self, session: SessionId) -> Result<Viewer, ApiError> {
        let session = self.find_session(session).await?;
        let account = account::Entity::find_by_id(session.account_id)
            .one(self.app.db().reader())
            .await?;
        let account = account.ok_or(SessionError::Unauthenticated)?;
        self.viewer(&session, account).await
    }

    async fn find_session(&self, id: SessionId) -> Result<session::Model, ApiError> {
        let session = session::Entity::find_by_id(id)
            .one(self.app.db().reader())
            .await?;
        Ok(session.ok_or(SessionError::Unauthenticated)?)
    }

    async fn of(&self, session: &session::Model) -> Result<Viewer, ApiError> {
        let account = account::Entity::find_by_id(session.account_id)
            .one(self.app.db().reader())
            .await?;
        let account = account.ok_or(SessionError::Unauthenticated)?;
        if session.revoked_at.is_some() {
            return Err(SessionError::Revoked.into());
        }
        let is_closed = account.is_demo && !self.app.settings().sign_in.demo;
        if session.signed_out_at.is_some() || is_closed {
            return Err(SessionError::Unauthenticated.into());
        }
        self.viewer(session, account).await
    }

    async fn viewer(
        &self,
        session: &session::Model,
        account: account::Model,
    ) -> Result<Viewer, ApiError> {
        let mut grants = self.grants(account.id).await?;
        if account.is_administrator && account.left_at.is_none() {
            // He fills posts and lays out estates everywhere, so he sees which there are.
            for community in self.communities().await? {
                grants.add(community, Audience::Everyone, None);
            }
        }
        Ok(Viewer {
            reach: Reach::Of(grants.audiences),
            person: Some(Person {
                account_id: account.id,
                session_id: session.id,
                name: account.name,
                is_administrator: account.is_administrator,
                has_left: account.left_at.is_some(),
                positions: grants.positions,
                parties: grants.parties,
            }),
        })
    }

    async fn communities(&self) -> Result<Vec<CommunityId>, ApiError> {
        let ids = community::Entity::find()
            .select_only()
            .column(community::Column::Id)
            .filter(community::Column::DeletedAt.is_null());
        Ok(ids.into_tuple().all(self.app.db().reader()).await?)
    }

    async fn grants(&self, account: AccountId) -> Result<Grants, ApiError> {
        let mut grants = Grants::default();
        for provider in self.providers.iter() {
            provider
                .grant(self.app.db().reader(), account, &mut grants)
                .await?;
        }
        Ok(grants)
    }

    /// Notes now and then that a session was heard of, and with it that its newest tokens have arrived,
    /// without making its request wait.
    fn note_contact(&self, session: &session::Model, generation: i64) {
        let now = self.app.clock().now();
        if session.last_contact_at > now - CONTACT_NOTED_EVERY {
            return;
        }
        let confirms =
            session.refresh_generation == generation && session.refresh_confirmed_at.is_none();
        let (app, id) = (self.app.clone(), session.id);
        tokio::spawn(async move {
            use session::Column::{Id, LastContactAt, RefreshConfirmedAt, RefreshGeneration};
            let mut note = session::Entity::update_many()
                .col_expr(LastContactAt, Expr::value(now))
                .filter(Id.eq(id));
            if confirms {
                note = note
                    .col_expr(RefreshConfirmedAt, Expr::value(now))
                    .filter(RefreshGeneration.eq(generation))
                    .filter(RefreshConfirmedAt.is_null());
            }
            if let Err(error) = note.exec(app.db().writer()).await {
                tracing::warn!(%error, "a contact was not noted");
            }
        });
    }
}
