//! Taking over the lists of an office.

use entity::estate::{building, community, unit};
use entity::households::{party, party_relation};
use sea_orm::{EntityTrait, PaginatorTrait};
use xunfang::database::sealed::Purpose;
use xunfang::database::sequence::head;
use xunfang::error::Language;
use xunfang::import::{ImportOrder, ImportReport, List, Lists, import_estate, run};

use crate::support::TestApp;

const UNITS: &[u8] = include_bytes!("../data/estate/units.csv");
const UNITS_GB18030: &[u8] = include_bytes!("../data/estate/units.gb18030.csv");
const UNITS_FAULTY: &[u8] = include_bytes!("../data/estate/units-faulty.csv");
const PARTIES: &[u8] = include_bytes!("../data/estate/parties.csv");

async fn import(app: &TestApp, units: Option<&[u8]>, parties: Option<&[u8]>) -> ImportReport {
    let lists = Lists {
        community: "碧江花园",
        may_be_new: false,
        code: Some("bijiang"),
        units,
        parties,
        workbook: None,
        dry_run: false,
    };
    import_estate(&app.app, lists).await.unwrap()
}

/// Rows of community, building, unit, party and relation.
async fn rows(app: &TestApp) -> [u64; 5] {
    let db = app.app.db().reader();
    [
        community::Entity::find().count(db).await.unwrap(),
        building::Entity::find().count(db).await.unwrap(),
        unit::Entity::find().count(db).await.unwrap(),
        party::Entity::find().count(db).await.unwrap(),
        party_relation::Entity::find().count(db).await.unwrap(),
    ]
}

async fn head_of_realm(app: &TestApp) -> i64 {
    let db = app.app.db().reader();
    let community = community::Entity::find().one(db).await.unwrap().unwrap();
    head(db, community.id.into()).await.unwrap()
}

#[tokio::test]
async fn a_whole_estate_comes_in_at_once() {
    let app = TestApp::start().await;
    let report = import(&app, Some(UNITS), Some(PARTIES)).await;
    assert_eq!(report.faults, []);
    assert!(report.is_imported() && report.community_is_new);
    assert_eq!(report.units.unwrap().created, 120);
    let lines = String::from_utf8_lossy(PARTIES).lines().count() - 1;
    assert_eq!(report.relations.unwrap().created, lines);
    let [communities, buildings, units, parties, relations] = rows(&app).await;
    assert_eq!((communities, buildings, units), (1, 3, 120));
    assert_eq!(parties, report.parties.unwrap().created as u64);
    assert_eq!(relations, lines as u64);
}

#[tokio::test]
async fn both_encodings_give_the_same_units() {
    let units = async |list: &[u8]| {
        let app = TestApp::start().await;
        import(&app, Some(list), None).await;
        let units = unit::Entity::find().all(app.app.db().reader()).await;
        let mut units: Vec<_> = units
            .unwrap()
            .into_iter()
            .map(|row| (row.room_number, row.floor, row.layout, row.area_centi_m2))
            .collect();
        units.sort();
        units
    };
    let utf8 = units(UNITS).await;
    assert_eq!(utf8.len(), 120);
    assert_eq!(utf8, units(UNITS_GB18030).await);
}

#[tokio::test]
async fn the_same_lists_again_change_nothing() {
    let app = TestApp::start().await;
    let first = import(&app, Some(UNITS), Some(PARTIES)).await;
    let (before, counts) = (head_of_realm(&app).await, rows(&app).await);
    app.wait(chrono::TimeDelta::hours(1));
    let again = import(&app, Some(UNITS), Some(PARTIES)).await;
    assert!(!again.community_is_new);
    for (first, again) in [
        (first.units, again.units),
        (first.parties, again.parties),
        (first.relations, again.relations),
    ] {
        let (first, again) = (first.unwrap(), again.unwrap());
        assert_eq!((again.created, again.changed), (0, 0));
        assert_eq!(again.unchanged, first.created);
    }
    assert_eq!(head_of_realm(&app).await, before);
    assert_eq!(rows(&app).await, counts);
}

#[tokio::test]
async fn a_changed_row_changes_its_unit_only() {
    let app = TestApp::start().await;
    import(&app, Some(UNITS), Some(PARTIES)).await;
    let before = head_of_realm(&app).await;
    let list = "楼栋,楼层,房号,户型,建筑面积,居住状态\n江畔1栋,1,0101,,,长住\n";
    let report = import(&app, Some(list.as_bytes()), None).await;
    assert_eq!(report.units.unwrap().changed, 1);
    assert_eq!(head_of_realm(&app).await, before + 1);
    let units = unit::Entity::find()
        .all(app.app.db().reader())
        .await
        .unwrap();
    let changed = units.iter().find(|row| row.seq == before + 1).unwrap();
    // Empty cells leave what is known.
    assert_eq!(changed.layout.as_deref(), Some("三房两厅"));
    assert_eq!(changed.area_centi_m2, Some(9047));
}

#[tokio::test]
async fn a_faulty_list_is_told_fault_by_fault_and_not_taken() {
    let app = TestApp::start().await;
    let report = import(&app, Some(UNITS_FAULTY), Some(PARTIES)).await;
    let faults = report.faults.iter().map(|it| {
        let fault = &it.fault;
        (
            it.list,
            fault.row,
            fault.column.as_deref().unwrap(),
            fault.value.as_str(),
        )
    });
    let faults: Vec<_> = faults.collect();
    let expected = [
        (List::Units, 6, "建筑面积", "约90"),
        (List::Units, 8, "房号", "0202"),
        (List::Units, 10, "楼栋", ""),
        (List::Units, 12, "居住状态", "出租中"),
    ];
    assert_eq!(faults, expected);
    assert!(!report.is_imported());
    assert_eq!(rows(&app).await, [0; 5]);
    let text = report.text(Language::Chinese);
    assert!(
        text.starts_with("房屋表 第 6 行 建筑面积「约90」：不是面积"),
        "{text}"
    );
}

#[tokio::test]
async fn a_party_of_an_unknown_unit_keeps_all_out() {
    let app = TestApp::start().await;
    let list = "楼栋,房号,姓名,身份,手机,证件号码,起始日期,结束日期\n\
        江畔1栋,0102,秦惠豪,业主,13000003336,,,\n\
        江畔9栋,0102,秦惠豪,业主,130****3336,,,\n\
        江畔9栋,0103,秦惠豪,业主,13000003336,,,\n";
    let report = import(&app, Some(UNITS), Some(list.as_bytes())).await;
    let texts: Vec<_> = report.faults.iter().map(|it| it.fault.zh()).collect();
    assert_eq!(report.faults.len(), 2, "{texts:?}");
    assert!(texts[0].contains("手机「130****3336」"), "{texts:?}");
    assert_eq!(texts[1], "第 4 行 房号「江畔9栋 0103」：本小区没有这套房屋");
    assert_eq!(rows(&app).await, [0; 5]);
}

#[tokio::test]
async fn a_dry_run_goes_all_the_way_and_leaves_nothing() {
    let app = TestApp::start().await;
    let lists = Lists {
        community: "碧江花园",
        may_be_new: false,
        code: None,
        units: Some(UNITS),
        parties: Some(PARTIES),
        workbook: None,
        dry_run: true,
    };
    let report = import_estate(&app.app, lists).await.unwrap();
    assert_eq!((report.faults.len(), report.is_imported()), (0, false));
    assert_eq!(report.units.unwrap().created, 120);
    assert!(report.parties.unwrap().created > 0);
    assert_eq!(rows(&app).await, [0; 5]);
    let text = report.text(Language::Chinese);
    assert!(
        text.starts_with("试导入，未保存\n新建小区\n房屋：共 120，新增 120"),
        "{text}"
    );
}

#[tokio::test]
async fn numbers_are_stored_sealed() {
    let app = TestApp::start().await;
    import(&app, Some(UNITS), Some(PARTIES)).await;
    let parties = party::Entity::find()
        .all(app.app.db().reader())
        .await
        .unwrap();
    let qin = parties.iter().find(|row| row.name == "秦惠豪").unwrap();
    assert_eq!(qin.phone_masked.as_deref(), Some("130****3336"));
    assert_eq!(
        qin.identity_number_masked.as_deref(),
        Some("4406***********00X")
    );
    let keys = app.app.keys();
    let phone = keys.open(Purpose::Phone, qin.phone.as_ref().unwrap());
    assert_eq!(phone.unwrap(), "13000003336");
    let audits = entity::ledger::audit::Entity::find();
    let audits = audits.all(app.app.db().reader()).await.unwrap();
    assert!(!format!("{audits:?}").contains("13000003336"));
}

#[tokio::test]
async fn a_lease_that_has_run_out_does_not_count() {
    let app = TestApp::start().await;
    let list = "楼栋,房号,姓名,身份,手机,证件号码,起始日期,结束日期\n\
        江畔1栋,0102,甲,租户,13000000001,,2025-01-01,2026-08-31\n\
        江畔1栋,0102,乙,租户,13000000002,,2026-01-01,2026-09-01\n\
        江畔1栋,0102,丙,租户,13000000003,,2026-09-02,\n";
    import(&app, Some(UNITS), Some(list.as_bytes())).await;
    let relations = party_relation::Entity::find()
        .all(app.app.db().reader())
        .await
        .unwrap();
    let mut current: Vec<_> = relations
        .iter()
        .map(|row| (row.starts_on, row.is_current))
        .collect();
    current.sort();
    let current: Vec<_> = current
        .into_iter()
        .map(|(_, is_current)| is_current)
        .collect();
    // It is the morning of 1 September in Shanghai.
    assert_eq!(current, [false, true, false]);
}

#[tokio::test]
async fn one_person_in_several_rows_is_one_party() {
    let app = TestApp::start().await;
    let list = "楼栋,房号,姓名,身份,手机,证件号码,起始日期,结束日期\n\
        江畔1栋,0102,秦惠豪,业主,13000003336,44068119740122000X,,\n\
        江畔1栋,0103,秦惠豪,业主,13000004447,44068119740122000X,,\n\
        江畔1栋,0104,秦惠豪,业主,13000004447,,,\n\
        江畔1栋,0104,秦惠豪,受托人,,,,\n\
        江畔1栋,0104,秦惠豪,业主,13000005558,44068119840122000X,,\n";
    let report = import(&app, Some(UNITS), Some(list.as_bytes())).await;
    assert_eq!(report.faults, []);
    // The last is another man of the same name.
    assert_eq!(report.parties.unwrap().created, 2);
    assert_eq!(report.relations.unwrap().created, 5);
    let again = import(&app, None, Some(list.as_bytes())).await;
    assert_eq!(again.parties.unwrap().unchanged, 2);
    assert_eq!(again.relations.unwrap().unchanged, 5);
}

#[tokio::test]
async fn the_command_line_prints_the_report() {
    let app = TestApp::start().await;
    let folder = tempfile::tempdir().unwrap();
    let units = folder.path().join("units.csv");
    std::fs::write(&units, UNITS_FAULTY).unwrap();
    let mut order = ImportOrder {
        community: "碧江花园".to_owned(),
        may_be_new: false,
        code: None,
        units: Some(units.clone()),
        parties: None,
        workbook: None,
        dry_run: false,
        language: Language::English,
    };
    let mut out = Vec::new();
    let refusal = run(&app.app, &order, &mut out).await.unwrap_err();
    assert_eq!(refusal.code().as_str(), "IMPORT_FAULTY");
    let text = String::from_utf8(out).unwrap();
    assert!(
        text.starts_with("units, row 6, 建筑面积 `约90`: not an area"),
        "{text}"
    );

    std::fs::write(&units, UNITS).unwrap();
    let mut out = Vec::new();
    run(&app.app, &order, &mut out).await.unwrap();
    let text = String::from_utf8(out).unwrap();
    let (is_new, units) = (
        "the community is new\nits code, made up because none was given: c-",
        "\nunits: 120 read, 120 created, 0 changed, 0 unchanged\n",
    );
    assert!(text.starts_with(is_new) && text.ends_with(units), "{text}");

    order.units = None;
    let refusal = run(&app.app, &order, &mut Vec::new()).await.unwrap_err();
    assert_eq!(refusal.code().as_str(), "INVALID_INPUT");
}

#[tokio::test]
async fn the_next_list_may_write_names_and_numbers_otherwise() {
    let app = TestApp::start().await;
    let units = |building: &str, room: &str| {
        format!(
            "甲花园房屋表\n楼栋,楼层,房号,户型,建筑面积,居住状态\n{building},首层,{room},,,长住\n合计,,1,,,\n"
        )
    };
    let parties = |place: &str, name: &str, day: &str| {
        format!(
            "楼栋,房号,姓名,身份,手机,证件号码,起始日期,结束日期\n{place},{name},业主,13800000000/0757-22334455转801,91440606MA4X123456,{day},\n"
        )
    };
    let firm = "碧江物业（集团）有限公司";
    let (list, people) = (
        units("A座", "0101"),
        parties("A座,0101", firm, "2024-03-01 00:00"),
    );
    let first = import(&app, Some(list.as_bytes()), Some(people.as_bytes())).await;
    assert_eq!(first.faults, []);
    let (of_units, passed) = &first.passed[0];
    assert_eq!(
        (*of_units, passed.notes.as_slice()),
        (List::Units, [4].as_slice())
    );
    let text = first.text(Language::Chinese);
    assert!(
        text.contains("房屋表 第 4 行是说明或合计，未读取"),
        "{text}"
    );

    let (list, people) = (
        units("ａ 座", "\"=\"\"０１０１\"\"\""),
        parties("Ａ座,'0101", "碧江物业(集团) 有限公司", "2024/3/1"),
    );
    let again = import(&app, Some(list.as_bytes()), Some(people.as_bytes())).await;
    assert_eq!(again.faults, []);
    for counts in [again.units, again.parties, again.relations] {
        let counts = counts.unwrap();
        assert_eq!(
            (counts.created, counts.changed, counts.unchanged),
            (0, 0, 1)
        );
    }
    let party = party::Entity::find().one(app.app.db().reader()).await;
    let party = party.unwrap().unwrap();
    assert_eq!(party.name, firm);
    let masked = party.phone_masked.as_deref();
    assert_eq!(masked, Some("138****0000/0757-****4455转801"));
}
