//! A workbook of an office: which sheet is which list, and what they say together.

use std::collections::HashMap;

use super::columns::{
    BUILDING_COLUMNS, Column, NAME_TO_COMPARE, PARTY_KEY, PERSON_COLUMNS, RELATION_COLUMNS,
    STAFF_COLUMNS, UNIT_COLUMNS,
};
use super::fault::{Fault, List, ListFault, Reason};
use super::rows::{
    BuildingRow, Passed, PersonRow, RelationRow, Sheet, StaffRow, UnitRow, buildings_of,
    persons_of, relations_of, staff_of, units_of,
};
use super::table::Table;
use super::table::workbook::Workbook;
use crate::text::names::{key, plain};

/// A sheet of the workbook: its list, its name, what others call it, its columns.
pub struct SheetKind {
    pub list: List,
    pub name: &'static str,
    also: &'static [&'static str],
    pub columns: &'static [Column],
}

/// The sheets in the order in which an office fills them.
pub const SHEETS: [SheetKind; 5] = [
    SheetKind {
        list: List::Buildings,
        name: "楼栋",
        also: &["楼栋表", "楼宇", "楼宇表"],
        columns: &BUILDING_COLUMNS,
    },
    SheetKind {
        list: List::Units,
        name: "房屋",
        also: &["房屋表", "房间", "单元", "房产"],
        columns: &UNIT_COLUMNS,
    },
    SheetKind {
        list: List::Parties,
        name: "住户",
        also: &["住户表", "业主", "业主表", "业主住户", "业主、住户", "客户"],
        columns: &PERSON_COLUMNS,
    },
    SheetKind {
        list: List::Relations,
        name: "关系",
        also: &["关系表", "房屋关系", "住户关系"],
        columns: &RELATION_COLUMNS,
    },
    SheetKind {
        list: List::Staff,
        name: "员工",
        also: &["员工表", "职员", "工作人员"],
        columns: &STAFF_COLUMNS,
    },
];

/// The sheet of explanations, which is not read.
pub const EXPLANATIONS: &str = "填写说明";

/// What a workbook holds; a list is none where its sheet is missing.
#[derive(Debug, Default)]
pub struct Book {
    pub buildings: Option<Vec<BuildingRow>>,
    pub units: Option<Vec<UnitRow>>,
    pub persons: Option<Vec<PersonRow>>,
    pub relations: Vec<RelationRow>,
    pub staff: Option<Vec<StaffRow>>,
    pub faults: Vec<ListFault>,
    pub passed: Vec<(List, Passed)>,
}

/// Reads a workbook; hidden sheets are passed over.
pub fn read_book(bytes: &[u8]) -> Book {
    let mut book = Book::default();
    let mut workbook = match Workbook::open(bytes) {
        Ok(workbook) => workbook,
        Err(reason) => {
            book.refuse(List::Workbook, [Fault::of_file(reason)]);
            return book;
        }
    };
    let mut tables = book.tables(&mut workbook);
    let mut table = |list: List| tables.remove(&list);
    let buildings = table(List::Buildings).map(buildings_of);
    let units = table(List::Units).map(units_of);
    let persons = table(List::Parties);
    let keys = persons.as_ref().map(keys).unwrap_or_default();
    let persons = persons.map(persons_of);
    let relations = table(List::Relations).map(relations_of);
    let staff = table(List::Staff).map(staff_of);
    book.buildings = book.accept(List::Buildings, buildings);
    book.units = book.accept(List::Units, units);
    book.persons = book.accept(List::Parties, persons);
    book.relations = book.accept(List::Relations, relations).unwrap_or_default();
    book.staff = book.accept(List::Staff, staff);
    book.compare(&keys);
    book
}

/// Every key of the sheet of parties, also of rows that are refused: their relations are not at fault.
fn keys(table: &Table) -> Vec<String> {
    let keys = table.records.iter();
    keys.filter_map(|record| record.cell(PARTY_KEY.name).map(plain))
        .collect()
}

impl Book {
    fn refuse(&mut self, list: List, faults: impl IntoIterator<Item = Fault>) {
        let faults = faults.into_iter();
        self.faults
            .extend(faults.map(|fault| ListFault { list, fault }));
    }

    fn accept<T>(&mut self, list: List, sheet: Option<Sheet<T>>) -> Option<Vec<T>> {
        let sheet = sheet?;
        self.refuse(list, sheet.faults);
        self.passed.push((list, sheet.passed));
        Some(sheet.rows)
    }

    fn tables(&mut self, workbook: &mut Workbook) -> HashMap<List, Table> {
        let mut tables = HashMap::new();
        for name in workbook.sheets() {
            let title: String = name.split_whitespace().collect();
            if title == EXPLANATIONS || title == "说明" {
                continue;
            }
            let kind = SHEETS
                .iter()
                .find(|kind| kind.name == title || kind.also.contains(&title.as_str()));
            let reason = match kind {
                Some(kind) if tables.contains_key(&kind.list) => Reason::DuplicateSheet,
                Some(kind) => {
                    tables.insert(kind.list, workbook.read(&name, kind.columns));
                    continue;
                }
                None if workbook.is_blank(&name) => continue,
                None => Reason::UnknownSheet,
            };
            let fault = Fault {
                value: super::fault::shown(&name),
                ..Fault::of_file(reason)
            };
            self.refuse(List::Workbook, [fault]);
        }
        if tables.is_empty() && self.faults.is_empty() {
            self.refuse(List::Workbook, [Fault::of_file(Reason::NoSheet)]);
        }
        tables
    }

    /// Holds the sheet of relations against the sheet of parties.
    fn compare(&mut self, keys: &[String]) {
        let known: HashMap<&str, &str> = self
            .persons
            .iter()
            .flatten()
            .map(|person| (person.key.as_str(), person.name.as_str()))
            .collect();
        let mut keys: std::collections::HashSet<&str> = keys.iter().map(String::as_str).collect();
        keys.extend(known.keys());
        let faults: Vec<Fault> = self
            .relations
            .iter()
            .filter_map(|row| {
                let fault = |column: Column, value: &str, reason| Fault {
                    row: row.row,
                    column: Some(column.name.to_owned()),
                    value: column.shown(value),
                    reason,
                };
                if !keys.contains(row.key.as_str()) {
                    return Some(fault(PARTY_KEY, &row.key, Reason::UnknownParty));
                }
                let (named, name) = (row.name.as_deref()?, *known.get(row.key.as_str())?);
                let name_differs = || {
                    let name = name.to_owned();
                    fault(NAME_TO_COMPARE, named, Reason::NameDiffers { name })
                };
                let is_same = key(named) == key(name);
                (!is_same).then(name_differs)
            })
            .collect();
        self.refuse(List::Relations, faults);
    }
}
