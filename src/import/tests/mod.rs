//! The office's own files, and what must hold for any file at all.

mod bounds;
mod cells;
mod rows;
mod shown;
mod table;
mod workbook;

use chrono::NaiveDate;
use entity::kinds::{Occupancy, RelationKind};
use proptest::prelude::*;

use super::cells::Floor;
use super::columns::{PARTY_COLUMNS, UNIT_COLUMNS};
use super::table::read_table;
use super::*;

const UNITS: &[u8] = include_bytes!("../../../tests/data/estate/units.csv");
const UNITS_GB18030: &[u8] = include_bytes!("../../../tests/data/estate/units.gb18030.csv");
const UNITS_FAULTY: &[u8] = include_bytes!("../../../tests/data/estate/units-faulty.csv");
const PARTIES: &[u8] = include_bytes!("../../../tests/data/estate/parties.csv");

const UNIT_HEADER: &str = "楼栋,楼层,房号,户型,建筑面积,居住状态";
const PARTY_HEADER: &str = "楼栋,房号,姓名,身份,手机,证件号码,起始日期,结束日期";

fn units(lines: &[&str]) -> Sheet<UnitRow> {
    read_units([&[UNIT_HEADER], lines].concat().join("\r\n").as_bytes())
}

fn parties(lines: &[&str]) -> Sheet<PartyRow> {
    read_parties([&[PARTY_HEADER], lines].concat().join("\n").as_bytes())
}

fn zh(faults: &[Fault]) -> Vec<String> {
    faults.iter().map(Fault::zh).collect()
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

#[test]
fn the_sample_estate_is_read_whole() {
    let units = read_units(UNITS);
    assert_eq!(units.faults, []);
    assert_eq!(units.rows.len(), 120);
    assert_eq!(
        units.rows[0],
        UnitRow {
            row: 2,
            building: "江畔1栋".into(),
            floor: Floor {
                number: 1,
                name: None,
            },
            room_number: "0101".into(),
            layout: Some("三房两厅".into()),
            area_centi_m2: Some(9047),
            occupancy: Occupancy::Vacant,
        }
    );
    assert_eq!(units.rows[1].area_centi_m2, Some(9500));
    assert_eq!(units.rows[119].row, 121);

    let parties = read_parties(PARTIES);
    assert_eq!(parties.faults, []);
    assert_eq!(parties.rows.len(), 164);
    assert_eq!(
        parties.rows[0],
        PartyRow {
            row: 2,
            building: "江畔1栋".into(),
            room_number: "0102".into(),
            name: "秦惠豪".into(),
            relation: RelationKind::Owner,
            phone: Some("13000003336".into()),
            identity_number: Some("44068119740122000X".into()),
            starts_on: Some(day(2014, 10, 14)),
            ends_on: None,
        }
    );
    let tenants = parties
        .rows
        .iter()
        .filter(|row| row.relation == RelationKind::Tenant);
    assert!(tenants.clone().count() == 23 && tenants.clone().all(|row| row.ends_on.is_some()));
}

#[test]
fn gb18030_and_utf8_with_and_without_its_mark_read_the_same() {
    let marked = read_units(UNITS);
    assert_eq!(read_units(UNITS_GB18030), marked);
    assert_eq!(read_units(&UNITS[3..]), marked);
}

#[test]
fn the_faulty_file_is_told_row_by_row() {
    let sheet = read_units(UNITS_FAULTY);
    assert_eq!(
        zh(&sheet.faults),
        [
            "第 6 行 建筑面积「约90」：不是面积，请只写平方米数",
            "第 8 行 房号「0202」：与第 7 行是同一房屋",
            "第 10 行 楼栋：不能为空",
            "第 12 行 居住状态「出租中」：没有这种居住状态，请写 长住、非长住、空置、托管 或 出租",
        ]
    );
    assert_eq!(
        sheet.faults[0].to_string(),
        "row 6, 建筑面积 `约90`: not an area: write square metres as a plain number"
    );
    assert_eq!(sheet.rows.len(), 21 - 4);
    let at = |row| sheet.rows.iter().find(|unit| unit.row == row);
    assert_eq!(at(3).and_then(|unit| unit.area_centi_m2), Some(8950));
    assert_eq!(at(4).map(|unit| unit.building.as_str()), Some("江畔1栋"));
    assert_eq!(at(22), None);
    assert_eq!(at(23).map(|unit| unit.floor.number), Some(3));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        read_units(&bytes);
        read_parties(&bytes);
    }

    #[test]
    fn no_damage_to_a_good_file_makes_it_panic(
        harms in proptest::collection::vec((0..PARTIES.len(), any::<u8>()), 1..20),
        length in 0..PARTIES.len(),
    ) {
        for file in [PARTIES, UNITS, UNITS_GB18030] {
            let mut bytes = file.to_vec();
            for (place, byte) in &harms {
                let place = place % bytes.len();
                bytes[place] = *byte;
            }
            read_units(&bytes);
            read_parties(&bytes);
            bytes.truncate(length);
            read_units(&bytes);
            read_parties(&bytes);
        }
    }

    #[test]
    fn no_cell_makes_it_panic(cell in "\\PC{0,24}|[0-9年月日.XE+-]{0,20}|[一二十百零地下B负层-]{1,6}") {
        let _ = super::cells::floor(&cell);
        let _ = super::cells::area_centi_m2(&cell);
        let _ = super::cells::phone(&cell);
        let _ = super::cells::identity_number(&cell);
        let _ = super::cells::date(&cell);
    }

    /// Whatever is written into a table comes back from the row that was written.
    #[test]
    fn rows_keep_their_numbers(lines in proptest::collection::vec(proptest::option::of("[a-c一二]{1,3}"), 0..30)) {
        let mut text = String::from(UNIT_HEADER);
        for line in &lines {
            text += "\r\n";
            if let Some(cell) = line {
                text = text + cell + ",,,,,";
            }
        }
        let table = read_table(text.as_bytes(), &UNIT_COLUMNS);
        let read: Vec<_> = table.records.iter().map(|record| (record.row, record.cell("楼栋"))).collect();
        let written: Vec<_> = (2..).zip(&lines).filter(|(_, line)| line.is_some()).map(|(row, line)| (row, line.as_deref())).collect();
        prop_assert_eq!(read, written);
        prop_assert!(read_table(text.as_bytes(), &PARTY_COLUMNS).records.is_empty());
    }
}
