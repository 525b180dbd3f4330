use super::super::cells;
use super::*;
use entity::words::Word;

#[test]
fn floors_are_read_as_offices_write_them() {
    let cases = [
        ("1", 1),
        ("33", 33),
        ("3层", 3),
        ("三", 3),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("二十三层", 23),
        ("一百", 100),
        ("一百零二", 102),
        ("一百一十五", 115),
        ("-1", -1),
        ("B1", -1),
        ("b2", -2),
        ("地下一", -1),
        ("地下二层", -2),
        ("负三楼", -3),
        ("\u{2212}2", -2),
        ("3A", 4),
        ("12a层", 13),
        ("首层", 1),
        ("夹层", 1),
        ("二楼夹层", 2),
        ("第5层", 5),
        ("3F", 3),
        ("B1层", -1),
        ("负一层", -1),
        ("地下室", -1),
    ];
    for (cell, floor) in cases {
        let read = cells::floor(cell).map(|floor| floor.number);
        assert_eq!(read, Ok(floor), "{cell}");
    }
    for cell in [
        "层",
        "地下",
        "三三",
        "十十",
        "1.0",
        "--1",
        "一百二",
        "零",
        "顶楼",
        "G",
        "地下B1",
        "二百",
    ] {
        assert_eq!(cells::floor(cell), Err(Reason::NotAFloor), "{cell}");
    }
    for cell in ["0", "-0", "201", "-21", "99999999999"] {
        assert!(cells::floor(cell).is_err(), "{cell}");
    }
}

#[test]
fn a_floor_keeps_the_name_that_is_not_its_number() {
    let cases = [
        ("3A", Some("3A")),
        ("12a层", Some("12A")),
        ("夹层", Some("夹层")),
        ("第二楼 夹层", Some("二楼夹层")),
        ("3", None),
        ("首层", None),
        ("十二", None),
        ("B1", None),
    ];
    for (cell, name) in cases {
        let read = cells::floor(cell).map(|floor| floor.name);
        assert_eq!(read, Ok(name.map(str::to_owned)), "{cell}");
    }
}

#[test]
fn areas_are_hundredths_without_a_detour_through_floats() {
    let cases = [
        ("90.47", 9047),
        ("95.0", 9500),
        ("68.2", 6820),
        ("80", 8000),
        ("0.01", 1),
        ("139.030", 13903),
        ("1000000", 100_000_000),
    ];
    for (cell, area) in cases {
        assert_eq!(cells::area_centi_m2(cell), Ok(area), "{cell}");
    }
    for cell in [
        "约90", "-3", "90.", ".5", "9O", "1e3", "1,204.5", "90.4.7", "90.47m2", "٣",
    ] {
        assert_eq!(cells::area_centi_m2(cell), Err(Reason::NotAnArea), "{cell}");
    }
    assert_eq!(cells::area_centi_m2("90.475"), Err(Reason::AreaTooPrecise));
    for cell in ["0", "0.00", "1000000.01", "99999999999999999999"] {
        assert_eq!(
            cells::area_centi_m2(cell),
            Err(Reason::AreaOutOfRange { limit: 1_000_000 }),
            "{cell}"
        );
    }
}

#[test]
fn words_of_the_lists_are_read_exactly() {
    for word in ["长住", "非长住", "空置", "托管", "出租"] {
        assert_eq!(cells::occupancy(word).map(Occupancy::chinese), Ok(word));
    }
    for word in ["业主", "家属", "租户", "住户", "商户", "受托人"] {
        assert_eq!(cells::relation(word).map(RelationKind::chinese), Ok(word));
    }
    assert_eq!(cells::relation("使用人"), Ok(RelationKind::Occupant));
    assert_eq!(cells::relation("代办人"), Ok(RelationKind::Representative));
    assert_eq!(cells::occupancy("出租中"), Err(Reason::UnknownOccupancy));
    assert_eq!(cells::relation("owner"), Err(Reason::UnknownRelation));
}

#[test]
fn phones_are_mobiles_or_landlines_with_their_area_code() {
    let cases = [
        ("13800001234", "13800001234"),
        ("138 0000 1234", "13800001234"),
        ("+86-138-0000-1234", "13800001234"),
        ("0757-22334455", "0757-22334455"),
        ("(0757)2233445", "0757-2233445"),
        ("01022334455", "010-22334455"),
        (
            "13800001234/0757-22334455转801",
            "13800001234/0757-22334455转801",
        ),
        ("13800001234 13900001234", "13800001234/13900001234"),
    ];
    for (cell, phone) in cases {
        assert_eq!(cells::phone(cell).as_deref(), Ok(phone), "{cell}");
    }
    for cell in [
        "1380000123",
        "138000012345",
        "22334455",
        "0757-223344",
        "0012345678",
        "13800001234/1390000123",
        "无",
        "1380000123X",
    ] {
        assert_eq!(cells::phone(cell), Err(Reason::NotAPhone), "{cell}");
    }
    assert_eq!(cells::phone("1.38E+10"), Err(Reason::RoundedBySpreadsheet));
}

#[test]
fn identity_numbers_have_their_shape_and_a_birth_date() {
    assert_eq!(
        cells::identity_number("44068119740122000x").as_deref(),
        Ok("44068119740122000X")
    );
    assert_eq!(
        cells::identity_number("440681200002290001").as_deref(),
        Ok("440681200002290001")
    );
    for number in ["H12345678", "810000199001010017", "91440606MA4X123456"] {
        assert_eq!(cells::identity_number(number).as_deref(), Ok(number));
    }
    for cell in [
        "4406811974012200",
        "91440606MA4X123457",
        "4406811974012200XX",
        "X40681197401220000",
        "４４",
        "护照",
        "44068119740122000é",
    ] {
        assert_eq!(
            cells::identity_number(cell),
            Err(Reason::NotAnIdentityNumber),
            "{cell}"
        );
    }
    for cell in [
        "44068119740230000X",
        "44068118990101000X",
        "44068119741301000X",
    ] {
        assert_eq!(
            cells::identity_number(cell),
            Err(Reason::ImpossibleBirthDate),
            "{cell}"
        );
    }
    assert_eq!(
        cells::identity_number("4.40681E+17"),
        Err(Reason::RoundedBySpreadsheet)
    );
}

#[test]
fn dates_are_read_as_offices_write_them() {
    for cell in [
        "2014-10-04",
        "2014/10/04",
        "2014/10/4",
        "2014.10.4",
        "2014年10月4日",
        "20141004",
        "2014-10-04 00:00",
        "2014/10/4 8:30:00",
        "2014-10-04T23:59:59.999",
        "2014-10-03T16:00:00Z",
        "2014-10-04 00:00:00+08:00",
        "2014年10月4日 上午8时30分",
        "2014/10/4 8:30 PM",
        "2014-10-4 星期六",
    ] {
        assert_eq!(cells::date(cell), Ok(day(2014, 10, 4)), "{cell}");
    }
    for cell in [
        "2014-10",
        "2014-10/04",
        "14-10-04",
        "2014-02-30",
        "41926",
        "2014年10月",
        "0014-10-04",
        "2014-10-04 交楼",
        "2014-+1-04",
    ] {
        assert_eq!(cells::date(cell), Err(Reason::NotADate), "{cell}");
    }
}
