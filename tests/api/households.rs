//! Who owns and lives where, and who may know it.

use chrono::TimeDelta;
use entity::estate::unit;
use entity::households::party;
use entity::ids::{PartyId, UnitId};
use entity::kinds::PostKind;
use entity::ledger::audit;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use uuid::Uuid;
use xunfang::areas::households::write::SettleRelations;

use crate::estate::{Estate, estate};
use crate::support::{Answer, Phone, TestApp};
use crate::tickets::act;

/// The office of an estate at its desk, and the units of the building.
pub async fn office<'a>(app: &'a TestApp, estate: &Estate, account: &str) -> Phone<'a> {
    app.staff(account, PostKind::Assistant)
        .at(&estate.community)
        .await;
    app.sign_in(account, &format!("desk of {account}")).await
}

pub async fn unit_of(app: &TestApp, estate: &Estate, room: &str) -> UnitId {
    let unit = unit::Entity::find()
        .filter(unit::Column::BuildingId.eq(estate.building))
        .filter(unit::Column::RoomNumber.eq(room));
    unit.one(app.app.db().reader()).await.unwrap().unwrap().id
}

pub async fn mutate(phone: &Phone<'_>, mutation: &str, input: Value) -> Answer {
    let kind = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let fields = match mutation {
        "revealPartyPhone" => "phone",
        _ => {
            "party { id name phoneMasked identityNumberMasked hasAccount
                relations { id relation startsOn endsOn isCurrent unit { roomNumber } } }"
        }
    };
    let operation =
        format!("mutation ($input: {kind}!) {{ {mutation}(input: $input) {{ {fields} }} }}");
    phone.run(&operation, json!({ "input": input })).await
}

pub async fn register(phone: &Phone<'_>, estate: &Estate, name: &str, number: &str) -> PartyId {
    let input = json!({ "communityId": estate.community.id, "name": name, "phone": number });
    let answer = mutate(phone, "registerParty", input).await;
    answer.text("registerParty.party.id").parse().unwrap()
}

/// An owner since 2020, who can sign in.
pub async fn owner(desk: &Phone<'_>, app: &TestApp, estate: &Estate, account: &str) -> PartyId {
    app.account(account).await;
    let party = register(desk, estate, account, "13000003336").await;
    let unit = unit_of(app, estate, "0101").await;
    let relate = json!({
        "partyId": party, "unitId": unit, "relation": "OWNER", "startsOn": "2020-05-01",
    });
    mutate(desk, "relateParty", relate)
        .await
        .data("relateParty.party");
    let bind = json!({ "partyId": party, "account": account });
    let bound = mutate(desk, "bindPartyAccount", bind).await;
    assert_eq!(
        bound.data("bindPartyAccount.party.hasAccount"),
        &json!(true)
    );
    party
}

async fn units_seen(phone: &Phone<'_>, estate: &Estate) -> Vec<String> {
    let query =
        "query ($building: UUID!) { units(buildingId: $building) { nodes { roomNumber } } }";
    let answer = phone
        .run(query, json!({ "building": estate.building }))
        .await;
    let units = answer.data("units.nodes").as_array().unwrap().iter();
    units
        .map(|unit| unit["roomNumber"].as_str().unwrap().to_owned())
        .collect()
}

const PARTIES: &str =
    "query ($community: UUID!, $unit: UUID, $search: String, $first: Int, $after: String) {
    parties(communityId: $community, unitId: $unit, search: $search, first: $first, after: $after) {
        nodes { name phoneMasked relations { isCurrent } } pageInfo { hasNextPage endCursor }
    }
}";

async fn found(phone: &Phone<'_>, estate: &Estate, search: &str) -> Vec<String> {
    let variables = json!({ "community": estate.community.id, "search": search });
    let answer = phone.run(PARTIES, variables).await;
    let parties = answer.data("parties.nodes").as_array().unwrap().iter();
    parties
        .map(|party| party["name"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_party_is_found_by_name_phone_and_last_digits() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    register(&desk, &estate, "秦惠豪", "130 0000 3336").await;
    app.wait(TimeDelta::minutes(1));
    register(&desk, &estate, "蔡100%", "0757-22334455").await;
    for (search, names) in [
        ("惠", vec!["秦惠豪"]),
        ("13000003336", vec!["秦惠豪"]),
        ("3336", vec!["秦惠豪"]),
        ("4455", vec!["蔡100%"]),
        ("0%", vec!["蔡100%"]),
        ("%", vec!["蔡100%"]),
        ("333", vec![]),
        ("", vec!["蔡100%", "秦惠豪"]),
    ] {
        assert_eq!(found(&desk, &estate, search).await, names, "{search}");
    }
    let variables = json!({ "community": estate.community.id, "first": 1 });
    let page = desk.run(PARTIES, variables).await;
    assert_eq!(page.text("parties.nodes.0.phoneMasked"), "0757-****4455");
    let after = page.text("parties.pageInfo.endCursor");
    let variables = json!({ "community": estate.community.id, "after": after });
    let page = desk.run(PARTIES, variables).await;
    assert_eq!(page.text("parties.nodes.0.name"), "秦惠豪");
    assert_eq!(page.data("parties.pageInfo.hasNextPage"), &json!(false));
}

#[tokio::test]
async fn of_several_phones_each_is_found_and_none_is_stored_in_clear() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    let several = "13800000000、0757-66778899转801；13900001234";
    let party = register(&desk, &estate, "秦惠豪", several).await;
    let all = [
        "13800000000",
        "0000",
        "0757-66778899",
        "(0757) 6677 8899",
        "8899",
        "139 0000 1234",
        "1234",
    ];
    for search in all {
        assert_eq!(found(&desk, &estate, search).await, ["秦惠豪"], "{search}");
    }
    for search in ["13900001235", "6677", "0801"] {
        assert!(found(&desk, &estate, search).await.is_empty(), "{search}");
    }
    let rows = party::Entity::find();
    let stored = rows.one(app.app.db().reader()).await.unwrap().unwrap();
    let stored = format!("{stored:?}");
    assert!(!stored.contains("66778899") && !stored.contains("13900001234"));

    // What was taken off is found no more.
    let set = json!({ "partyId": party, "phone": "13800000000/13900001235" });
    mutate(&desk, "setPartyPhone", set)
        .await
        .data("setPartyPhone");
    for (search, is_found) in [
        ("13900001235", true),
        ("1235", true),
        ("1234", false),
        ("8899", false),
    ] {
        let names = found(&desk, &estate, search).await;
        assert_eq!(!names.is_empty(), is_found, "{search}");
    }
}

#[tokio::test]
async fn a_masked_phone_never_takes_the_place_of_the_real_one() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    let party = register(&desk, &estate, "秦惠豪", "13000003336").await;
    let set = json!({ "partyId": party, "phone": "130****3336" });
    let answer = mutate(&desk, "setPartyPhone", set).await;
    assert_eq!(
        (answer.code(), &answer.error()["extensions"]["field"]),
        ("INVALID_INPUT", &json!("phone"))
    );
    let missing = mutate(&desk, "setPartyPhone", json!({ "partyId": party })).await;
    assert_eq!(missing.code(), "INVALID_INPUT");
    let reveal = json!({ "partyId": party, "reason": "回访" });
    let answer = mutate(&desk, "revealPartyPhone", reveal.clone()).await;
    assert_eq!(answer.text("revealPartyPhone.phone"), "13000003336");

    let set = json!({ "partyId": party, "phone": "13000004447" });
    let answer = mutate(&desk, "setPartyPhone", set).await;
    assert_eq!(
        answer.text("setPartyPhone.party.phoneMasked"),
        "130****4447"
    );
    let answer = mutate(&desk, "revealPartyPhone", reveal.clone()).await;
    assert_eq!(answer.text("revealPartyPhone.phone"), "13000004447");
    assert_eq!(found(&desk, &estate, "3336").await, Vec::<String>::new());

    let set = json!({ "partyId": party, "phone": null });
    let answer = mutate(&desk, "setPartyPhone", set).await;
    assert_eq!(answer.data("setPartyPhone.party.phoneMasked"), &Value::Null);
    assert_eq!(
        mutate(&desk, "revealPartyPhone", reveal).await.code(),
        "NOT_FOUND"
    );
}

#[tokio::test]
async fn looking_at_a_phone_leaves_a_trace() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    let party = register(&desk, &estate, "秦惠豪", "13000003336").await;
    let reveal = |reason: &str| json!({ "partyId": party, "reason": reason });
    let refused = mutate(&desk, "revealPartyPhone", reveal("  ")).await;
    assert_eq!(refused.code(), "INVALID_INPUT");
    let answer = mutate(&desk, "revealPartyPhone", reveal("漏水，联系业主")).await;
    assert_eq!(answer.text("revealPartyPhone.phone"), "13000003336");
    let traces = audit::Entity::find()
        .filter(audit::Column::RecordId.eq(Uuid::from(party)))
        .filter(audit::Column::Why.eq("party.reveal_phone"))
        .all(app.app.db().reader())
        .await
        .unwrap();
    assert_eq!(traces.len(), 1);
    assert_eq!(traces[0].after, Some(json!({ "reason": "漏水，联系业主" })));
    assert_eq!(traces[0].realm, Uuid::from(estate.community.id));
    assert!(traces[0].account_id.is_some() && traces[0].session_id.is_some());
}

#[tokio::test]
async fn only_the_office_knows_parties_and_only_its_own() {
    let app = TestApp::start().await;
    let (own, other) = (estate(&app, "bijiang").await, estate(&app, "cuihu").await);
    let (desk, stranger) = (
        office(&app, &own, "li").await,
        office(&app, &other, "wang").await,
    );
    let party = register(&desk, &own, "秦惠豪", "13000003336").await;
    app.staff("guard", PostKind::SecurityGuard)
        .at(&own.community)
        .await;
    let guard = app.sign_in("guard", "phone").await;
    let unit = unit_of(&app, &own, "0101").await;
    for (phone, works_here) in [(&stranger, false), (&guard, true)] {
        let relate = json!({ "partyId": party, "unitId": unit, "relation": "OWNER" });
        let sell = json!({ "unitId": unit, "partyId": party, "on": "2026-09-01" });
        for (mutation, input, guarded) in [
            (
                "setPartyPhone",
                json!({ "partyId": party, "phone": "13000004447" }),
                "NOT_FOUND",
            ),
            (
                "revealPartyPhone",
                json!({ "partyId": party, "reason": "x" }),
                "NOT_FOUND",
            ),
            ("relateParty", relate, "NOT_FOUND"),
            (
                "bindPartyAccount",
                json!({ "partyId": party, "account": "wang" }),
                "NOT_FOUND",
            ),
            // A guard knows the unit but may not sell it.
            ("transferUnit", sell, "FORBIDDEN"),
        ] {
            let code = if works_here { guarded } else { "NOT_FOUND" };
            assert_eq!(
                mutate(phone, mutation, input).await.code(),
                code,
                "{mutation}"
            );
        }
        assert_eq!(found(phone, &own, "").await, Vec::<String>::new());
        let query = "query ($id: UUID!) { party(id: $id) { name } }";
        let answer = phone.run(query, json!({ "id": party })).await;
        assert_eq!(answer.data("party"), &Value::Null);
    }
    let foreign = unit_of(&app, &other, "0101").await;
    let relate = json!({ "partyId": party, "unitId": foreign, "relation": "OWNER" });
    assert_eq!(
        mutate(&desk, "relateParty", relate).await.code(),
        "NOT_FOUND"
    );
}

#[tokio::test]
async fn a_sold_unit_leaves_the_seller_and_comes_to_the_buyer() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    owner(&desk, &app, &estate, "seller").await;
    let (unit, tenant) = (
        unit_of(&app, &estate, "0101").await,
        register(&desk, &estate, "tenant", "13000005558").await,
    );
    let lease = json!({ "partyId": tenant, "unitId": unit, "relation": "TENANT",
        "startsOn": "2026-01-01", "endsOn": "2027-12-31" });
    mutate(&desk, "relateParty", lease)
        .await
        .data("relateParty.party");
    let seller = app.sign_in("seller", "phone").await;
    assert_eq!(units_seen(&seller, &estate).await, ["0101"]);

    for (on, code) in [
        ("2026-09-02", "INVALID_INPUT"),
        ("2020-05-01", "INVALID_INPUT"),
    ] {
        let sell = json!({ "unitId": unit, "name": "buyer", "on": on });
        assert_eq!(
            mutate(&desk, "transferUnit", sell).await.code(),
            code,
            "{on}"
        );
    }
    let sell =
        json!({ "unitId": unit, "name": "买方", "phone": "13000004447", "on": "2026-09-01" });
    let sold = mutate(&desk, "transferUnit", sell).await;
    let buyer = sold.text("transferUnit.party.id");
    assert_eq!(
        sold.text("transferUnit.party.relations.0.startsOn"),
        "2026-09-01"
    );
    app.account("buyer").await;
    let bind = json!({ "partyId": buyer, "account": "buyer" });
    mutate(&desk, "bindPartyAccount", bind)
        .await
        .data("bindPartyAccount.party");

    assert_eq!(units_seen(&seller, &estate).await, Vec::<String>::new());
    let buyer = app.sign_in("buyer", "phone").await;
    assert_eq!(units_seen(&buyer, &estate).await, ["0101"]);
    let variables = json!({ "community": estate.community.id, "unit": unit });
    let answer = desk.run(PARTIES, variables).await;
    let mut present: Vec<_> = answer
        .data("parties.nodes")
        .as_array()
        .unwrap()
        .iter()
        .map(|party| party["name"].as_str().unwrap().to_owned())
        .collect();
    present.sort();
    assert_eq!(present, ["tenant", "买方"]);
}

#[tokio::test]
async fn whoever_moves_out_reaches_nothing_any_more() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let mut desk = office(&app, &estate, "li").await;
    let party = owner(&desk, &app, &estate, "owner").await;
    let owner = app.sign_in("owner", "phone").await;
    let me = "query ($id: UUID!) { party(id: $id) { phoneMasked relations { id } } }";
    let answer = owner.run(me, json!({ "id": party })).await;
    assert_eq!(answer.text("party.phoneMasked"), "130****3336");
    let relation = answer.text("party.relations.0.id");
    // A resident may know of his own relation, not end it.
    let end = json!({ "relationId": relation, "endsOn": "2026-09-01" });
    assert_eq!(
        mutate(&owner, "endRelation", end.clone()).await.code(),
        "FORBIDDEN"
    );
    let early = json!({ "relationId": relation, "endsOn": "2020-04-30" });
    assert_eq!(
        mutate(&desk, "endRelation", early).await.code(),
        "INVALID_INPUT"
    );
    let ended = mutate(&desk, "endRelation", end.clone()).await;
    assert_eq!(
        ended.data("endRelation.party.relations.0.isCurrent"),
        &json!(false)
    );
    assert_eq!(units_seen(&owner, &estate).await, Vec::<String>::new());
    let answer = owner.run(me, json!({ "id": party })).await;
    assert_eq!(answer.data("party"), &Value::Null);
    let later = json!({ "relationId": relation, "endsOn": "2026-09-02" });
    let corrected = mutate(&desk, "endRelation", later).await;
    assert_eq!(
        corrected.data("endRelation.party.relations.0.isCurrent"),
        &json!(true)
    );
    app.wait(TimeDelta::days(2));
    desk.refresh().await;
    assert_eq!(
        mutate(&desk, "endRelation", end).await.code(),
        "RELATION_NOT_FOUND"
    );
}

#[tokio::test]
async fn the_calendar_begins_and_ends_relations() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    let party = register(&desk, &estate, "tenant", "13000003336").await;
    let unit = unit_of(&app, &estate, "0102").await;
    let lease = json!({ "partyId": party, "unitId": unit, "relation": "TENANT",
        "startsOn": "2026-09-02", "endsOn": "2026-09-03" });
    let made = mutate(&desk, "relateParty", lease.clone()).await;
    assert_eq!(
        made.data("relateParty.party.relations.0.isCurrent"),
        &json!(false)
    );
    assert_eq!(mutate(&desk, "relateParty", lease).await.code(), "CONFLICT");
    let settle = SettleRelations {
        community_id: estate.community.id,
    };
    // 1 September to 5 September, twice each.
    for changed in [0, 1, 0, 1, 0] {
        assert_eq!(app.command(&settle).await, changed);
        assert_eq!(app.command(&settle).await, 0);
        app.wait(TimeDelta::days(1));
    }
}

#[tokio::test]
async fn an_account_is_one_party_of_a_community() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    let first = owner(&desk, &app, &estate, "owner").await;
    let second = register(&desk, &estate, "other", "13000004447").await;
    let bind =
        |party: PartyId, account: Option<&str>| json!({ "partyId": party, "account": account });
    let taken = mutate(&desk, "bindPartyAccount", bind(second, Some("Owner"))).await;
    assert_eq!(taken.code(), "CONFLICT");
    let unknown = mutate(&desk, "bindPartyAccount", bind(second, Some("nobody"))).await;
    assert_eq!(unknown.code(), "NOT_FOUND");
    mutate(&desk, "bindPartyAccount", bind(first, None))
        .await
        .data("bindPartyAccount.party");
    let free = mutate(&desk, "bindPartyAccount", bind(second, Some("owner"))).await;
    assert_eq!(free.data("bindPartyAccount.party.hasAccount"), &json!(true));
}

#[tokio::test]
async fn what_nobody_sees_is_not_stored_and_what_no_database_can_store_is_refused() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    for name in ["秦\0惠豪", "秦\u{202E}惠豪", "秦\u{7}惠豪"] {
        let input = json!({ "communityId": estate.community.id, "name": name });
        let registered = mutate(&desk, "registerParty", input).await;
        assert_eq!(
            registered.text("registerParty.party.name"),
            "秦惠豪",
            "{name:?}"
        );
    }
    assert_eq!(found(&desk, &estate, "惠\0豪").await.len(), 3);
    assert!(
        found(&desk, &estate, "\0").await.len() == 3,
        "nothing is looked for"
    );
    let nobody = app.try_sign_in("l\0i", "a password", "d1").await;
    assert_eq!(nobody.code(), "SIGN_IN_REFUSED");
    let party = register(&desk, &estate, "秦惠豪", "13000003336").await;
    let bind = json!({ "partyId": party, "account": "\0nobody" });
    let unknown = mutate(&desk, "bindPartyAccount", bind).await;
    assert_eq!(unknown.code(), "NOT_FOUND");
    let unit = unit_of(&app, &estate, "0101").await;
    for day in ["-262143-01-01", "+262142-12-31"] {
        let relate = json!({
            "partyId": party, "unitId": unit, "relation": "OWNER", "startsOn": day,
        });
        let refused = mutate(&desk, "relateParty", relate).await;
        assert_eq!(refused.code(), "INVALID_INPUT", "{day}");
        let sale = json!({ "unitId": unit, "partyId": party, "on": day });
        let refused = mutate(&desk, "transferUnit", sale).await;
        assert_eq!(refused.code(), "INVALID_INPUT", "{day}");
    }
}

#[tokio::test]
async fn of_two_at_once_one_enters_a_person_and_one_binds_an_account() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    for round in 0..5 {
        let number = format!("44068119740122{round:03}X");
        let input = |name: &str| {
            let id = estate.community.id;
            json!({ "communityId": id, "name": name, "identityNumber": number })
        };
        let (one, other) = tokio::join!(
            mutate(&desk, "registerParty", input("秦")),
            mutate(&desk, "registerParty", input("惠"))
        );
        let mut codes = [one.code().to_owned(), other.code().to_owned()];
        codes.sort();
        assert_eq!(codes, ["", "CONFLICT"], "round {round}");

        let account = format!("resident{round}");
        app.account(&account).await;
        let first = register(&desk, &estate, "甲", "13000004447").await;
        let second = register(&desk, &estate, "乙", "13000004448").await;
        let bind = |party: PartyId| json!({ "partyId": party, "account": account });
        let (one, other) = tokio::join!(
            mutate(&desk, "bindPartyAccount", bind(first)),
            mutate(&desk, "bindPartyAccount", bind(second))
        );
        let mut codes = [one.code().to_owned(), other.code().to_owned()];
        codes.sort();
        assert_eq!(codes, ["", "CONFLICT"], "round {round}");
    }
}

#[tokio::test]
async fn who_moved_in_on_an_unknown_day_sees_nothing_of_before_it_was_entered() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    let unit = unit_of(&app, &estate, "0101").await;
    let open = async |summary: &str| {
        let input =
            json!({ "communityId": estate.community.id, "unitId": unit, "summary": summary });
        act(&desk, "openTicket", input)
            .await
            .text("openTicket.ticket.id")
    };
    open("前任住户的报修").await;
    app.wait(TimeDelta::minutes(5));

    app.account("lin").await;
    let party = register(&desk, &estate, "lin", "13000003336").await;
    let relate = json!({ "partyId": party, "unitId": unit, "relation": "TENANT" });
    mutate(&desk, "relateParty", relate)
        .await
        .data("relateParty.party");
    let bind = json!({ "partyId": party, "account": "lin" });
    mutate(&desk, "bindPartyAccount", bind)
        .await
        .data("bindPartyAccount.party");
    app.wait(TimeDelta::minutes(1));
    let own = open("新住户的报修").await;

    let lin = app.sign_in("lin", "d1").await;
    let seen = lin.run("{ tickets { nodes { id } } }", json!({})).await;
    assert_eq!(seen.data("tickets.nodes"), &json!([{ "id": own }]));
    let phone = lin.first_sync().await;
    assert!(phone.get("ticket", &own).is_some());
    assert_eq!(phone.count("ticket"), 1);
}

/// As a firm is written at the desk, and as somebody else types it.
const WRITTEN_OTHERWISE: &[(&str, &str)] = &[
    ("佛山市碧江物业（集团）有限公司", "碧江物业(集团)有限"),
    ("佛山市顺德(北滘) 管理处", "顺德（北滘）管理处"),
    ("ＡＢＣ商行", "abc"),
    ("Café de l’Étoile", "CAFÉ DE L'É"),
    ("买买提・阿不都", "买买提·阿"),
    ("欧阳\u{200B}伟", "欧阳伟"),
    ("张\u{3000}玮", "张玮"),
    ("东座1–01商户", "1-01"),
    ("①号商铺", "1号"),
    ("100%_纯\\棉", "100%_纯\\"),
];

#[tokio::test]
async fn a_party_is_found_however_its_name_is_typed_and_shown_as_it_was_written() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    for (written, _) in WRITTEN_OTHERWISE {
        let input = json!({ "communityId": estate.community.id, "name": written });
        let party = mutate(&desk, "registerParty", input).await;
        party.data("registerParty.party");
    }
    for (written, typed) in WRITTEN_OTHERWISE {
        let shown = written.replace('\u{200B}', "");
        for search in [written, typed] {
            let found = found(&desk, &estate, search).await;
            assert_eq!(found, [&*shown], "{search}");
        }
    }
}

#[tokio::test]
async fn the_desk_takes_the_papers_and_phones_that_people_have() {
    let app = TestApp::start().await;
    let estate = estate(&app, "bijiang").await;
    let desk = office(&app, &estate, "li").await;
    for (phone, number, phone_masked, number_masked) in [
        (
            "138 0000 0000、0757-22334455-801",
            "H12345678",
            "138****0000/0757-****4455转801",
            "H1*****78",
        ),
        (
            "\u{202D}13800000001\u{202C}",
            "护照：E12345678",
            "138****0001",
            "E1*****78",
        ),
        (
            "400-888-1234",
            "91440606ma4x123456",
            "400****1234",
            "9144***********456",
        ),
    ] {
        let input = json!({ "communityId": estate.community.id, "name": phone, "phone": phone,
            "identityNumber": number });
        let made = mutate(&desk, "registerParty", input).await;
        let party = made.data("registerParty.party");
        assert_eq!(party["phoneMasked"], phone_masked);
        assert_eq!(party["identityNumberMasked"], number_masked);
    }
    // By the first of several.
    assert_eq!(found(&desk, &estate, "13800000000").await.len(), 1);
    assert_eq!(found(&desk, &estate, "0000").await.len(), 1);
    let wrong = json!({ "communityId": estate.community.id, "name": "错", "identityNumber": "91440606MA4X123457" });
    assert_eq!(
        mutate(&desk, "registerParty", wrong).await.code(),
        "INVALID_INPUT"
    );
}
