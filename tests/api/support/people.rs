//! Places and people to test with.

use entity::estate::{community, zone};
use entity::ids::{CommunityId, StaffMemberId, ZoneId};
use entity::kinds::PostKind;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use tokio::sync::OnceCell;
use xunfang::areas::accounts::AddAccount;
use xunfang::areas::organisation::{AppointStaffMember, MoveStaffMember};
use xunfang::auth::{Viewer, password};
use xunfang::command;
use xunfang::database::{Record, Write};

use super::TestApp;

/// Everybody's.
pub const PASSWORD: &str = "a password that everybody has";

/// A community, by its code.
#[derive(Clone, Debug)]
pub struct Community {
    pub id: CommunityId,
}

/// A part of a community.
#[derive(Clone, Debug)]
pub struct Zone {
    pub id: ZoneId,
    pub community: Community,
}

/// Somebody who works in a community and signs in by his name.
#[derive(Clone, Debug)]
pub struct Staff {
    pub account: String,
    pub id: StaffMemberId,
}

/// Somebody who is about to be appointed.
pub struct NewStaff<'a> {
    app: &'a TestApp,
    account: &'a str,
    post: PostKind,
}

impl TestApp {
    pub async fn community(&self, code: &str) -> Community {
        let insert = async |write: &mut Write| {
            let id = CommunityId(write.new_id());
            write.insert(community::Model {
                id,
                code: code.to_owned(),
                name: format!("{code}屋村"),
                time_zone: "Asia/Shanghai".to_owned(),
                policies: community::Policies::default(),
                seq: 0,
                created_at: write.now(),
                updated_at: write.now(),
                deleted_at: None,
            })?;
            Ok(id)
        };
        Community {
            id: self.build(insert).await,
        }
    }

    pub async fn zone(&self, community: &Community, name: &str) -> Zone {
        let insert = async |write: &mut Write| {
            let id = ZoneId(write.new_id());
            write.insert(zone::Model {
                id,
                community_id: community.id,
                name: name.to_owned(),
                seq: 0,
                created_at: write.now(),
                updated_at: write.now(),
                deleted_at: None,
            })?;
            Ok(id)
        };
        Zone {
            id: self.build(insert).await,
            community: community.clone(),
        }
    }

    /// Somebody new: `app.staff("li", PostKind::Supervisor).at(&community).await`.
    pub fn staff<'a>(&'a self, account: &'a str, post: PostKind) -> NewStaff<'a> {
        NewStaff {
            app: self,
            account,
            post,
        }
    }

    /// An account without a post.
    pub async fn account(&self, account: &str) {
        self.add_account(account, |_| {}).await;
    }

    pub async fn administrator(&self, account: &str) {
        self.add_account(account, |command| command.is_administrator = true)
            .await;
    }

    pub async fn demo_account(&self, account: &str) {
        self.add_account(account, |command| command.is_demo = true)
            .await;
    }

    /// Changes a row behind the back of all commands.
    pub async fn force<R: Record>(&self, id: impl Into<uuid::Uuid>, change: fn(&mut R)) {
        let id = id.into();
        let force = async |write: &mut Write| {
            write.load::<R>([id]).await?;
            write.update::<R>(id, change)
        };
        self.build(force).await;
    }

    async fn add_account(&self, account: &str, change: impl FnOnce(&mut AddAccount)) {
        static HASH: OnceCell<String> = OnceCell::const_new();
        let hash = HASH
            .get_or_init(async || password::hash(PASSWORD.to_owned()).await.unwrap())
            .await;
        let mut command = AddAccount {
            account: account.to_owned(),
            name: account.to_owned(),
            password_hash: hash.clone(),
            is_administrator: false,
            is_demo: false,
        };
        change(&mut command);
        self.command(&command).await;
    }

    /// Runs a command as the system.
    pub async fn command<C: command::Command>(&self, command: &C) -> C::Output {
        let done = command::run(&self.app, &Viewer::system(), command).await;
        done.unwrap()
    }

    async fn build<T>(
        &self,
        change: impl AsyncFnOnce(&mut Write) -> Result<T, xunfang::error::ApiError> + Clone,
    ) -> T {
        let actor = Viewer::system().actor();
        self.app
            .write(&actor, "prepare a test", change)
            .await
            .unwrap()
    }
}

impl NewStaff<'_> {
    pub async fn at(self, community: &Community) -> Staff {
        self.app.account(self.account).await;
        self.joining(community).await
    }

    /// In a zone of a community.
    pub async fn in_zone(self, zone: &Zone) -> Staff {
        let (app, post) = (self.app, self.post);
        let staff = self.at(&zone.community).await;
        let command = MoveStaffMember {
            staff_member_id: staff.id,
            post,
            zone_id: Some(zone.id),
        };
        app.command(&command).await;
        staff
    }

    /// In one more community; the account is there already.
    pub async fn joining(self, community: &Community) -> Staff {
        let command = AppointStaffMember {
            community_id: community.id,
            account: self.account.to_owned(),
            post: self.post,
            zone_id: None,
        };
        Staff {
            account: self.account.to_owned(),
            id: self.app.command(&command).await,
        }
    }
}

impl TestApp {
    /// Moves somebody to another post or zone.
    pub async fn move_to(&self, staff: &Staff, post: PostKind, zone: &Zone) {
        let command = MoveStaffMember {
            staff_member_id: staff.id,
            post,
            zone_id: Some(zone.id),
        };
        self.command(&command).await;
    }

    /// The zone of a community by its name.
    pub async fn zone_of(&self, community: &Community, name: &str) -> Zone {
        let zone = zone::Entity::find()
            .filter(zone::Column::CommunityId.eq(community.id))
            .filter(zone::Column::Name.eq(name));
        let zone = zone.one(self.app.db().reader()).await.unwrap().unwrap();
        Zone {
            id: zone.id,
            community: community.clone(),
        }
    }

    /// Some unit of a community.
    pub async fn unit_of(&self, community: &Community) -> uuid::Uuid {
        use entity::estate::unit::{Column, Entity};
        let units = Entity::find().filter(Column::CommunityId.eq(community.id));
        let unit = units.one(self.app.db().reader()).await.unwrap();
        unit.unwrap().id.into()
    }

    /// Puts a ticket into a zone, as if its unit lay there.
    pub async fn set_zone(&self, ticket: uuid::Uuid, zone: ZoneId) {
        let change = async |write: &mut Write| {
            write
                .load::<entity::tickets::ticket::Model>([ticket])
                .await?;
            write.update::<entity::tickets::ticket::Model>(ticket, |row| row.zone_id = Some(zone))
        };
        self.build(change).await;
    }
}
