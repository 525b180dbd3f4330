//! Loading the demo estate: through the commands that an office would use, in one change.

mod names;
mod progress;
mod rounds;
mod tickets;

use std::sync::Arc;

use clap::ValueEnum;
use clap::builder::PossibleValue;
use entity::households::party;
use entity::ids::CommunityId;

use self::progress::Progress;
use super::estate::{DemoCommunity, DemoSize};
use super::make::demo_estate;
use crate::app::App;
use crate::areas::accounts::{self, AddAccount};
use crate::areas::estate::TIME_ZONE;
use crate::areas::estate::write::{
    CreateBuilding, CreateCommunity, CreateZone, ImportUnits, ImportedUnit,
};
use crate::areas::households::write::{
    BindPartyAccount, ImportParties, ImportedParty, ImportedRelation, SealedIdentityNumber,
    SealedPhone,
};
use crate::areas::organisation::AppointStaffMember;
use crate::auth::{Viewer, password};
use crate::command::{Command, Occasion};
use crate::database::sealed::{Keyring, Purpose};
use crate::database::{Write, installation};
use crate::error::{ApiError, Coded, ErrorCode};

/// Which demo estate is loaded.
pub const SEED: u64 = 2026;

/// There is no demo beside real data: its people have a published password.
#[derive(Debug, thiserror::Error)]
#[error(
    "the demo goes into an empty database only, and this one has data of its own; serve it without --demo"
)]
pub struct InUse;

impl Coded for InUse {
    fn code(&self) -> ErrorCode {
        ErrorCode::CONFLICT
    }

    fn chinese(&self) -> String {
        "演示数据只能装入空数据库，而此数据库已有数据；启动时请去掉 --demo".to_owned()
    }
}

/// Loads the demo estate of this size unless one was loaded before, and says which there is.
/// Everybody on it signs in with `password`.
///
/// It is one change, so that no half of it is ever there; `progress` is told how far it is and of
/// how much.
pub async fn load(
    app: &App,
    size: DemoSize,
    password: &str,
    progress: impl Fn(u64, u64) + Send + Sync + 'static,
) -> Result<DemoSize, ApiError> {
    if let Some(loaded) = installation::find(app.db().reader(), installation::DEMO).await? {
        return Ok(size_of(&loaded));
    }
    if !accounts::is_unused(app).await? {
        return Err(InUse.into());
    }
    let password_hash = password::hash(password.to_owned()).await?;
    let estate = demo_estate(size, SEED);
    let progress = Arc::new(Progress::of(&estate, progress));
    let (estate, progress, password_hash) = (&estate, &progress, password_hash.as_str());
    let change = async |write: &mut Write| {
        if let Some(loaded) = installation::find(write.connection(), installation::DEMO).await? {
            return Ok(size_of(&loaded));
        }
        progress.begin();
        let watched = Arc::clone(progress);
        write.watch(Arc::new(move |rows, of| watched.saved(rows, of)));
        for community in &estate.communities {
            let loading = Loading {
                keys: app.keys(),
                viewer: Viewer::system(),
                community,
                password_hash,
                progress,
            };
            loading.load(write).await?;
        }
        installation::put(write.connection(), installation::DEMO, &note(size)).await?;
        Ok(size)
    };
    let actor = Viewer::system().actor();
    app.write(&actor, "load the demo estate", change).await
}

/// What an installation notes of its demo estate.
fn note(size: DemoSize) -> String {
    let word = size.to_possible_value();
    let word = word.as_ref().map_or("", PossibleValue::get_name);
    format!("{word} {SEED}")
}

/// The size that was noted. There was but one before there were several, and it is the small one.
fn size_of(note: &str) -> DemoSize {
    let word = note.split(' ').next().unwrap_or_default();
    DemoSize::from_str(word, false).unwrap_or(DemoSize::Small)
}

/// One community of the demo estate on its way in.
struct Loading<'a> {
    keys: &'a Keyring,
    viewer: Viewer,
    community: &'a DemoCommunity,
    password_hash: &'a str,
    progress: &'a Progress,
}

impl Loading<'_> {
    async fn load(&self, write: &mut Write) -> Result<(), ApiError> {
        let community = self.lay_out(write).await?;
        self.progress.prepared(self.community.units.len());
        self.settle(write, community).await?;
        self.progress.prepared(self.community.parties.len());
        self.add_accounts(write).await?;
        self.appoint_staff(write, community).await?;
        self.bind_residents(write, community).await?;
        self.plan_rounds(write, community).await?;
        self.tell_tickets(write, community).await
    }

    /// Community, zones, buildings and units.
    async fn lay_out(&self, write: &mut Write) -> Result<CommunityId, ApiError> {
        let create = CreateCommunity {
            code: self.community.code.to_owned(),
            name: self.community.name.to_owned(),
            time_zone: TIME_ZONE.to_owned(),
        };
        let created = self.run(write, &[create]).await?;
        let unmade = || ApiError::internal("the demo community was not made");
        let community_id = created.first().copied().ok_or_else(unmade)?;
        let zones = self.community.zones.iter().map(|name| CreateZone {
            community_id,
            name: (*name).to_owned(),
        });
        self.run(write, &zones.collect::<Vec<_>>()).await?;
        let buildings = self
            .community
            .buildings
            .iter()
            .map(|building| CreateBuilding {
                community_id,
                zone: Some(building.zone.to_owned()),
                name: building.name.to_owned(),
            });
        self.run(write, &buildings.collect::<Vec<_>>()).await?;
        let rows = self.community.units.iter().map(|unit| ImportedUnit {
            building: unit.building.to_owned(),
            floor: unit.floor.into(),
            floor_name: None,
            room_number: unit.room_number.clone(),
            layout: Some(unit.layout.to_owned()),
            area_centi_m2: Some(unit.area_centi_m2),
            occupancy: unit.occupancy,
        });
        let import = ImportUnits {
            community_id,
            rows: rows.collect(),
        };
        self.run(write, &[import]).await?;
        Ok(community_id)
    }

    /// Who owns, rents and lives where.
    async fn settle(&self, write: &mut Write, community_id: CommunityId) -> Result<(), ApiError> {
        let rows = self.community.parties.iter().map(|party| {
            let number = party.identity_number.as_deref();
            let relation = ImportedRelation {
                building: party.building.to_owned(),
                room_number: party.room_number.clone(),
                relation: party.relation,
                starts_on: Some(party.starts_on),
                ends_on: party.ends_on,
            };
            Ok(ImportedParty {
                party_id: None,
                name: party.name.clone(),
                phone: Some(SealedPhone::seal(self.keys, &party.phone)?),
                identity_number: number
                    .map(|number| SealedIdentityNumber::seal(self.keys, number))
                    .transpose()?,
                relations: vec![relation],
            })
        });
        let rows = rows.collect::<Result<Vec<_>, ApiError>>()?;
        let import = ImportParties {
            community_id,
            rows,
            has_each_once: false,
        };
        self.run(write, &[import]).await?;
        Ok(())
    }

    /// Staff and residents can sign in. The password was hashed once for all of them.
    async fn add_accounts(&self, write: &mut Write) -> Result<(), ApiError> {
        let staff = self.community.staff.iter();
        let staff = staff.map(|it| (it.account, it.name.as_str()));
        let residents = self.community.residents.iter();
        let residents = residents.map(|it| (it.account, it.name.as_str()));
        let accounts = staff.chain(residents).map(|(account, name)| AddAccount {
            account: account.to_owned(),
            name: name.to_owned(),
            password_hash: self.password_hash.to_owned(),
            is_administrator: false,
            is_demo: true,
        });
        self.run(write, &accounts.collect::<Vec<_>>()).await?;
        Ok(())
    }

    async fn appoint_staff(
        &self,
        write: &mut Write,
        community_id: CommunityId,
    ) -> Result<(), ApiError> {
        let zones = names::zones(write, community_id);
        let staff = self.community.staff.iter().map(|staff| AppointStaffMember {
            community_id,
            account: staff.account.to_owned(),
            post: staff.post,
            zone_id: staff
                .zones
                .first()
                .and_then(|zone| zones.get(*zone))
                .copied(),
        });
        self.run(write, &staff.collect::<Vec<_>>()).await?;
        Ok(())
    }

    /// Residents sign in as the parties they are.
    async fn bind_residents(
        &self,
        write: &mut Write,
        community_id: CommunityId,
    ) -> Result<(), ApiError> {
        let residents = self.community.residents.iter().filter_map(|resident| {
            let index = self.keys.blind_index(Purpose::Phone, &resident.phone);
            let party = write.rows::<party::Model>().find(|row| {
                row.community_id == community_id
                    && row.name == resident.name
                    && index.is(row.phone_index.as_deref())
            })?;
            Some(BindPartyAccount {
                party_id: party.id,
                account: Some(resident.account.to_owned()),
            })
        });
        let residents: Vec<_> = residents.collect();
        self.run(write, &residents).await?;
        Ok(())
    }

    /// Runs commands of one kind together.
    async fn run<C: Command>(
        &self,
        write: &mut Write,
        commands: &[C],
    ) -> Result<Vec<C::Output>, ApiError> {
        let batch: Vec<&C> = commands.iter().collect();
        C::prefetch(&batch, &self.viewer, write).await?;
        let occasion = Occasion::now(write);
        let done = commands
            .iter()
            .map(|command| command.decide(&occasion, &self.viewer, write));
        done.collect()
    }
}
