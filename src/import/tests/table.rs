use super::super::Reason;
use super::*;

#[test]
fn columns_are_found_by_name_in_any_order() {
    let sheet =
        read_units("居住状态, 房号 ,楼层,楼栋,建筑面积,户型\n长住,０１０１,1,A座,,\n".as_bytes());
    assert_eq!(sheet.faults, []);
    assert_eq!(sheet.rows[0].room_number, "0101");
    assert_eq!(sheet.rows[0].building, "A座");
    assert_eq!(
        (sheet.rows[0].area_centi_m2, &sheet.rows[0].layout),
        (None, &None)
    );
}

#[test]
fn every_fault_of_the_header_is_named() {
    let sheet = read_units("楼栋,楼层,房号,房号,建筑面积,备注,\nA,1,1,1,约,x,\n".as_bytes());
    assert_eq!(sheet.rows, []);
    assert_eq!(
        zh(&sheet.faults),
        [
            "第 1 行 房号：这一列出现了不止一次",
            "第 1 行 户型：缺少这一列",
            "第 1 行 居住状态：缺少这一列",
            "第 1 行 备注：不是本表的列",
            "第 1 行：第 7 列没有表头",
        ]
    );
}

#[test]
fn an_unknown_column_hides_no_other_fault() {
    let sheet =
        read_units("楼栋,楼层,房号,户型,建筑面积,居住状态,备注\nA,x,1,,,长住,y\n".as_bytes());
    assert_eq!(
        zh(&sheet.faults),
        [
            "第 1 行 备注：不是本表的列",
            "第 2 行 楼层「x」：不是楼层，请写 3、三、首层、3A、B1 或 地下一",
        ]
    );
}

#[test]
fn blank_rows_count_whatever_they_are_made_of_and_however_lines_end() {
    for end in ["\n", "\r\n", "\r"] {
        let lines = [
            "",
            UNIT_HEADER,
            "",
            "",
            "A,1,1,,,长住",
            ",,,,,",
            "  ",
            "\u{3000},,,,,",
            "A,1,2,,,错",
            "",
            "A,1,3,,,错",
        ];
        let sheet = read_units((lines.join(end) + end).as_bytes());
        assert_eq!(
            sheet.rows.iter().map(|unit| unit.row).collect::<Vec<_>>(),
            [5],
            "{end:?}"
        );
        assert_eq!(
            sheet
                .faults
                .iter()
                .map(|fault| fault.row)
                .collect::<Vec<_>>(),
            [9, 11],
            "{end:?}"
        );
    }
}

#[test]
fn a_cell_with_a_line_break_is_one_row_of_the_spreadsheet() {
    let sheet = units(&[
        "\"A\n座\",1,1,,,长住",
        "",
        "A,1,2,,,长住",
        "A,1,\"3,1,,,长住",
        "A,1,4,,,长住",
    ]);
    assert_eq!(
        sheet.rows.iter().map(|unit| unit.row).collect::<Vec<_>>(),
        [4]
    );
    assert_eq!(
        zh(&sheet.faults),
        [
            "第 2 行 楼栋「A 座」：格内有换行，或引号没有闭合",
            "第 5 行：本行有 3 格，表头有 6 格"
        ]
    );
}

#[test]
fn titles_notes_and_repeated_headers_are_no_records() {
    let lines = [
        "甲花园房屋登记表,,,,,",
        "制表日期：2026年3月,,,,,",
        "",
        "楼栋*,所在楼层,房号（必填）,户型,面积,入住情况",
        "A,首层,=\"0101\",,,长住",
        "楼栋*,所在楼层,房号（必填）,户型,面积,入住情况",
        "A,3A,'0401,,,长住",
        ",,,,,",
        "合计：2 户,,,,,",
        "注：本表由客服部填写",
    ];
    let sheet = read_units(lines.join("\n").as_bytes());
    assert_eq!(zh(&sheet.faults), [""; 0]);
    let read = |row: &UnitRow| (row.row, row.floor.number, row.room_number.clone());
    let read: Vec<_> = sheet.rows.iter().map(read).collect();
    assert_eq!(read, [(5, 1, "0101".to_owned()), (7, 4, "0401".to_owned())]);
    assert_eq!(sheet.passed.notes, [9, 10]);
}

#[test]
fn what_a_spreadsheet_made_of_a_room_is_told() {
    let sheet = units(&[
        "A,1,1.00E+03,,,长住",
        "A,1,3月1日,,,长住",
        "A,1,Jan-01,,,长住",
        "A,1,#REF!,,,长住",
        "A,1,=B2&C2,,,长住",
        "A,1,TRUE,,,长住",
        "A\u{E001},1,1,,,长住",
        "A,1,\u{FF10}101,,,长住",
        "A,1,0101,,,长住",
    ]);
    let told = |fault: &Fault| (fault.row, fault.column.clone(), fault.reason.clone());
    let told: Vec<_> = sheet.faults.iter().map(told).collect();
    let room = || Some("房号".to_owned());
    let character = '\u{E001}';
    assert_eq!(
        told,
        [
            (2, room(), Reason::RoundedBySpreadsheet),
            (3, room(), Reason::TurnedIntoDate),
            (4, room(), Reason::TurnedIntoDate),
            (5, room(), Reason::FormulaFailed),
            (6, room(), Reason::FormulaUnreckoned),
            (7, room(), Reason::TurnedIntoFlag),
            (
                8,
                Some("楼栋".to_owned()),
                Reason::PrivateCharacter { character }
            ),
            (10, room(), Reason::DuplicateUnit { first_row: 9 }),
        ]
    );
}

#[test]
fn ragged_rows_are_refused_and_the_rest_is_read() {
    let sheet = units(&["A,1,1,,长住", "A,1,2,,,长住,", "A,1,3,,,长住"]);
    assert_eq!(sheet.rows.len(), 1);
    let ragged = |row, found| Fault {
        row,
        column: None,
        value: String::new(),
        reason: Reason::Ragged { expected: 6, found },
    };
    assert_eq!(sheet.faults, [ragged(2, 5), ragged(3, 7)]);
}

#[test]
fn hidden_characters_are_left_out_and_a_lost_one_is_told() {
    let sheet = units(&[
        "A\0,1,01\u{200B}01,,,长\u{FEFF}住",
        "A,1,\u{FFFD}1,,,长住",
        "A  座\t,1,\u{202D}1\u{202C},,,长住",
    ]);
    let read = |row: &UnitRow| (row.building.clone(), row.room_number.clone());
    let read: Vec<_> = sheet.rows.iter().map(read).collect();
    assert_eq!(
        read,
        [
            ("A".to_owned(), "0101".to_owned()),
            ("A  座".to_owned(), "1".to_owned())
        ]
    );
    assert_eq!(
        zh(&sheet.faults),
        ["第 3 行 房号「 1」：含有看不见的字符 U+FFFD",]
    );
}

#[test]
fn an_endless_cell_is_refused_and_shown_short() {
    let sheet = units(&[&format!("{},1,1,,,长住", "栋".repeat(201))]);
    assert_eq!(sheet.faults[0].reason, Reason::TooLong { limit: 200 });
    assert_eq!(sheet.faults[0].value.chars().count(), 61);
}

#[test]
fn what_is_no_text_is_told_by_row_and_byte() {
    let fault = |bytes: &[u8]| {
        let sheet = read_units(bytes);
        assert_eq!(sheet.faults.len(), 1);
        (sheet.faults[0].row, sheet.faults[0].reason.clone())
    };
    assert_eq!(fault(b""), (1, Reason::EmptyFile));
    assert_eq!(fault(b"\xEF\xBB\xBF\r\n,,\r\n"), (1, Reason::EmptyFile));
    // A mark promises UTF-8, so GB18030 is not tried.
    assert_eq!(
        fault(b"\xEF\xBB\xBF\n\xB2\xE3"),
        (2, Reason::NotText { byte: 4 })
    );
    // The broken byte of an otherwise good file, in either encoding.
    let mut broken = UNITS[3..].to_vec();
    broken[1000] = 0xFF;
    assert!(matches!(
        fault(&broken),
        (22, Reason::NotText { byte: 1000 })
    ));
    let mut broken = UNITS_GB18030.to_vec();
    broken[1000] = 0xFF;
    assert!(matches!(
        fault(&broken),
        (28, Reason::NotText { byte: 1000 })
    ));
    // UTF-16, as "Unicode text" of a spreadsheet program.
    assert_eq!(fault(b"\xFF\xFE\x69\x68"), (1, Reason::NotText { byte: 0 }));
}
