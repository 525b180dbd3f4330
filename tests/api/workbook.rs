//! Taking over an estate as a workbook, and writing it back.

use entity::accounts::account;
use entity::estate::{building, community, unit, zone};
use entity::households::{party, party_relation};
use entity::kinds::{Occupancy, PostKind, RelationKind};
use entity::ledger::audit;
use entity::organisation::staff_member;
use rust_xlsxwriter::Workbook;
use sea_orm::{EntityTrait, PaginatorTrait};
use xunfang::areas::accounts::{AddAccount, ImportStaff, ImportedStaffMember, set_password};
use xunfang::areas::estate::write::{CreateBuilding, CreateZone, ImportUnits, ImportedUnit};
use xunfang::areas::households::write::{ImportParties, ImportedParty, ImportedRelation};
use xunfang::database::sequence::head;
use xunfang::error::Language;
use xunfang::import::export::{ExportOrder, export_estate};
use xunfang::import::{ImportReport, List, Lists, import_estate};

use crate::support::TestApp;

const UNITS: &[u8] = include_bytes!("../data/estate/units.csv");
const PARTIES: &[u8] = include_bytes!("../data/estate/parties.csv");

type Sheet<'a> = (&'a str, &'a [&'a str]);

/// A workbook whose cells are separated by commas.
fn workbook(sheets: &[Sheet<'_>]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for (name, rows) in sheets {
        let sheet = workbook.add_worksheet();
        sheet.set_name(*name).unwrap();
        for (number, row) in (0..).zip(*rows) {
            for (column, cell) in (0..).zip(row.split(',')) {
                sheet.write_string(number, column, cell).unwrap();
            }
        }
    }
    workbook.save_to_buffer().unwrap()
}

const BUILDINGS: Sheet<'_> = ("楼栋", &["楼栋,分区", "1栋,江畔苑", "2栋,翠堤苑"]);
const ROOMS: Sheet<'_> = (
    "房屋",
    &[
        "楼栋,楼层,房号,户型,建筑面积,居住状态",
        "1栋,1,0101,三房两厅,90.47,长住",
        "1栋,1,0102,,,空置",
        "2栋,B1,S01,,12.5,出租",
    ],
);
/// Two of one name in one unit, and one who has no unit.
const PEOPLE: Sheet<'_> = (
    "住户",
    &[
        "住户编号,姓名,手机,证件号码",
        "1,张伟,13000000001,44068119740122000X",
        "2,张伟,,",
        "3,李四,13000000003,",
    ],
);
const RELATIONS: Sheet<'_> = (
    "关系",
    &[
        "楼栋,房号,住户编号,姓名,身份,起始日期,结束日期",
        "1栋,0101,1,张伟,业主,2014-10-14,",
        "1栋,0102,1,张伟,业主,,",
        "1栋,0101,2,张伟,家属,,",
    ],
);
const STAFF: Sheet<'_> = (
    "员工",
    &[
        "姓名,岗位,分区,账号",
        "陈主任,管理处主任,,Chief",
        "李师傅,维修员,江畔苑,li",
    ],
);
const ALL: [Sheet<'_>; 5] = [BUILDINGS, ROOMS, PEOPLE, RELATIONS, STAFF];

fn lists(workbook: &[u8]) -> Lists<'_> {
    Lists {
        community: "碧江花园",
        may_be_new: false,
        code: Some("bijiang"),
        units: None,
        parties: None,
        workbook: Some(workbook),
        dry_run: false,
    }
}

async fn import(app: &TestApp, workbook: &[u8]) -> ImportReport {
    import_estate(&app.app, lists(workbook)).await.unwrap()
}

async fn export(app: &TestApp, with_personal_numbers: bool) -> Vec<u8> {
    let order = ExportOrder {
        community: "bijiang",
        with_personal_numbers,
    };
    export_estate(&app.app, order).await.unwrap()
}

/// Rows of zone, building, unit, party, relation, account and staff member.
async fn rows(app: &TestApp) -> [u64; 7] {
    let db = app.app.db().reader();
    [
        zone::Entity::find().count(db).await.unwrap(),
        building::Entity::find().count(db).await.unwrap(),
        unit::Entity::find().count(db).await.unwrap(),
        party::Entity::find().count(db).await.unwrap(),
        party_relation::Entity::find().count(db).await.unwrap(),
        account::Entity::find().count(db).await.unwrap(),
        staff_member::Entity::find().count(db).await.unwrap(),
    ]
}

async fn head_of_realm(app: &TestApp) -> i64 {
    let db = app.app.db().reader();
    let unit = unit::Entity::find().one(db).await.unwrap().unwrap();
    head(db, unit.community_id.into()).await.unwrap()
}

fn changed(report: &ImportReport) -> usize {
    let counts = [
        report.buildings,
        report.units,
        report.parties,
        report.relations,
        report.staff,
    ];
    let counts = counts.into_iter().flatten();
    counts.map(|count| count.created + count.changed).sum()
}

fn told(report: &ImportReport) -> Vec<(List, String)> {
    let faults = report.faults.iter();
    faults.map(|it| (it.list, it.fault.zh())).collect()
}

#[tokio::test]
async fn a_workbook_brings_a_whole_estate_at_once() {
    let app = TestApp::start().await;
    let report = import(&app, &workbook(&ALL)).await;
    assert_eq!(told(&report), []);
    assert!(report.is_imported() && report.community_is_new);
    assert_eq!(rows(&app).await, [2, 2, 3, 3, 3, 2, 2]);
    assert_eq!(report.new_accounts, ["chief", "li"]);
    let db = app.app.db().reader();
    let units = unit::Entity::find().all(db).await.unwrap();
    assert!(units.iter().all(|unit| unit.zone_id.is_some()));
    assert!(units.iter().any(|unit| unit.floor == -1));
    let text = report.text(Language::Chinese);
    assert!(
        text.contains("员工：共 2，新增 2")
            && text.contains("新账号没有密码，请用 xunfang staff password 设置：chief li"),
        "{text}"
    );
}

#[tokio::test]
async fn the_same_workbook_again_changes_nothing() {
    let app = TestApp::start().await;
    let workbook = workbook(&ALL);
    import(&app, &workbook).await;
    let (before, counts) = (head_of_realm(&app).await, rows(&app).await);
    app.wait(chrono::TimeDelta::hours(1));
    let again = import(&app, &workbook).await;
    assert_eq!((told(&again), changed(&again)), (vec![], 0));
    assert_eq!(head_of_realm(&app).await, before);
    assert_eq!(rows(&app).await, counts);
}

#[tokio::test]
async fn a_changed_row_of_a_workbook_changes_that_alone() {
    let app = TestApp::start().await;
    import(&app, &workbook(&ALL)).await;
    let moved: [Sheet<'_>; 2] = [
        ("楼栋", &["楼栋,分区", "1栋,", "2栋,江畔苑"]),
        ("员工", &["姓名,岗位,分区,账号", "李师傅,领班,,li"]),
    ];
    let report = import(&app, &workbook(&moved)).await;
    assert_eq!((told(&report), changed(&report)), (vec![], 2));
    let db = app.app.db().reader();
    let staff = staff_member::Entity::find().all(db).await.unwrap();
    // An empty zone leaves the one that is known.
    assert!(
        staff
            .iter()
            .any(|it| it.name == "李师傅" && it.zone_id.is_some())
    );
}

#[tokio::test]
async fn faults_of_the_database_are_told_by_sheet_and_row_and_keep_all_out() {
    let app = TestApp::start().await;
    import(&app, &workbook(&ALL)).await;
    let counts = rows(&app).await;
    let faulty: [Sheet<'_>; 4] = [
        ("楼栋", &["楼栋", "3栋"]),
        ("住户", &["编号,姓名", "7,赵六", "8,钱七"]),
        (
            "关系",
            &["楼栋,房号,编号,身份,起始日期,结束日期", "9栋,0101,7,业主,,"],
        ),
        (
            "员工",
            &[
                "姓名,岗位,分区,账号",
                "李师傅,维修员,无名苑,li",
                "张三,领班,,chief",
            ],
        ),
    ];
    let report = import(&app, &workbook(&faulty)).await;
    assert_eq!(
        told(&report),
        [
            (
                List::Parties,
                "第 3 行 姓名「钱七」：关系表中没有其房屋，也没有号码，无法辨认".to_owned()
            ),
            (
                List::Relations,
                "第 2 行 房号「9栋 0101」：本小区没有这套房屋".to_owned()
            ),
            (
                List::Staff,
                "第 2 行 分区「无名苑」：没有这个分区，请先写在楼栋表中".to_owned()
            ),
            (
                List::Staff,
                "第 3 行 账号「chief」：这个账号属于 陈主任".to_owned()
            ),
        ]
    );
    assert_eq!(rows(&app).await, counts);
    let text = report.text(Language::English);
    assert!(
        text.contains("relations, row 2, 房号 `9栋 0101`: there is no such unit"),
        "{text}"
    );
}

/// Ids, names and masked phones of the parties that are known.
async fn parties(app: &TestApp) -> Vec<(String, String, Option<String>)> {
    let parties = party::Entity::find().all(app.app.db().reader()).await;
    let parties = parties.unwrap().into_iter();
    parties
        .map(|it| (it.id.to_string(), it.name, it.phone_masked))
        .collect()
}

const PERSONS: &str = "住户编号,姓名,手机,证件号码";

#[tokio::test]
async fn two_rows_are_two_parties_also_where_one_has_the_number_of_whom_the_other_names() {
    let by_name = "1,张伟,13000000001,";
    let by_number = "2,王五,,44068119740122000X";
    for rows in [[by_name, by_number], [by_number, by_name]] {
        let app = TestApp::start().await;
        import(&app, &workbook(&ALL)).await;
        let before = parties(&app).await;
        let known = before.iter().find(|(_, _, phone)| phone.is_some()).unwrap();
        assert_eq!(known.1, "张伟");

        let sheet = [PERSONS, rows[0], rows[1]];
        let report = import(&app, &workbook(&[("住户", &sheet)])).await;
        assert_eq!(told(&report), [], "{rows:?}");
        let after = parties(&app).await;
        let name = |id: &str| after.iter().find(|it| it.0 == id).unwrap().1.as_str();
        assert_eq!(name(&known.0), "王五", "the number says who he is");
        let new: Vec<_> = after
            .iter()
            .filter(|it| !before.iter().any(|old| old.0 == it.0))
            .collect();
        assert_eq!(new.len(), 1, "{after:?}");
        assert_eq!((&*new[0].1, &new[0].2), ("张伟", &known.2));
    }
}

#[tokio::test]
async fn a_row_with_the_number_of_a_party_that_another_row_is_about_is_refused() {
    let app = TestApp::start().await;
    import(&app, &workbook(&ALL)).await;
    let before = parties(&app).await;
    let known = before.iter().find(|(_, _, phone)| phone.is_some()).unwrap();
    let exported = format!("{},张伟,13000000001,", known.0);
    let sheet = [PERSONS, "2,王五,,44068119740122000X", &exported];
    let report = import(&app, &workbook(&[("住户", &sheet)])).await;
    assert_eq!(
        told(&report),
        [(
            List::Parties,
            "第 2 行 证件号码「440***********000X」：与第 3 行证件号码相同，是同一人".to_owned()
        )]
    );
    assert_eq!(parties(&app).await, before);
}

#[tokio::test]
async fn a_dry_run_of_a_workbook_leaves_nothing() {
    let app = TestApp::start().await;
    let workbook = workbook(&ALL);
    let lists = Lists {
        dry_run: true,
        ..lists(&workbook)
    };
    let report = import_estate(&app.app, lists).await.unwrap();
    assert_eq!((told(&report), report.is_imported()), (vec![], false));
    assert_eq!(rows(&app).await, [0; 7]);
}

#[tokio::test]
async fn a_new_account_signs_in_only_after_the_office_gave_it_a_password() {
    let app = TestApp::start().await;
    import(&app, &workbook(&ALL)).await;
    let answer = app.try_sign_in("li", "", "phone").await;
    assert_eq!(answer.code(), "SIGN_IN_REFUSED");
    set_password(&app.app, "Li", "a long password".to_owned())
        .await
        .unwrap();
    let answer = app.try_sign_in("li", "a long password", "phone").await;
    assert_eq!(answer.text("signIn.viewer.name"), "李师傅");
}

#[tokio::test]
async fn an_export_imported_again_changes_nothing() {
    for with_personal_numbers in [false, true] {
        let app = TestApp::start().await;
        import(&app, &workbook(&ALL)).await;
        let csv = Lists {
            units: Some(UNITS),
            parties: Some(PARTIES),
            workbook: None,
            ..lists(&[])
        };
        import_estate(&app.app, csv).await.unwrap();
        let written = export(&app, with_personal_numbers).await;
        let (before, counts) = (head_of_realm(&app).await, rows(&app).await);
        app.wait(chrono::TimeDelta::hours(1));
        let again = import(&app, &written).await;
        assert_eq!((told(&again), changed(&again)), (vec![], 0));
        assert_eq!(again.units.unwrap().unchanged as u64, counts[2]);
        assert_eq!(again.parties.unwrap().unchanged as u64, counts[3]);
        assert_eq!(again.relations.unwrap().unchanged as u64, counts[4]);
        assert_eq!(head_of_realm(&app).await, before);
        assert_eq!(rows(&app).await, counts);
    }
}

/// What the API takes as it is typed, full-width: a zone, a building, a unit, a party, its relation,
/// somebody of the staff.
async fn wide_estate(app: &TestApp) {
    let community = app.community("bijiang").await;
    app.force::<community::Model>(community.id, |row| "碧江花园".clone_into(&mut row.name))
        .await;
    let (community_id, name) = (community.id, "翠堤（苑）".to_owned());
    app.command(&CreateZone { community_id, name }).await;
    let create = CreateBuilding {
        community_id,
        zone: Some("翠堤（苑）".to_owned()),
        name: "翠湖（东）".to_owned(),
    };
    app.command(&create).await;
    let rows = vec![ImportedUnit {
        building: "翠湖（东）".to_owned(),
        floor: 4,
        floor_name: Some("3A".to_owned()),
        room_number: "Ａ１０１".to_owned(),
        layout: Some("三房（南）".to_owned()),
        area_centi_m2: None,
        occupancy: Occupancy::Let,
    }];
    app.command(&ImportUnits { community_id, rows }).await;
    let rows = ["张\u{3000}伟（小）", "Ｍａｒｙ Ann"].map(|name| ImportedParty {
        party_id: None,
        name: name.to_owned(),
        phone: None,
        identity_number: None,
        relations: vec![ImportedRelation {
            building: "翠湖（东）".to_owned(),
            room_number: "Ａ１０１".to_owned(),
            relation: RelationKind::Owner,
            starts_on: None,
            ends_on: None,
        }],
    });
    let parties = ImportParties {
        community_id,
        rows: rows.to_vec(),
        has_each_once: true,
    };
    app.command(&parties).await;
    let add = AddAccount {
        account: "li".to_owned(),
        name: "李\u{3000}师傅（甲）".to_owned(),
        password_hash: String::new(),
        is_administrator: false,
        is_demo: false,
    };
    app.command(&add).await;
    let rows = vec![ImportedStaffMember {
        account: "li".to_owned(),
        name: "李师傅(甲)".to_owned(),
        post: PostKind::MaintenanceWorker,
        zone: Some("翠堤(苑)".to_owned()),
    }];
    app.command(&ImportStaff { community_id, rows }).await;
}

#[tokio::test]
async fn names_that_differ_only_in_width_are_found_and_stay_as_they_are() {
    let app = TestApp::start().await;
    wide_estate(&app).await;
    assert_eq!(rows(&app).await, [1, 1, 1, 2, 2, 1, 1]);
    let before = head_of_realm(&app).await;
    app.wait(chrono::TimeDelta::hours(1));
    let typed_again = workbook(&[
        ("楼栋", &["楼栋,分区", "翠湖(东),翠堤(苑)"]),
        (
            "房屋",
            &[
                "楼栋,楼层,房号,户型,建筑面积,居住状态",
                "翠湖(东),3a层,A101,三房(南),,出租",
            ],
        ),
        (
            "住户",
            &["编号,姓名,手机,证件号码", "1,张伟(小),,", "2,Mary Ann,,"],
        ),
        (
            "关系",
            &[
                "楼栋,房号,编号,身份,起始日期,结束日期",
                "翠湖(东),A101,1,业主,,",
                "翠湖(东),A101,2,业主,,",
            ],
        ),
        (
            "员工",
            &["姓名,岗位,分区,账号", "李师傅(甲),维修员,翠堤(苑),ＬＩ"],
        ),
    ]);
    for workbook in [
        export(&app, false).await,
        export(&app, true).await,
        typed_again,
    ] {
        let again = import(&app, &workbook).await;
        assert_eq!((told(&again), changed(&again)), (vec![], 0));
        assert_eq!(rows(&app).await, [1, 1, 1, 2, 2, 1, 1]);
        assert_eq!(head_of_realm(&app).await, before);
    }
}

#[tokio::test]
async fn an_export_with_numbers_makes_the_estate_again_elsewhere() {
    let app = TestApp::start().await;
    import(&app, &workbook(&ALL)).await;
    let written = export(&app, true).await;
    let elsewhere = TestApp::start().await;
    let report = import(&elsewhere, &written).await;
    assert_eq!(told(&report), []);
    assert_eq!(rows(&elsewhere).await, rows(&app).await);
    let again = import(&elsewhere, &written).await;
    assert_eq!((told(&again), changed(&again)), (vec![], 0));
}

#[tokio::test]
async fn numbers_leave_only_when_asked_for_and_leave_a_trace() {
    let app = TestApp::start().await;
    import(&app, &workbook(&ALL)).await;
    let traces = async || {
        let audits = audit::Entity::find().all(app.app.db().reader()).await;
        let audits = audits.unwrap().into_iter();
        audits
            .filter(|it| it.why == "party.reveal_register")
            .count()
    };
    let written = export(&app, false).await;
    let shown = texts(&written);
    assert!(shown.contains("李四") && !shown.contains("13000000003") && !shown.contains("130****"));
    assert_eq!(traces().await, 0);
    let shown = texts(&export(&app, true).await);
    assert!(shown.contains("13000000003") && shown.contains("44068119740122000X"));
    assert_eq!(traces().await, 1);
}

/// All texts of a workbook.
fn texts(workbook: &[u8]) -> String {
    let mut parts = zip::ZipArchive::new(std::io::Cursor::new(workbook)).unwrap();
    let part = parts.by_name("xl/sharedStrings.xml").unwrap();
    std::io::read_to_string(part).unwrap()
}

/// About a minute in debug: `cargo test --test api a_large_estate -- --ignored --nocapture`.
#[tokio::test]
#[ignore = "measures, and proves nothing that the others do not"]
async fn a_large_estate_is_taken_over_in_seconds() {
    let (mut rooms, mut people, mut ties) = (
        vec![ROOMS.1[0].to_owned()],
        vec![PEOPLE.1[0].to_owned()],
        vec![RELATIONS.1[0].to_owned()],
    );
    for number in 0..11_000 {
        let (building, floor, room) = (number / 250 + 1, number % 250 / 10 + 1, number % 10 + 1);
        let unit = format!("{floor:02}{room:02}");
        rooms.push(format!("{building}栋,{floor},{unit},三房两厅,90.47,长住"));
        // Each is another number of a day that existed.
        let (year, place) = (1950 + number / 1000, number % 1000);
        people.push(format!(
            "{number},张{number},138{number:08},440681{year}0101{place:03}X"
        ));
        ties.push(format!("{building}栋,{unit},{number},,业主,2014-10-14,"));
    }
    let sheets = [("房屋", rooms), ("住户", people), ("关系", ties)];
    let sheets: Vec<(&str, Vec<&str>)> = sheets
        .iter()
        .map(|(name, rows)| (*name, rows.iter().map(String::as_str).collect()))
        .collect();
    let sheets: Vec<Sheet<'_>> = sheets
        .iter()
        .map(|(name, rows)| (*name, &rows[..]))
        .collect();
    let workbook = workbook(&sheets);
    let app = TestApp::start().await;
    for what in ["first", "again"] {
        let start = std::time::Instant::now();
        let report = import(&app, &workbook).await;
        println!("{what}: {:.1?}", start.elapsed());
        assert_eq!(told(&report), []);
        assert_eq!(report.relations.unwrap().created > 0, what == "first");
    }
    let start = std::time::Instant::now();
    let written = export(&app, true).await;
    println!("export: {:.1?}, {} bytes", start.elapsed(), written.len());
    assert_eq!(rows(&app).await[2..5], [11_000; 3]);
}
