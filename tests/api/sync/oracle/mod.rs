//! Convergence: whatever happens in between, a phone ends with exactly what its owner may see.
//!
//! What he may see is said here a second time, in plain SQL that shares nothing with the pull.

mod duty;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use chrono::TimeDelta;
use entity::ids::{PartyId, PartyRelationId, ShiftId, StaffMemberId, UnitId, ZoneId};
use entity::kinds::{Occupancy, PostKind, RelationKind};
use entity::tickets::ticket;
use sea_orm::{ConnectionTrait as _, DbBackend, FromQueryResult, Statement};
use serde_json::{Value, json};
use uuid::Uuid;
use xunfang::areas::estate::write::{CreateBuilding, CreateZone, ImportUnits, ImportedUnit};
use xunfang::areas::households::write::{
    BindPartyAccount, Buyer, EndRelation, RegisterParty, RelateParty, SettleRelations, TransferUnit,
};
use xunfang::areas::organisation::{AppointStaffMember, DismissStaffMember, MoveStaffMember};
use xunfang::auth::Viewer;
use xunfang::clock::Clock;
use xunfang::command::{self, Command};

use super::{Store, mutation};
use crate::support::{Community, Phone, TestApp};

/// Who stands where in a unit, and from when he sees its tickets.
const AT_HOME: &str = "SELECT r.* FROM party_relation r JOIN party p ON p.id = r.party_id
    WHERE p.account_id = $1 AND p.deleted_at IS NULL AND r.deleted_at IS NULL AND r.is_current = TRUE";

/// The posts he holds.
const AT_WORK: &str = "SELECT s.* FROM staff_member s
    WHERE s.account_id = $1 AND s.left_at IS NULL AND s.deleted_at IS NULL";

/// The posts that sit at a desk.
const DESK: &str = "('estate_manager', 'cs_manager', 'supervisor', 'team_leader', 'assistant',
    'archive_clerk', 'visitor_registry_clerk', 'ic_card_clerk', 'switchboard_operator',
    'admin_officer', 'hr_officer', 'cashier')";

/// What an account may see of a collection: the condition on its rows `x`.
fn may_see(collection: &str, backend: DbBackend) -> String {
    let works = "EXISTS (SELECT 1 FROM w WHERE w.community_id = x.community_id)";
    let at_desk = format!(
        "EXISTS (SELECT 1 FROM w WHERE w.community_id = x.community_id AND w.post IN {DESK})"
    );
    let lives = "EXISTS (SELECT 1 FROM h WHERE h.community_id = x.community_id)";
    let came = if backend == DbBackend::Postgres {
        "x.observed_at >= COALESCE(h.starts_on::timestamp AT TIME ZONE 'Asia/Shanghai', h.created_at)"
    } else {
        "julianday(x.observed_at) >= COALESCE(julianday(h.starts_on) - 8.0 / 24, julianday(h.created_at))"
    };
    let ticket = format!(
        "x.deleted_at IS NULL AND ({at_desk}
        OR EXISTS (SELECT 1 FROM w WHERE w.community_id = x.community_id AND w.zone_id = x.zone_id
            AND x.kind = 'repair')
        OR EXISTS (SELECT 1 FROM w WHERE w.id IN (x.assignee_id, x.recorded_by, x.responsible_id))
        OR EXISTS (SELECT 1 FROM h WHERE h.unit_id = x.unit_id AND {came})
        OR EXISTS (SELECT 1 FROM h WHERE h.party_id = x.reporter_party_id))"
    );
    let handover = format!(
        "x.deleted_at IS NULL AND ({at_desk}
        OR EXISTS (SELECT 1 FROM w WHERE w.community_id = x.community_id AND w.zone_id = x.zone_id)
        OR EXISTS (SELECT 1 FROM w WHERE w.id IN (x.outgoing_id, x.incoming_id)))"
    );
    let party =
        format!("x.deleted_at IS NULL AND ({at_desk} OR x.id IN (SELECT h.party_id FROM h))");
    match collection {
        "community" => "x.deleted_at IS NULL AND (x.id IN (SELECT w.community_id FROM w)
            OR x.id IN (SELECT h.community_id FROM h))"
            .to_owned(),
        "building" => format!("x.deleted_at IS NULL AND ({works} OR {lives})"),
        "zone" | "shift" | "duty" => format!("x.deleted_at IS NULL AND {works}"),
        "unit" => {
            format!("x.deleted_at IS NULL AND ({works} OR x.id IN (SELECT h.unit_id FROM h))")
        }
        "staff_member" => format!("x.deleted_at IS NULL AND ({works} OR x.account_id = $1)"),
        "party" => party,
        "party_relation" => format!(
            "x.deleted_at IS NULL AND x.party_id IN (SELECT x.id FROM party x WHERE {party})"
        ),
        "ticket" => ticket,
        "ticket_event" => format!(
            "x.ticket_id IN (SELECT x.id FROM ticket x WHERE {ticket})
            AND (x.is_internal = FALSE OR {works})"
        ),
        "handover" => handover,
        "handover_event" => {
            format!("x.handover_id IN (SELECT x.id FROM handover x WHERE {handover})")
        }
        "sync_issue" => format!("x.deleted_at IS NULL AND ({at_desk} OR x.author_account_id = $1)"),
        other => panic!("the oracle knows no {other}"),
    }
}

const COLLECTIONS: [&str; 14] = [
    "community",
    "zone",
    "building",
    "unit",
    "staff_member",
    "party",
    "party_relation",
    "ticket",
    "ticket_event",
    "shift",
    "duty",
    "handover",
    "handover_event",
    "sync_issue",
];

#[derive(FromQueryResult)]
struct Id {
    id: Uuid,
}

/// Everything an account may see, by collection and id.
async fn oracle(app: &TestApp, account: Uuid) -> BTreeSet<(String, String)> {
    let db = app.app.db().reader();
    let backend = db.get_database_backend();
    let mut seen = BTreeSet::new();
    for collection in COLLECTIONS {
        let sql = format!(
            "WITH w AS ({AT_WORK}), h AS ({AT_HOME}) SELECT x.id FROM {collection} x WHERE {}",
            may_see(collection, backend)
        );
        let statement = Statement::from_sql_and_values(backend, sql, [account.into()]);
        let rows = Id::find_by_statement(statement).all(db).await.unwrap();
        seen.extend(
            rows.iter()
                .map(|row| (collection.to_owned(), row.id.to_string())),
        );
    }
    seen
}

/// Numbers that follow from a seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % sides as u64).unwrap()
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.roll(of.len())]
    }
}

/// A community with two zones and a building of three units in each.
struct Place {
    community: Community,
    zones: Vec<ZoneId>,
    units: Vec<UnitId>,
    parties: Vec<PartyId>,
    relations: Vec<PartyRelationId>,
    shifts: Vec<ShiftId>,
}

/// Somebody with a post that may change.
struct Worker {
    account: &'static str,
    place: usize,
    id: StaffMemberId,
}

/// A phone, its owner's account, and what it carries.
struct Carried<'a> {
    name: &'static str,
    account: Uuid,
    phone: Phone<'a>,
    store: Store,
}

struct World<'a> {
    app: &'a TestApp,
    dice: Dice,
    places: Vec<Place>,
    workers: Vec<Worker>,
    phones: Vec<Carried<'a>>,
    count: u32,
    log: String,
}

#[derive(FromQueryResult)]
struct Named {
    id: Uuid,
    login: String,
}

async fn place(app: &TestApp, code: &str) -> Place {
    let community = app.community(code).await;
    let community_id = community.id;
    let mut zones = Vec::new();
    for zone in ["东苑", "西苑"] {
        let name = zone.to_owned();
        zones.push(app.command(&CreateZone { community_id, name }).await);
        let create = CreateBuilding {
            community_id,
            zone: Some(zone.to_owned()),
            name: format!("{zone}1栋"),
        };
        app.command(&create).await;
        let rows = ["0101", "0102", "0201"].map(|room| ImportedUnit {
            building: format!("{zone}1栋"),
            floor: 1,
            floor_name: None,
            room_number: room.to_owned(),
            layout: None,
            area_centi_m2: None,
            occupancy: Occupancy::OwnerResident,
        });
        let rows = rows.to_vec();
        app.command(&ImportUnits { community_id, rows }).await;
    }
    let db = app.app.db().reader();
    let sql = "SELECT id FROM unit WHERE community_id = $1 ORDER BY zone_id, room_number";
    let values = [Uuid::from(community_id).into()];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    let units = Id::find_by_statement(statement).all(db).await.unwrap();
    Place {
        community,
        zones,
        units: units.into_iter().map(|row| UnitId(row.id)).collect(),
        parties: Vec::new(),
        relations: Vec::new(),
        shifts: Vec::new(),
    }
}

const POSTS: [PostKind; 4] = [
    PostKind::MaintenanceWorker,
    PostKind::SecurityGuard,
    PostKind::Assistant,
    PostKind::Inspector,
];

impl<'a> World<'a> {
    async fn new(app: &'a TestApp, seed: u64) -> Self {
        let mut places = vec![place(app, "bijiang").await, place(app, "cuihu").await];
        let mut workers = Vec::new();
        for (account, at, post) in [
            ("li", 0, PostKind::Assistant),
            ("zhao", 1, PostKind::Assistant),
            ("wang", 0, PostKind::MaintenanceWorker),
            ("chen", 1, PostKind::MaintenanceWorker),
            ("both", 0, PostKind::MaintenanceWorker),
            ("roamer", 0, PostKind::SecurityGuard),
        ] {
            let staff = app.staff(account, post).at(&places[at].community).await;
            workers.push(Worker {
                account,
                place: at,
                id: staff.id,
            });
        }
        let staff = app.staff("roamer", PostKind::Assistant);
        let id = staff.joining(&places[1].community).await.id;
        workers.push(Worker {
            account: "roamer",
            place: 1,
            id,
        });
        for account in ["qin", "cai"] {
            app.account(account).await;
        }
        for (account, at, unit) in [("qin", 0, 0), ("cai", 0, 3), ("cai", 1, 1), ("both", 0, 1)] {
            let community_id = places[at].community.id;
            let register = RegisterParty {
                community_id,
                name: account.to_owned(),
                phone: None,
                identity_number: None,
            };
            let party_id = app.command(&register).await;
            let bind = BindPartyAccount {
                party_id,
                account: Some(account.to_owned()),
            };
            app.command(&bind).await;
            let relate = RelateParty {
                party_id,
                unit_id: places[at].units[unit],
                relation: RelationKind::Owner,
                starts_on: "2026-08-30".parse().ok(),
                ends_on: None,
            };
            let relation = app.command(&relate).await;
            places[at].parties.push(party_id);
            places[at].relations.push(relation);
        }
        let db = app.app.db().reader();
        let sql = "SELECT id, login FROM account";
        let statement = Statement::from_string(db.get_database_backend(), sql);
        let accounts = Named::find_by_statement(statement).all(db).await.unwrap();
        let accounts: BTreeMap<String, Uuid> = accounts
            .into_iter()
            .map(|row| (row.login, row.id))
            .collect();
        let mut phones = Vec::new();
        for (name, device) in [
            ("li", "d1"),
            ("zhao", "d1"),
            ("wang", "d1"),
            ("wang", "d2"),
            ("chen", "d1"),
            ("both", "d1"),
            ("both", "d2"),
            ("roamer", "d1"),
            ("qin", "d1"),
            ("cai", "d1"),
        ] {
            let phone = app.sign_in(name, device).await;
            let (account, store) = (accounts[name], Store::default());
            phones.push(Carried {
                name,
                account,
                phone,
                store,
            });
        }
        Self {
            app,
            dice: Dice(seed),
            places,
            workers,
            phones,
            count: 0,
            log: String::new(),
        }
    }

    /// Runs a command as the system; that it may be refused is part of the history.
    async fn try_command<C: Command>(
        &mut self,
        what: &'static str,
        command: &C,
    ) -> Option<C::Output> {
        let done = command::run(&self.app.app, &Viewer::system(), command).await;
        let _ = writeln!(
            self.log,
            "{what}: {:?}",
            done.as_ref()
                .map(|_| ())
                .map_err(xunfang::error::ApiError::code)
        );
        done.ok()
    }

    async fn push(&mut self, who: usize, mut sent: Value) {
        self.count += 1;
        sent["mutationId"] = json!(format!("m{}", self.count));
        let outcome = self.phones[who].phone.outcomes(vec![sent.clone()]).await;
        let _ = writeln!(
            self.log,
            "{} {} {}: {:?}",
            self.phones[who].name, sent["kind"], sent["recordId"], outcome[0]
        );
    }

    async fn step(&mut self) {
        match self.dice.roll(29) {
            0..=3 => self.open().await,
            4..=7 => self.work_on_ticket().await,
            8 | 9 => self.move_worker().await,
            10 => self.dismiss_or_appoint().await,
            11 => self.sell().await,
            12 => self.relate_or_end().await,
            13 => self.let_days_pass().await,
            14 => self.delete_or_move_ticket().await,
            15 | 16 => self.plan_duty().await,
            17..=19 => self.hand_over().await,
            20..=23 => self.work_on_handover().await,
            _ => self.pull_a_page().await,
        }
    }

    async fn open(&mut self) {
        let at = self.dice.roll(2);
        let who = self.dice.roll(self.phones.len());
        let place = &self.places[at];
        let unit = *self.dice.pick(&place.units);
        let mut payload = json!({ "communityId": place.community.id, "summary": "漏水" });
        if self.dice.roll(4) > 0 {
            payload["unitId"] = json!(unit);
        }
        if self.dice.roll(3) == 0 {
            payload["reporterPartyId"] = json!(self.dice.pick(&place.parties));
            payload["contactPhone"] = json!("13000003336");
        }
        if self.dice.roll(3) == 0 {
            payload["kind"] = json!("complaint");
        }
        let id = self.app.app.clock().new_id().to_string();
        self.push(who, mutation("", "ticket.open", &id, payload))
            .await;
    }

    /// One of the phones does something to a ticket that it carries.
    async fn work_on_ticket(&mut self) {
        let who = self.dice.roll(self.phones.len());
        let Some((id, document)) = self.pick_carried(who, "ticket") else {
            return self.pull_a_page().await;
        };
        let at = self.place_of(&document);
        let next = match document["state"].as_str() {
            Some("recorded") => "ordered",
            Some("dispatched") => "on_site",
            Some("on_site") => "finished",
            Some("finished") => "closed",
            _ => "cancelled",
        };
        let staff = self.staff_at(at);
        let who_answers = *self.dice.pick(&staff);
        let (kind, payload) = match self.dice.roll(6) {
            5 if document["state"] == "registered" => {
                ("ticket.grade", json!({ "severity": "minor" }))
            }
            5 if document["kind"] == "complaint" => {
                ("ticket.route", json!({ "responsibleId": who_answers }))
            }
            0 => (
                "ticket.edit",
                json!({ "summary": format!("漏水{}", self.count) }),
            ),
            1 => ("ticket.note", json!({ "note": "看过", "isInternal": true })),
            2 => ("ticket.note", json!({ "note": "看过" })),
            3 => (
                "ticket.assign",
                json!({ "assigneeId": self.dice.pick(&staff) }),
            ),
            _ => ("ticket.advance", json!({ "to": next })),
        };
        let mut sent = mutation("", kind, &id, payload);
        sent["baseSeq"] = json!(1 + self.dice.roll(100));
        self.push(who, sent).await;
    }

    /// One of the records of a collection that a phone carries.
    fn pick_carried(&mut self, who: usize, collection: &str) -> Option<(String, Value)> {
        let carried = self.phones[who].store.records.iter();
        let carried: Vec<(String, Value)> = carried
            .filter(|((of, _), _)| of == collection)
            .map(|((_, id), document)| (id.clone(), document.clone()))
            .collect();
        (!carried.is_empty()).then(|| self.dice.pick(&carried).clone())
    }

    /// The place that a record belongs to.
    fn place_of(&self, document: &Value) -> usize {
        usize::from(document["communityId"] != json!(self.places[0].community.id))
    }

    fn staff_at(&self, place: usize) -> Vec<StaffMemberId> {
        let at = self.workers.iter().filter(|it| it.place == place);
        at.map(|it| it.id).collect()
    }

    async fn move_worker(&mut self) {
        let worker = self.dice.roll(self.workers.len());
        let Worker { place, id, .. } = self.workers[worker];
        let post = *self.dice.pick(&POSTS);
        let zone = self.dice.roll(3);
        let zone_id = self.places[place].zones.get(zone).copied();
        let command = MoveStaffMember {
            staff_member_id: id,
            post,
            zone_id,
        };
        let _ = writeln!(
            self.log,
            "{} becomes {post:?} in {zone_id:?}",
            self.workers[worker].account
        );
        self.try_command("move staff member", &command).await;
    }

    async fn dismiss_or_appoint(&mut self) {
        let worker = self.dice.roll(self.workers.len());
        let Worker { place, id, account } = self.workers[worker];
        let dismiss = DismissStaffMember {
            staff_member_id: id,
        };
        let _ = writeln!(self.log, "{account} at {place}:");
        if self.try_command("dismiss", &dismiss).await.is_none() {
            let appoint = AppointStaffMember {
                community_id: self.places[place].community.id,
                account: account.to_owned(),
                post: *self.dice.pick(&POSTS),
                zone_id: self.places[place].zones.get(self.dice.roll(3)).copied(),
            };
            self.try_command("appoint", &appoint).await;
        }
    }

    fn today(&self) -> chrono::NaiveDate {
        (self.app.clock.now() + TimeDelta::hours(8)).date_naive()
    }

    async fn sell(&mut self) {
        let at = self.dice.roll(2);
        let unit_id = *self.dice.pick(&self.places[at].units);
        let known = *self.dice.pick(&self.places[at].parties);
        let buyer = if self.dice.roll(3) == 0 {
            Buyer::New {
                name: "买家".to_owned(),
                phone: None,
            }
        } else {
            Buyer::Known(known)
        };
        let on = self.today();
        let _ = writeln!(self.log, "{unit_id} to {buyer:?}");
        self.try_command("transfer", &TransferUnit { unit_id, buyer, on })
            .await;
    }

    async fn relate_or_end(&mut self) {
        let at = self.dice.roll(2);
        let days = i64::try_from(self.dice.roll(5)).unwrap() - 2;
        let day = self.today() + TimeDelta::days(days);
        if self.dice.roll(2) == 0 {
            let relation_id = *self.dice.pick(&self.places[at].relations);
            let end = EndRelation {
                relation_id,
                ends_on: day,
            };
            self.try_command("end relation", &end).await;
        } else {
            let relate = RelateParty {
                party_id: *self.dice.pick(&self.places[at].parties),
                unit_id: *self.dice.pick(&self.places[at].units),
                relation: RelationKind::Tenant,
                starts_on: (self.dice.roll(4) > 0).then_some(day),
                ends_on: None,
            };
            let _ = writeln!(self.log, "{relate:?}");
            if let Some(id) = self.try_command("relate", &relate).await {
                self.places[at].relations.push(id);
            }
        }
    }

    async fn let_days_pass(&mut self) {
        self.app.wait(TimeDelta::hours(30));
        for at in 0..2 {
            let community_id = self.places[at].community.id;
            self.try_command("settle", &SettleRelations { community_id })
                .await;
        }
    }

    async fn delete_or_move_ticket(&mut self) {
        let carried: BTreeSet<String> = self
            .phones
            .iter()
            .flat_map(|carried| carried.store.records.keys())
            .filter(|(collection, _)| collection == "ticket")
            .map(|(_, id)| id.clone())
            .collect();
        let carried: Vec<_> = carried.into_iter().collect();
        if carried.is_empty() {
            return;
        }
        let id: Uuid = self.dice.pick(&carried).parse().unwrap();
        let _ = writeln!(self.log, "{id} is deleted or moved");
        if self.dice.roll(3) == 0 {
            self.app
                .force::<ticket::Model>(id, |row| row.deleted_at = Some(row.updated_at))
                .await;
        } else {
            let zone = self.dice.roll(4);
            let zone = self.places[zone / 2].zones[zone % 2];
            self.app.set_zone(id, zone).await;
        }
    }

    async fn pull_a_page(&mut self) {
        let who = self.dice.roll(self.phones.len());
        let limit = *self.dice.pick(&[1, 1, 2, 3, 7, 40, 500]);
        let fate = self.dice.roll(4);
        let Carried {
            phone, store, name, ..
        } = &mut self.phones[who];
        let page = phone.pull_page(store.cursor.as_deref(), limit, &[]).await;
        let page = page.data("syncPull").clone();
        // The answer may be lost; or it is taken twice.
        let times = [0, 1, 1, 2][fate];
        let _ = writeln!(self.log, "{name} pulls {limit}, takes it {times} times");
        for _ in 0..times {
            store.take(&page, limit);
        }
    }

    /// One phone catches up, and carries what the oracle says and what a new phone would get.
    async fn check(&mut self, who: usize) {
        let limit = *self.dice.pick(&[1, 2, 5, 500]);
        let Carried {
            name,
            account,
            phone,
            store,
        } = &mut self.phones[who];
        phone.pull_into(store, limit).await;
        let carried: BTreeSet<_> = store.records.keys().cloned().collect();
        let seen = oracle(self.app, *account).await;
        let (missing, extra): (Vec<_>, Vec<_>) = (
            seen.difference(&carried).collect(),
            carried.difference(&seen).collect(),
        );
        assert!(
            missing.is_empty() && extra.is_empty(),
            "{name} with limit {limit}: missing {missing:?}, too many {extra:?}\n{}",
            self.log
        );
        let fresh = phone.first_sync().await;
        for (key, document) in &fresh.records {
            assert_eq!(
                Some(document),
                store.records.get(key),
                "{name}, {key:?}\n{}",
                self.log
            );
        }
    }
}

async fn history(seed: u64, steps: u32) {
    // Tokens outlive the history.
    let app =
        TestApp::with(|settings| settings.sign_in.access_token_seconds = 400 * 24 * 3600).await;
    let mut world = World::new(&app, seed).await;
    let _ = writeln!(world.log, "seed {seed}");
    for step in 0..steps {
        world.app.wait(TimeDelta::minutes(1));
        world.step().await;
        if step % 12 == 11 {
            let who = world.dice.roll(world.phones.len());
            world.check(who).await;
        }
    }
    for who in 0..world.phones.len() {
        world.check(who).await;
    }
}

/// How many histories; more with `XUNFANG_TEST_SEEDS`.
fn seeds() -> u64 {
    let more = std::env::var("XUNFANG_TEST_SEEDS").ok();
    more.and_then(|count| count.parse().ok()).unwrap_or(4)
}

#[tokio::test]
async fn every_phone_ends_with_what_its_owner_may_see() {
    for seed in 1..=seeds() {
        history(seed, 90).await;
    }
}
