//! The estate written back as the workbook that it can be imported from.

use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDate;
use entity::estate::community;
use entity::ids::{AccountId, BuildingId, UnitId, ZoneId};
use entity::words::Word;
use rust_xlsxwriter::XlsxError;

use super::columns::{IDENTITY_NUMBER, PHONE};
use super::template::Template;
use crate::app::App;
use crate::areas::accounts::list_accounts;
use crate::areas::estate::{get_community_named, list_all_units, list_buildings, list_zones};
use crate::areas::households::list_register;
use crate::areas::households::write::{Numbers, reveal_register};
use crate::areas::organisation::list_staff_at_work;
use crate::auth::Viewer;
use crate::error::{ApiError, Coded, ErrorCode};

/// What stands in the audit trail beside the numbers that were taken.
const REASON: &str = "export of the register with personal numbers";

/// What to write.
#[derive(Clone, Copy, Debug)]
pub struct ExportOrder<'a> {
    /// Name or code.
    pub community: &'a str,
    /// Phones and identity numbers in full, which is noted in the audit trail. Without them their
    /// columns are left out, and an import of the file leaves the numbers as they are.
    pub with_personal_numbers: bool,
}

/// Why a workbook could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the workbook: {0}")]
pub struct WorkbookError(#[from] XlsxError);

impl Coded for WorkbookError {
    fn code(&self) -> ErrorCode {
        ErrorCode::INTERNAL
    }

    fn chinese(&self) -> String {
        "无法写出工作簿".to_owned()
    }
}

/// The workbook of a community; importing it changes nothing.
pub async fn export_estate(app: &App, order: ExportOrder<'_>) -> Result<Vec<u8>, ApiError> {
    let viewer = Viewer::system();
    let community = get_community_named(app, &viewer, order.community).await?;
    let numbers = if order.with_personal_numbers {
        let reason = REASON.to_owned();
        Some(reveal_register(app, &viewer, community.id, reason).await?)
    } else {
        None
    };
    let estate = Estate::read(app, &viewer, &community).await?;
    let (parties, relations) = list_register(app, &viewer, community.id).await?;
    let mut names = BTreeMap::new();
    let mut persons = Vec::with_capacity(parties.len());
    for party in parties {
        let mut row = vec![party.id.to_string(), party.name.clone()];
        if let Some(numbers) = &numbers {
            let Numbers {
                phone,
                identity_number,
            } = numbers.get(&party.id).cloned().unwrap_or_default();
            row.extend([phone, identity_number].map(Option::unwrap_or_default));
        }
        persons.push(row);
        names.insert(party.id, party.name);
    }
    // Of two relations alike an import could not tell which is meant.
    let mut seen = HashSet::new();
    let ties = relations.into_iter().filter_map(|row| {
        let (building, room) = estate.units.get(&row.unit_id)?;
        let name = names.get(&row.party_id)?;
        let is_first = seen.insert((row.party_id, row.unit_id, row.relation, row.starts_on));
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        is_first.then(|| {
            vec![
                building.clone(),
                room.clone(),
                row.party_id.to_string(),
                name.clone(),
                row.relation.chinese().to_owned(),
                day(row.starts_on),
                day(row.ends_on),
            ]
        })
    });
    let ties: Vec<_> = ties.collect();
    let staff = estate.staff(app, &viewer, &community).await?;
    let without: &[&str] = match numbers {
        Some(_) => &[],
        None => &[PHONE.name, IDENTITY_NUMBER.name],
    };
    let sheets = [
        ("楼栋", estate.building_rows),
        ("房屋", estate.unit_rows),
        ("住户", persons),
        ("关系", ties),
        ("员工", staff),
    ];
    let written = Template::new(without).and_then(|mut template| {
        for (name, rows) in &sheets {
            template.fill(name, rows)?;
        }
        template.bytes()
    });
    Ok(written.map_err(WorkbookError)?)
}

/// The buildings and units as rows, and how the other sheets name them.
struct Estate {
    zones: BTreeMap<ZoneId, String>,
    /// Building and room number.
    units: BTreeMap<UnitId, (String, String)>,
    building_rows: Vec<Vec<String>>,
    unit_rows: Vec<Vec<String>>,
}

impl Estate {
    async fn read(
        app: &App,
        viewer: &Viewer,
        community: &community::Model,
    ) -> Result<Self, ApiError> {
        let zones = list_zones(app, viewer, community.id).await?;
        let zones: BTreeMap<_, _> = zones.into_iter().map(|row| (row.id, row.name)).collect();
        let (mut building_rows, mut unit_rows) = (Vec::new(), Vec::new());
        let (mut buildings, mut units) = (BTreeMap::<BuildingId, String>::new(), BTreeMap::new());
        for row in list_buildings(app, viewer, community.id).await? {
            building_rows.push(vec![row.name.clone(), named(&zones, row.zone_id)]);
            buildings.insert(row.id, row.name);
        }
        let mut all = list_all_units(app, viewer, community.id).await?;
        all.sort_by(|a, b| {
            buildings
                .get(&a.building_id)
                .cmp(&buildings.get(&b.building_id))
        });
        for row in all {
            let Some(building) = buildings.get(&row.building_id) else {
                continue;
            };
            unit_rows.push(vec![
                building.clone(),
                row.floor_name.unwrap_or_else(|| row.floor.to_string()),
                row.room_number.clone(),
                row.layout.unwrap_or_default(),
                row.area_centi_m2.map(square_metres).unwrap_or_default(),
                row.occupancy.chinese().to_owned(),
            ]);
            units.insert(row.id, (building.clone(), row.room_number));
        }
        Ok(Self {
            zones,
            units,
            building_rows,
            unit_rows,
        })
    }

    async fn staff(
        &self,
        app: &App,
        viewer: &Viewer,
        community: &community::Model,
    ) -> Result<Vec<Vec<String>>, ApiError> {
        let staff = list_staff_at_work(app, viewer, community.id).await?;
        let ids: Vec<AccountId> = staff.iter().map(|row| row.account_id).collect();
        let accounts = list_accounts(app, &ids).await?;
        let accounts: BTreeMap<_, _> = accounts.into_iter().map(|row| (row.id, row)).collect();
        let rows = staff.into_iter().filter_map(|row| {
            let account = accounts.get(&row.account_id)?;
            Some(vec![
                account.name.clone(),
                row.post.chinese().to_owned(),
                named(&self.zones, row.zone_id),
                account.login.clone(),
            ])
        });
        Ok(rows.collect())
    }
}

fn named(zones: &BTreeMap<ZoneId, String>, zone: Option<ZoneId>) -> String {
    let name = zone.and_then(|zone| zones.get(&zone));
    name.cloned().unwrap_or_default()
}

/// Hundredths as `90.47`.
fn square_metres(area: i64) -> String {
    format!("{}.{:02}", area / 100, area % 100)
}
