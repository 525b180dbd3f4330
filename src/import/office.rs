//! Taking over an office's lists: all of them in one change, or nothing.

use entity::ids::CommunityId;

use super::book::{Book, read_book};
use super::fault::{Fault, ImportError, List, ListFault, Reason};
use super::people::{Person, of_book, of_list};
use super::rows::{BuildingRow, Passed, Sheet, StaffRow, UnitRow, read_parties, read_units};
use crate::app::App;
use crate::areas::accounts::{ImportStaff, ImportedStaff, ImportedStaffMember};
use crate::areas::estate::Imported;
use crate::areas::estate::write::{
    ImportBuildings, ImportUnits, ImportedBuilding, ImportedUnit, OpenCommunity,
};
use crate::areas::households::write::{ImportParties, ImportedParties, ImportedParty};
use crate::auth::Viewer;
use crate::command::{Command, Occasion};
use crate::database::{Write, installation};
use crate::error::ApiError;

/// Which lists to take over, and for whom.
#[derive(Clone, Copy, Debug)]
pub struct Lists<'a> {
    /// Name or code.
    pub community: &'a str,
    /// One that is not there is taken into care, beside those there are.
    pub may_be_new: bool,
    /// The code of a new community; made up when left out.
    pub code: Option<&'a str>,
    pub units: Option<&'a [u8]>,
    pub parties: Option<&'a [u8]>,
    /// All lists as sheets of one workbook.
    pub workbook: Option<&'a [u8]>,
    /// Do everything but keep nothing.
    pub dry_run: bool,
}

/// What became of the lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportReport {
    /// Every fault of the lists; if there is one, nothing was taken over.
    pub faults: Vec<ListFault>,
    pub community_is_new: bool,
    /// The code of the new community, where none was named.
    pub made_up_code: Option<String>,
    pub is_dry_run: bool,
    /// None where no such list was brought, or where faults kept it from being looked at.
    pub buildings: Option<Imported>,
    pub units: Option<Imported>,
    pub parties: Option<Imported>,
    /// What parties are to units: one per row of the list of parties.
    pub relations: Option<Imported>,
    pub staff: Option<Imported>,
    /// Accounts that were added with the staff and wait for a password.
    pub new_accounts: Vec<String>,
    /// Hidden rows that were read, and notes that were not, by list.
    pub passed: Vec<(List, Passed)>,
}

impl ImportReport {
    /// Whether the lists are in the database now.
    pub fn is_imported(&self) -> bool {
        self.faults.is_empty() && !self.is_dry_run
    }

    fn sort(&mut self) {
        self.faults.sort_by_key(|it| (it.list, it.fault.row));
    }
}

/// Takes over the lists. Faults in them are told in the report; an error is something else.
pub async fn import_estate(app: &App, lists: Lists<'_>) -> Result<ImportReport, ApiError> {
    if installation::is_demo(app.db().reader()).await? {
        return Err(ImportError::Demo.into());
    }
    let brought = Brought::read(&lists);
    let mut report = ImportReport {
        faults: brought.faults,
        passed: brought.passed,
        is_dry_run: lists.dry_run,
        ..ImportReport::default()
    };
    // A unit or a zone that was refused is missing for others too: that is no fault of theirs.
    let is_estate_good = report.faults.iter().all(|it| it.list > List::Units);
    if !is_estate_good {
        report.sort();
        return Ok(report);
    }
    let parties = brought.people.as_deref().map(|people| {
        let rows = people.iter().map(|person| person.sealed(app.keys()));
        rows.collect::<Result<Vec<_>, ApiError>>()
    });
    let order = Order {
        open: OpenCommunity {
            name_or_code: lists.community.to_owned(),
            may_be_new: lists.may_be_new,
            code: lists.code.map(str::to_owned),
        },
        buildings: brought.buildings,
        units: brought.units,
        parties: parties.transpose()?,
        has_each_once: lists.workbook.is_some(),
        staff: brought.staff,
        keeps: report.is_imported(),
    };
    let system = Viewer::system();
    let change = async |write: &mut Write| order.carry_out(&system, write).await;
    let done = app.write(&system.actor(), "import estate", change).await?;
    let people = brought.people.unwrap_or_default();
    let has_all_relations = report.faults.iter().all(|it| it.list != List::Relations);
    let mut faults = done.faults(&people, &brought.staff_rows);
    // Whose relation was refused seems to have none.
    faults.retain(|it| has_all_relations || it.fault.reason != Reason::PartyWithoutTrace);
    report.faults.extend(faults);
    report.sort();
    report.community_is_new = done.community_is_new;
    report.made_up_code = done.made_up_code;
    report.buildings = done.buildings;
    report.units = done.units;
    if report.faults.is_empty() {
        report.parties = done.parties.as_ref().map(|done| done.parties);
        report.relations = done.parties.as_ref().map(|done| done.relations);
        report.staff = done.staff.as_ref().map(|done| Imported {
            created: done.created,
            changed: done.changed,
            unchanged: done.unchanged,
        });
        report.new_accounts = done.staff.map(|done| done.new_accounts).unwrap_or_default();
    }
    Ok(report)
}

/// The lists as they were read.
#[derive(Default)]
struct Brought {
    buildings: Option<Vec<ImportedBuilding>>,
    units: Option<Vec<ImportedUnit>>,
    people: Option<Vec<Person>>,
    staff: Option<Vec<ImportedStaffMember>>,
    staff_rows: Vec<StaffRow>,
    faults: Vec<ListFault>,
    passed: Vec<(List, Passed)>,
}

impl Brought {
    fn read(lists: &Lists<'_>) -> Self {
        let mut brought = lists
            .workbook
            .map_or_else(Self::default, |workbook| Self::of_book(read_book(workbook)));
        if let Some(units) = lists.units {
            let Sheet {
                rows,
                faults,
                passed,
            } = read_units(units);
            brought.passed.push((List::Units, passed));
            brought.units = Some(rows.into_iter().map(imported_unit).collect());
            brought.refuse(List::Units, faults);
        }
        if let Some(parties) = lists.parties {
            let Sheet {
                rows,
                faults,
                passed,
            } = read_parties(parties);
            brought.passed.push((List::Parties, passed));
            brought.people = Some(rows.into_iter().map(of_list).collect());
            brought.refuse(List::Parties, faults);
        }
        brought
    }

    fn of_book(book: Book) -> Self {
        let staff_rows = book.staff.clone().unwrap_or_default();
        let buildings = book
            .buildings
            .map(|rows| rows.into_iter().map(imported_building));
        let staff = book
            .staff
            .map(|rows| rows.into_iter().map(imported_staff_member));
        Self {
            buildings: buildings.map(Iterator::collect),
            units: book
                .units
                .map(|rows| rows.into_iter().map(imported_unit).collect()),
            people: book.persons.map(|persons| of_book(persons, book.relations)),
            staff: staff.map(Iterator::collect),
            staff_rows,
            faults: book.faults,
            passed: book.passed,
        }
    }

    fn refuse(&mut self, list: List, faults: Vec<Fault>) {
        let faults = faults.into_iter().map(|fault| ListFault { list, fault });
        self.faults.extend(faults);
    }
}

/// What is to be done in one change.
struct Order {
    open: OpenCommunity,
    buildings: Option<Vec<ImportedBuilding>>,
    units: Option<Vec<ImportedUnit>>,
    parties: Option<Vec<ImportedParty>>,
    has_each_once: bool,
    staff: Option<Vec<ImportedStaffMember>>,
    keeps: bool,
}

struct Done {
    community_is_new: bool,
    made_up_code: Option<String>,
    buildings: Option<Imported>,
    units: Option<Imported>,
    parties: Option<ImportedParties>,
    staff: Option<ImportedStaff>,
}

impl Order {
    async fn carry_out(&self, viewer: &Viewer, write: &mut Write) -> Result<Done, ApiError> {
        let start = write.savepoint();
        let community = run(&self.open, viewer, write).await?;
        let id = community.id;
        let done = Done {
            community_is_new: community.is_new,
            made_up_code: community.made_up_code,
            buildings: run_if(self.import_buildings(id), viewer, write).await?,
            units: run_if(self.import_units(id), viewer, write).await?,
            parties: run_if(self.import_parties(id), viewer, write).await?,
            staff: run_if(self.import_staff(id), viewer, write).await?,
        };
        if !self.keeps || done.is_refused() {
            write.rollback_to(&start);
        }
        Ok(done)
    }

    fn import_buildings(&self, community_id: CommunityId) -> Option<ImportBuildings> {
        let rows = self.buildings.clone()?;
        Some(ImportBuildings { community_id, rows })
    }

    fn import_units(&self, community_id: CommunityId) -> Option<ImportUnits> {
        let rows = self.units.clone()?;
        Some(ImportUnits { community_id, rows })
    }

    fn import_parties(&self, community_id: CommunityId) -> Option<ImportParties> {
        Some(ImportParties {
            community_id,
            rows: self.parties.clone()?,
            has_each_once: self.has_each_once,
        })
    }

    fn import_staff(&self, community_id: CommunityId) -> Option<ImportStaff> {
        let rows = self.staff.clone()?;
        Some(ImportStaff { community_id, rows })
    }
}

impl Done {
    fn is_refused(&self) -> bool {
        let parties = self.parties.as_ref();
        let staff = self.staff.as_ref();
        parties.is_some_and(ImportedParties::is_refused)
            || staff.is_some_and(|it| !it.without_zone.is_empty() || !it.of_another.is_empty())
    }

    /// What only the database could find at fault.
    fn faults(&self, people: &[Person], staff: &[StaffRow]) -> Vec<ListFault> {
        let mut faults = Vec::new();
        if let Some(done) = &self.parties {
            let person = |place: usize| people.get(place);
            let without_unit = done.without_unit.iter();
            faults.extend(without_unit.filter_map(|(at, tie)| person(*at)?.without_unit(*tie)));
            let without_trace = done.without_trace.iter();
            faults.extend(without_trace.filter_map(|at| Some(person(*at)?.without_trace())));
            let of_another = done.of_another_row.iter();
            faults.extend(of_another.filter_map(|(at, first)| {
                let (person, first) = (person(*at)?, person(*first)?);
                Some(person.of_another_row(first))
            }));
        }
        if let Some(done) = &self.staff {
            let mut refuse = |place: usize, column: &str, reason| {
                let row = staff.get(place)?;
                let value = match column {
                    "分区" => row.zone.clone().unwrap_or_default(),
                    _ => row.account.clone(),
                };
                faults.push(ListFault {
                    list: List::Staff,
                    fault: Fault {
                        row: row.row,
                        column: Some(column.to_owned()),
                        value,
                        reason,
                    },
                });
                Some(())
            };
            for place in &done.without_zone {
                refuse(*place, "分区", Reason::UnknownZone);
            }
            for (place, name) in &done.of_another {
                let name = name.clone();
                refuse(*place, "账号", Reason::AccountOfAnother { name });
            }
        }
        faults
    }
}

async fn run_if<C: Command>(
    command: Option<C>,
    viewer: &Viewer,
    write: &mut Write,
) -> Result<Option<C::Output>, ApiError> {
    match command {
        Some(command) => run(&command, viewer, write).await.map(Some),
        None => Ok(None),
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

fn imported_building(row: BuildingRow) -> ImportedBuilding {
    ImportedBuilding {
        name: row.name,
        zone: row.zone,
    }
}

fn imported_unit(row: UnitRow) -> ImportedUnit {
    ImportedUnit {
        building: row.building,
        floor: row.floor.number.into(),
        floor_name: row.floor.name,
        room_number: row.room_number,
        layout: row.layout,
        area_centi_m2: row.area_centi_m2,
        occupancy: row.occupancy,
    }
}

fn imported_staff_member(row: StaffRow) -> ImportedStaffMember {
    ImportedStaffMember {
        account: row.account,
        name: row.name,
        post: row.post,
        zone: row.zone,
    }
}
