//! How much of a workbook is taken, and that none does harm.

use super::super::Reason;
use super::super::book::read_book;
use super::super::table::workbook::{COLUMN_LIMIT, FILE_LIMIT, ROW_LIMIT};
use super::super::template::template;
use super::workbook::{UNIT_COLUMNS, replaced, units_of, with_part, workbook};

fn refusal(bytes: &[u8]) -> Reason {
    let book = read_book(bytes);
    assert_eq!(book.faults.len(), 1, "{:?}", book.faults);
    book.faults[0].fault.reason.clone()
}

#[test]
fn what_is_no_workbook_is_told() {
    assert_eq!(refusal(b"not a zip"), Reason::NotAWorkbook);
    assert_eq!(refusal(&[]), Reason::NotAWorkbook);
    assert_eq!(
        refusal(&vec![0; FILE_LIMIT + 1]),
        Reason::FileTooLarge { limit_mib: 16 }
    );
    assert_eq!(
        refusal(&workbook(&[("Sheet1", &[], |_| Ok(()))])),
        Reason::NoSheet
    );
}

#[test]
fn a_bomb_is_refused_before_it_is_unpacked() {
    let good = workbook(&[("房屋", &UNIT_COLUMNS, |_| Ok(()))]);
    let bomb = with_part(&good, "xl/worksheets/sheet1.xml", |_| vec![b' '; 97 << 20]);
    assert!(bomb.len() < 1 << 20, "it is small itself");
    assert_eq!(refusal(&bomb), Reason::UnpackedTooLarge { limit_mib: 256 });
    let liar = with_part(&good, "xl/sharedStrings.xml", |part| {
        replaced(part, "uniqueCount=\"6\"", "uniqueCount=\"99999999999\"")
    });
    assert_eq!(refusal(&liar), Reason::UnpackedTooLarge { limit_mib: 256 });
}

#[test]
fn a_sheet_with_too_many_rows_or_columns_is_refused() {
    let rows = units_of(|sheet| {
        for number in 0..=u32::try_from(ROW_LIMIT).unwrap() {
            sheet.write_number(number + 1, 0, 1)?;
        }
        Ok(())
    });
    assert_eq!(
        rows.faults[0].fault.reason,
        Reason::TooManyRows { limit: ROW_LIMIT }
    );
    let columns = units_of(|sheet| sheet.write_string(1, 50, "x").map(drop));
    let limit = COLUMN_LIMIT;
    assert_eq!(
        columns.faults[0].fault.reason,
        Reason::TooManyColumns { limit }
    );
}

#[test]
fn damage_makes_no_panic() {
    let good = template().unwrap();
    for place in (0..good.len()).step_by(97) {
        let mut bytes = good.clone();
        bytes[place] ^= 0x55;
        read_book(&bytes);
        bytes.truncate(place);
        read_book(&bytes);
    }
}

#[test]
fn a_workbook_whose_numbers_make_no_sense_is_refused_and_harms_nothing() {
    let good = workbook(&[("房屋", &UNIT_COLUMNS, |_| Ok(()))]);
    let with = |from: &str, to: &str| {
        with_part(&good, "xl/worksheets/sheet1.xml", |part| {
            replaced(part, from, to)
        })
    };
    // It ends before it begins: the library takes the one from the other.
    let backwards = with("<dimension ref=\"A1:F1\"/>", "<dimension ref=\"F9:A1\"/>");
    if cfg!(debug_assertions) {
        assert_eq!(refusal(&backwards), Reason::NotAWorkbook);
    } else {
        read_book(&backwards);
    }
    for reference in [
        "A1:ZZZZZZZZZZZZ99999999999999999999",
        "A0:A0",
        "A1:B2:C3",
        "1:1",
        "",
        "座1",
    ] {
        let dimension = format!("<dimension ref=\"{reference}\"/>");
        read_book(&with("<dimension ref=\"A1:F1\"/>", &dimension));
        let cell = format!("<c r=\"{reference}\"");
        read_book(&with("<c r=\"A1\"", &cell));
        let merged =
            format!("</sheetData><mergeCells><mergeCell ref=\"{reference}\"/></mergeCells>");
        read_book(&with("</sheetData>", &merged));
    }
    assert_eq!(read_book(&good).faults, []);
}
