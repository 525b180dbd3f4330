//! Workbooks as offices keep them, each test one habit.

use std::io::{Cursor, Read as _, Write as _};

use entity::kinds::PostKind::{EstateManager, MaintenanceWorker};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

use super::super::book::{Book, read_book};
use super::super::template::template;
use super::*;

pub type Write = fn(&mut Worksheet) -> Result<(), XlsxError>;

pub const UNIT_COLUMNS: [&str; 6] = ["楼栋", "楼层", "房号", "户型", "建筑面积", "居住状态"];
const RELATION_COLUMNS: [&str; 6] = ["楼栋", "房号", "住户编号", "身份", "起始日期", "结束日期"];

/// A workbook of sheets with their headers.
pub fn workbook(sheets: &[(&str, &[&str], Write)]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for (name, header, write) in sheets {
        let sheet = workbook.add_worksheet();
        sheet.set_name(*name).unwrap();
        for (column, name) in (0..).zip(*header) {
            sheet.write_string(0, column, *name).unwrap();
        }
        write(sheet).unwrap();
    }
    workbook.save_to_buffer().unwrap()
}

pub fn row(sheet: &mut Worksheet, number: u32, cells: &[&str]) -> Result<(), XlsxError> {
    for (column, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
        sheet.write_string(number, column, *cell)?;
    }
    Ok(())
}

pub fn units_of(write: Write) -> Book {
    read_book(&workbook(&[("房屋", &UNIT_COLUMNS, write)]))
}

pub fn rooms(book: &Book) -> Vec<(usize, &str, &str)> {
    let units = book.units.iter().flatten();
    units
        .map(|unit| (unit.row, unit.building.as_str(), unit.room_number.as_str()))
        .collect()
}

fn faults_of(book: &Book) -> Vec<(List, String)> {
    let faults = book.faults.iter();
    faults.map(|it| (it.list, it.fault.zh())).collect()
}

/// The same workbook with one part changed.
pub fn with_part(bytes: &[u8], part: &str, change: impl Fn(Vec<u8>) -> Vec<u8>) -> Vec<u8> {
    let mut parts = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut changed = ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..parts.len() {
        let mut file = parts.by_index(number).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut content = Vec::new();
        file.read_to_end(&mut content).unwrap();
        if name == part {
            content = change(content);
        }
        changed
            .start_file(name, SimpleFileOptions::default())
            .unwrap();
        changed.write_all(&content).unwrap();
    }
    changed.finish().unwrap().into_inner()
}

pub fn replaced(content: Vec<u8>, from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(content).unwrap();
    assert!(text.contains(from), "{text}");
    text.replacen(from, to, 1).into_bytes()
}

// As programs write it that only write formulas: to take the cell for an empty one would keep what is known.
#[test]
fn a_formula_without_its_result_is_no_empty_cell() {
    let write: Write = |sheet| {
        row(sheet, 1, &["A", "1", "101", "", "", "空置"])?;
        sheet.write_formula(1, 4, "=45*2")?;
        Ok(())
    };
    let bytes = workbook(&[("房屋", &UNIT_COLUMNS, write)]);
    let reckoned = |result: &str| {
        let part = "xl/worksheets/sheet1.xml";
        read_book(&with_part(&bytes, part, |sheet| {
            replaced(sheet, "</f><v>0</v>", &format!("</f>{result}"))
        }))
    };
    for result in ["<v></v>", "<v/>", ""] {
        assert_eq!(
            faults_of(&reckoned(result)),
            [(
                List::Units,
                "第 2 行 建筑面积：只有公式，没有结果，请用电子表格软件打开并保存后再导入"
                    .to_owned()
            )],
            "{result}"
        );
    }
    let area = |book: Book| book.units.unwrap()[0].area_centi_m2;
    assert_eq!(area(reckoned("<v>90</v>")), Some(9000));

    // One that came to an empty text is an empty cell.
    let book = with_part(&bytes, "xl/worksheets/sheet1.xml", |sheet| {
        let sheet = replaced(sheet, "<c r=\"E2\"><f>", "<c r=\"E2\" t=\"str\"><f>");
        replaced(sheet, "</f><v>0</v>", "</f><v></v>")
    });
    let book = read_book(&book);
    assert_eq!(faults_of(&book), []);
    assert_eq!(area(book), None);
}

#[test]
fn full_width_letters_and_stray_blanks_are_read_as_meant() {
    let book = units_of(|sheet| {
        row(
            sheet,
            1,
            &[
                " Ａ座\u{3000}",
                "３层",
                "\u{3000}０３０１ ",
                "",
                "９０．５",
                " 长 住 ",
            ],
        )
    });
    // Blanks inside a word of a list are no part of it; only whole words are taken.
    assert_eq!(
        faults_of(&book),
        [(
            List::Units,
            "第 2 行 居住状态「长 住」：没有这种居住状态，请写 长住、非长住、空置、托管 或 出租"
                .to_owned()
        )]
    );
    let book = units_of(|sheet| {
        row(
            sheet,
            1,
            &[
                " Ａ座\u{3000}",
                "３层",
                "\u{3000}０３０１ ",
                "",
                "９０．５",
                " 长住 ",
            ],
        )
    });
    assert_eq!(rooms(&book), [(2, "A座", "0301")]);
    assert_eq!(book.units.unwrap()[0].area_centi_m2, Some(9050));
}

#[test]
fn headers_are_known_by_their_usual_synonyms_and_in_any_order() {
    let header = ["房 号", "楼宇", "楼层", "面积\n（㎡）", "户型", "居住状态"];
    let bytes = workbook(&[("房屋表", &header, |sheet| {
        row(sheet, 1, &["101", "A", "1", "90", "", "空置"])
    })]);
    let book = read_book(&bytes);
    assert_eq!(book.faults, []);
    assert_eq!(rooms(&book), [(2, "A", "101")]);
}

#[test]
fn a_merged_building_counts_for_all_its_rows() {
    let book = units_of(|sheet| {
        sheet.merge_range(1, 0, 4, 0, "A座", &Format::new())?;
        row(sheet, 1, &["", "1", "101", "", "", "长住"])?;
        row(sheet, 2, &["", "1", "102", "", "", "长住"])?;
        // Row 4 of the merge holds nothing else.
        row(sheet, 4, &["", "2", "201", "", "", "长住"])?;
        row(sheet, 5, &["", "2", "202", "", "", "长住"])?;
        sheet.write_string(1, 0, "A座").map(drop)
    });
    assert_eq!(
        rooms(&book),
        [(2, "A座", "101"), (3, "A座", "102"), (5, "A座", "201")]
    );
    assert_eq!(
        faults_of(&book),
        [(List::Units, "第 6 行 楼栋：不能为空".to_owned())]
    );
}

#[test]
fn numbers_in_place_of_text_are_read_as_they_are_shown() {
    let book = units_of(|sheet| {
        row(sheet, 1, &["A", "", "", "", "", "长住"])?;
        sheet.write_number(1, 1, 3.0)?;
        sheet.write_number(1, 2, 101.0)?;
        sheet.write_number(1, 4, 90.1 + 0.2)?;
        Ok(())
    });
    assert_eq!(book.faults, []);
    assert_eq!(rooms(&book), [(2, "A", "101")]);
    assert_eq!(book.units.unwrap()[0].area_centi_m2, Some(9030));
}

#[test]
fn a_phone_survives_as_a_number_and_an_identity_number_does_not() {
    let header = ["编号", "业主姓名", "联系电话", "身份证号码"];
    let bytes = workbook(&[("业主", &header, |sheet| {
        row(sheet, 1, &["1", "张\u{3000}伟", "", ""])?;
        sheet.write_number(1, 2, 1.38e10)?;
        row(sheet, 2, &["2", "李四", "1.38E+10", ""])?;
        row(sheet, 3, &["3", "王五", "", ""])?;
        sheet.write_number(3, 3, 440_681_197_401_220_000.0)?;
        row(sheet, 4, &["4", "赵六", "138000012345", ""])
    })]);
    let book = read_book(&bytes);
    let first = &book.persons.as_ref().unwrap()[0];
    assert_eq!(
        (first.name.as_str(), first.phone.as_deref()),
        ("张伟", Some("13800000000"))
    );
    let faults = faults_of(&book);
    assert_eq!(faults.len(), 3, "{faults:?}");
    assert!(
        faults[0]
            .1
            .starts_with("第 3 行 手机「1.3*E+10」：号码已被电子表格改成科学记数"),
        "{faults:?}"
    );
    assert!(
        faults[1].1.contains("第 4 行 证件号码") && faults[1].1.contains("科学记数"),
        "{faults:?}"
    );
    // Of a personal value only the ends are told.
    assert!(
        faults[2]
            .1
            .starts_with("第 5 行 手机「138*****2345」：不是电话号码"),
        "{faults:?}"
    );
}

const DAYS: Write = |sheet| {
    for (number, day) in (1..).zip(["2024-3-1", "2024/3/1", "2024年3月1日", "20240301"]) {
        row(sheet, number, &["A", "101", "1", "业主", day])?;
    }
    for (number, day) in [(5, 20_240_301.0), (6, 45_352.0)] {
        row(sheet, number, &["A", "101", "1", "业主"])?;
        sheet.write_number(number, 4, day)?;
    }
    row(sheet, 7, &["A", "101", "1", "业主"])?;
    let format = Format::new().set_num_format("yyyy/m/d");
    sheet.write_datetime_with_format(7, 4, &ExcelDateTime::from_ymd(2024, 3, 1)?, &format)?;
    row(sheet, 8, &["A", "101", "1", "业主"])?;
    sheet.write_number(8, 4, 2024.0)?;
    Ok(())
};

fn days_of(bytes: &[u8]) -> Vec<String> {
    let book = read_book(bytes);
    let mut days: Vec<(usize, String)> = Vec::new();
    for row in &book.relations {
        days.push((row.row, row.starts_on.unwrap().to_string()));
    }
    for it in book.faults.iter().filter(|it| it.list == List::Relations) {
        days.push((it.fault.row, it.fault.reason.to_string()));
    }
    days.sort();
    days.into_iter().map(|(_, day)| day).collect()
}

#[test]
fn days_are_read_in_every_usual_form_of_1900_and_1904() {
    let header = &RELATION_COLUMNS;
    let parties: Write = |sheet| row(sheet, 1, &["1", "张伟"]);
    let bytes = workbook(&[("住户", &["编号", "姓名"], parties), ("关系", header, DAYS)]);
    let days = days_of(&bytes);
    assert_eq!(days[0], "2024-03-01");
    // The others are the same day, and so the same entry.
    for (place, day) in days[1..7].iter().enumerate() {
        assert_eq!(day, "the same entry already stands in row 2", "{place}");
    }
    assert!(days[7].starts_with("not a date"), "{days:?}");
    let of_1904 = with_part(&bytes, "xl/workbook.xml", |part| {
        replaced(part, "<workbookPr ", "<workbookPr date1904=\"1\" ")
    });
    let days = days_of(&of_1904);
    assert_eq!(
        (days[0].as_str(), days[5].as_str()),
        ("2024-03-01", "2028-03-02")
    );
}

#[test]
fn a_room_that_became_a_day_is_told() {
    let book = units_of(|sheet| {
        row(sheet, 1, &["A", "1", "", "", "", "长住"])?;
        let format = Format::new().set_num_format("m月d日");
        let day = ExcelDateTime::from_ymd(2024, 3, 1)?;
        sheet
            .write_datetime_with_format(1, 2, &day, &format)
            .map(drop)
    });
    assert_eq!(book.faults[0].fault.reason, Reason::TurnedIntoDate);
}

#[test]
fn empty_rows_and_hidden_sheets_are_passed_over_and_others_are_told() {
    let bytes = workbook(&[
        ("房屋", &UNIT_COLUMNS, |sheet| {
            row(sheet, 3, &["A", "1", "101", "", "", "长住"])?;
            row(sheet, 5, &[" ", "\u{3000}"])?;
            row(sheet, 7, &["A", "1", "102", "", "", "错"])
        }),
        ("旧房屋", &["x"], |sheet| {
            sheet.set_hidden(true);
            Ok(())
        }),
        ("Sheet3", &[], |_| Ok(())),
        ("填写说明", &["说明"], |_| Ok(())),
        ("备忘", &["x"], |_| Ok(())),
    ]);
    let book = read_book(&bytes);
    assert_eq!(rooms(&book), [(4, "A", "101")]);
    let faults = faults_of(&book);
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults[0].1.starts_with("「备忘」：不是"), "{faults:?}");
    assert!(
        faults[1].1.starts_with("第 8 行 居住状态「错」"),
        "{faults:?}"
    );
}

#[test]
fn relations_and_parties_must_agree() {
    let parties: Write = |sheet| {
        row(sheet, 1, &["1", "张伟", "13000000001"])?;
        row(sheet, 2, &["2", "李四", "x"])?;
        row(sheet, 3, &["1", "王五"])
    };
    let header = [
        "楼栋",
        "房号",
        "住户编号",
        "姓名",
        "身份",
        "起始日期",
        "结束日期",
    ];
    let relations: Write = |sheet| {
        row(sheet, 1, &["A", "101", "1", "张三", "业主"])?;
        row(sheet, 2, &["A", "101", "2", "李四", "业主"])?;
        row(sheet, 3, &["A", "101", "9", "", "业主"])?;
        row(sheet, 4, &["A", "101", "1", "张伟", "房东"])
    };
    let bytes = workbook(&[
        ("住户", &["编号", "姓名", "手机"], parties),
        ("关系", &header, relations),
    ]);
    let faults = faults_of(&read_book(&bytes));
    let told: Vec<&str> = faults.iter().map(|(_, fault)| fault.as_str()).collect();
    assert_eq!(
        told,
        [
            "第 3 行 手机「x」：不是电话号码，应为 1 开头的 11 位手机号或带区号的座机，分机前写 转，多个号码用 / 分开",
            "第 4 行 住户编号「1」：与第 2 行编号相同",
            "第 5 行 身份「房东」：没有这种身份，请写 业主、家属、租户、住户、商户 或 受托人",
            "第 2 行 姓名「张三」：这个编号的住户叫 张伟",
            "第 4 行 住户编号「9」：住户表中没有这个编号",
        ]
    );
}

#[test]
fn posts_are_known_by_their_titles_and_by_other_words() {
    let bytes = workbook(&[("员工", &["姓名", "职务", "账号"], |sheet| {
        row(sheet, 1, &["陈主任", "管理处主任", "Chief"])?;
        row(sheet, 2, &["李师傅", "水电维修员", "ｌｉ"])?;
        row(sheet, 3, &["王五", "宇航员", "wang"])?;
        row(sheet, 4, &["赵六", "前台", "LI"])
    })]);
    let book = read_book(&bytes);
    let staff: Vec<_> = book
        .staff
        .iter()
        .flatten()
        .map(|it| (it.account.as_str(), it.post))
        .collect();
    assert_eq!(staff, [("chief", EstateManager), ("li", MaintenanceWorker)]);
    assert_eq!(
        book.faults
            .iter()
            .map(|it| it.fault.reason.clone())
            .collect::<Vec<_>>(),
        [
            Reason::UnknownPost,
            Reason::DuplicateAccount { first_row: 3 }
        ]
    );
}

#[test]
fn the_template_is_read_without_a_fault_and_without_a_row() {
    let book = read_book(&template().unwrap());
    assert_eq!(book.faults, []);
    assert_eq!(book.buildings, Some(Vec::new()));
    assert_eq!(book.units, Some(Vec::new()));
    assert_eq!(book.persons, Some(Vec::new()));
    assert_eq!(book.staff, Some(Vec::new()));
}

#[test]
fn the_template_keeps_spreadsheets_from_mangling_and_offers_choices() {
    let bytes = template().unwrap();
    let mut parts = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut part = |name: &str| {
        let mut text = String::new();
        parts
            .by_name(name)
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        text
    };
    assert!(part("xl/worksheets/sheet2.xml").contains("长住,非长住,空置,托管,出租"));
    assert!(part("xl/worksheets/sheet5.xml").contains("客户助理"));
    // Format 49 is text.
    assert!(part("xl/styles.xml").contains("numFmtId=\"49\""));
    assert!(part("xl/comments3.xml").contains("必填"));
}
