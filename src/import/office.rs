//! Taking over an office's lists: all of them in one change, or nothing.

use entity::ids::CommunityId;

use super::fault::{Fault, Reason};
use super::rows::{PartyRow, Sheet, UnitRow, read_parties, read_units};
use crate::app::App;
use crate::areas::estate::Imported;
use crate::areas::estate::write::{ImportUnits, ImportedUnit, OpenCommunity};
use crate::areas::households::write::{
    ImportParties, ImportedParties, ImportedParty, SealedIdentityNumber, SealedPhone,
};
use crate::auth::Viewer;
use crate::command::{Command, Occasion};
use crate::database::Write;
use crate::database::sealed::Keyring;
use crate::error::ApiError;

/// Which lists to take over, and for whom.
#[derive(Clone, Copy, Debug)]
pub struct Lists<'a> {
    /// Name or code; one that is not there is taken into care.
    pub community: &'a str,
    /// The code of a new community; made up when left out.
    pub code: Option<&'a str>,
    pub units: Option<&'a [u8]>,
    pub parties: Option<&'a [u8]>,
    /// Do everything but keep nothing.
    pub dry_run: bool,
}

/// What became of the lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Every fault of the lists; if there is one, nothing was taken over.
    pub faults: Vec<ListFault>,
    pub community_is_new: bool,
    pub is_dry_run: bool,
    /// None where no such list was brought, or where faults kept it from being looked at.
    pub units: Option<Imported>,
    pub parties: Option<Imported>,
    /// What parties are to units: one per row of the list of parties.
    pub relations: Option<Imported>,
}

/// A fault, and the list it is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFault {
    pub list: List,
    pub fault: Fault,
}

/// One of the lists of an office.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    Units,
    Parties,
}

impl ImportReport {
    /// Whether the lists are in the database now.
    pub fn is_imported(&self) -> bool {
        self.faults.is_empty() && !self.is_dry_run
    }
}

/// Takes over the lists. Faults in them are told in the report; an error is something else.
pub async fn import_estate(app: &App, lists: Lists<'_>) -> Result<ImportReport, ApiError> {
    let units = lists.units.map(read_units);
    let parties = lists.parties.map(read_parties);
    let mut faults = faults_of(List::Units, units.as_ref());
    // A unit that was refused is missing for its parties too: that is no fault of theirs.
    let units_are_good = faults.is_empty();
    faults.extend(faults_of(List::Parties, parties.as_ref()));
    let mut report = ImportReport {
        faults,
        is_dry_run: lists.dry_run,
        ..ImportReport::default()
    };
    if !units_are_good {
        return Ok(report);
    }
    let open = OpenCommunity {
        name_or_code: lists.community.to_owned(),
        code: lists.code.map(str::to_owned),
    };
    let units = units.map(|sheet| sheet.rows.into_iter().map(imported_unit).collect());
    let parties = parties.map(|sheet| sheet.rows);
    let sealed = parties.as_deref().map(|rows| sealed(app.keys(), rows));
    let order = Order {
        open,
        units,
        parties: sealed.transpose()?,
        keeps: report.is_imported(),
    };
    let system = Viewer::system();
    let change = async |write: &mut Write| order.carry_out(&system, write).await;
    let done = app.write(&system.actor(), "import estate", change).await?;
    let rows = parties.unwrap_or_default();
    for place in done.parties.iter().flat_map(|done| &done.without_unit) {
        report.faults.extend(rows.get(*place).map(without_unit));
    }
    report
        .faults
        .sort_by_key(|fault| (fault.list == List::Parties, fault.fault.row));
    report.community_is_new = done.community_is_new;
    report.units = done.units;
    if report.faults.is_empty() {
        report.parties = done.parties.as_ref().map(|done| done.parties);
        report.relations = done.parties.as_ref().map(|done| done.relations);
    }
    Ok(report)
}

/// What is to be done in one change.
struct Order {
    open: OpenCommunity,
    units: Option<Vec<ImportedUnit>>,
    parties: Option<Vec<ImportedParty>>,
    keeps: bool,
}

struct Done {
    community_is_new: bool,
    units: Option<Imported>,
    parties: Option<ImportedParties>,
}

impl Order {
    async fn carry_out(&self, viewer: &Viewer, write: &mut Write) -> Result<Done, ApiError> {
        let start = write.savepoint();
        let community = run(&self.open, viewer, write).await?;
        let units = self.import_units(viewer, write, community.id).await?;
        let parties = self.import_parties(viewer, write, community.id).await?;
        let done = Done {
            community_is_new: community.is_new,
            units,
            parties,
        };
        let lacks_units = done
            .parties
            .as_ref()
            .is_some_and(|it| !it.without_unit.is_empty());
        if !self.keeps || lacks_units {
            write.rollback_to(&start);
        }
        Ok(done)
    }

    async fn import_units(
        &self,
        viewer: &Viewer,
        write: &mut Write,
        community_id: CommunityId,
    ) -> Result<Option<Imported>, ApiError> {
        let Some(rows) = &self.units else {
            return Ok(None);
        };
        let rows = rows.clone();
        let import = ImportUnits { community_id, rows };
        run(&import, viewer, write).await.map(Some)
    }

    async fn import_parties(
        &self,
        viewer: &Viewer,
        write: &mut Write,
        community_id: CommunityId,
    ) -> Result<Option<ImportedParties>, ApiError> {
        let Some(rows) = &self.parties else {
            return Ok(None);
        };
        let rows = rows.clone();
        let import = ImportParties { community_id, rows };
        run(&import, viewer, write).await.map(Some)
    }
}

async fn run<C: Command>(
    command: &C,
    viewer: &Viewer,
    write: &mut Write,
) -> Result<C::Output, ApiError> {
    C::prefetch(&[command], viewer, write).await?;
    command.decide(&Occasion::now(write), viewer, write)
}

fn faults_of<T>(list: List, sheet: Option<&Sheet<T>>) -> Vec<ListFault> {
    let faults = sheet.map(|sheet| sheet.faults.clone()).unwrap_or_default();
    let faults = faults.into_iter();
    faults.map(|fault| ListFault { list, fault }).collect()
}

fn imported_unit(row: UnitRow) -> ImportedUnit {
    ImportedUnit {
        building: row.building,
        floor: row.floor.into(),
        room_number: row.room_number,
        layout: row.layout,
        area_centi_m2: row.area_centi_m2,
        occupancy: row.occupancy,
    }
}

fn sealed(keys: &Keyring, rows: &[PartyRow]) -> Result<Vec<ImportedParty>, ApiError> {
    let sealed = rows.iter().map(|row| {
        let phone = row.phone.as_deref();
        let number = row.identity_number.as_deref();
        Ok(ImportedParty {
            building: row.building.clone(),
            room_number: row.room_number.clone(),
            name: row.name.clone(),
            relation: row.relation,
            phone: phone.map(|it| SealedPhone::seal(keys, it)).transpose()?,
            identity_number: number
                .map(|it| SealedIdentityNumber::seal(keys, it))
                .transpose()?,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
        })
    });
    sealed.collect()
}

fn without_unit(row: &PartyRow) -> ListFault {
    ListFault {
        list: List::Parties,
        fault: Fault {
            row: row.row,
            column: Some("房号".to_owned()),
            value: format!("{} {}", row.building, row.room_number),
            reason: Reason::UnknownUnit,
        },
    }
}
