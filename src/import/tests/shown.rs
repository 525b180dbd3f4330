//! Cells and rows as they are shown, and what is not shown.

use rust_xlsxwriter::Format;

use super::workbook::{rooms, row, units_of};
use super::*;

#[test]
fn a_cell_is_taken_as_its_format_shows_it_or_told() {
    let book = units_of(|sheet| {
        for (number, room, format) in [
            (1, 101.0, "0000"),
            (2, 102.0, "00-00"),
            (3, 3.0, "\"商铺\"00"),
            (4, 104.5, "0"),
            (5, 105.0, "0.00E+00"),
            (6, 0.5, "[h]:mm"),
        ] {
            row(sheet, number, &["A", "", "", "", "", "长住"])?;
            let floor = Format::new().set_num_format("0\"层\"");
            sheet.write_number_with_format(number, 1, 1.0, &floor)?;
            let format = Format::new().set_num_format(format);
            sheet.write_number_with_format(number, 2, room, &format)?;
            let area = Format::new().set_num_format("#,##0.00");
            sheet.write_number_with_format(number, 4, 1204.5, &area)?;
        }
        row(sheet, 7, &["A", "1", "", "", "", "长住"])?;
        sheet.write_boolean(7, 2, true)?;
        row(sheet, 8, &["A", "1", "", "", "", "长住"])?;
        let prefix = Format::new().set_num_format("\"B\"@");
        sheet.write_string_with_format(8, 2, "108", &prefix)?;
        let (bold, plain) = (Format::new().set_bold(), Format::new());
        row(sheet, 9, &["A", "1", "", "", "", "长住"])?;
        sheet.write_rich_string(9, 2, &[(&bold, "01"), (&plain, "09")])?;
        row(sheet, 10, &["A", "1", "1\n10", "", "", "长住"])
    });
    assert_eq!(
        rooms(&book),
        [
            (2, "A", "0101"),
            (3, "A", "01-02"),
            (4, "A", "商铺03"),
            (9, "A", "B108"),
            (10, "A", "0109"),
            (11, "A", "1 10"),
        ]
    );
    let first = &book.units.as_ref().unwrap()[0];
    assert_eq!(
        (first.floor.number, first.area_centi_m2),
        (1, Some(120_450))
    );
    let told = book
        .faults
        .iter()
        .map(|it| (it.fault.row, it.fault.reason.clone()));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            (5, Reason::ShownOtherwise),
            (6, Reason::ShownOtherwise),
            (7, Reason::TurnedIntoDate),
            (8, Reason::TurnedIntoFlag),
        ]
    );
}

#[test]
fn hidden_rows_are_read_and_told() {
    let book = units_of(|sheet| {
        for (number, room) in [(1, "101"), (2, "102"), (3, "103")] {
            row(sheet, number, &["A", "1", room, "", "", "长住"])?;
        }
        sheet.set_row_hidden(2)?;
        sheet.set_row_hidden(9).map(drop)
    });
    assert_eq!(book.faults, []);
    assert_eq!(rooms(&book).len(), 3);
    let passed: Vec<_> = book
        .passed
        .iter()
        .map(|(list, it)| (*list, it.hidden))
        .collect();
    assert_eq!(passed, [(List::Units, 1)]);
}
