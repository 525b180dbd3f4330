//! The stage: who signs in and with what, and what is gathered at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use futures_util::StreamExt as _;
use rand::RngExt;
use serde_json::{Value, json};

use super::api::Api;
use super::clocks::{Clocks, TEN_YEARS_MS};
use super::day::{at_once, pull_all};
use super::evidence::{Evidence, Witness};
use super::layout::{Layout, zones_of};
use super::office::{Home, Office, Worker};
use super::phone::{Log, Phone};
use super::plan::{Minter, Purpose, Role, dice};
use super::queue::Queue;
use super::script::Author;
use super::session::Session;
use super::store::Store;
use super::{Fault, Plan, Stage, Watch};

/// How often everybody looks once more because a job of the server changed something meanwhile.
const LOOKS: usize = 3;

/// The number of the phone of another community, and of those that look on at the end.
const OUTSIDER: u64 = 1_000_000;

/// Everybody on stage.
pub struct Company {
    pub phones: Vec<Phone>,
    pub office: Office,
    api: Api,
}

/// Those who work here, by their posts.
struct Crew {
    community: String,
    supervisor: String,
    workers: Vec<Value>,
    guards: Vec<Value>,
    keepers: Vec<Value>,
}

/// Signs everybody in and hands out what they know.
pub async fn gather(plan: &Plan, watch: &Watch<'_>) -> Result<Company, Fault> {
    let api = Api::new(&plan.urls, plan.give_up)?;
    let session = sign_in(&api, plan, &plan.cast.supervisor, "office", 0).await?;
    let crew = muster(&api, plan, &session).await?;
    let (mut office, sees) = open_office(&api, plan, session, &crew).await?;
    let since = Instant::now();
    let mut phones = Vec::new();
    let mut lent: Option<(u64, String)> = None;
    for (number, role, account) in parts(plan) {
        let shown = number.min(plan.phones);
        watch(Stage::SigningIn, shown, plan.phones, &account);
        let device = device_of(number, role, &account, &mut lent);
        let what = format!("phone-{device}");
        let session = sign_in(&api, plan, &account, &what, number).await?;
        let author = author(plan, (number, role), &session, &crew, &office)?;
        let name = match role {
            Role::Outsider => format!("outsider ({account})"),
            _ if device != number => format!("phone {device} too ({account})"),
            _ => format!("phone {number} ({account})"),
        };
        phones.push(phone(plan, number, (name, account), session, author, since));
    }
    office.homes = homes(&sees, &phones);
    Ok(Company {
        phones,
        office,
        api,
    })
}

async fn sign_in(
    api: &Api,
    plan: &Plan,
    account: &str,
    what: &str,
    number: u64,
) -> Result<Session, Fault> {
    let device = format!("simulate-{}-{:x}-{what}", plan.seed, plan.nonce);
    let session = Session::open(&api.dealt(number), account, &plan.password, &device).await;
    session.map_err(|refused| Fault::SignIn(account.to_owned(), refused.to_string()))
}

/// Who works here.
async fn muster(api: &Api, plan: &Plan, office: &Session) -> Result<Crew, Fault> {
    let community =
        community_of(&office.viewer).ok_or(Fault::Cast("the supervisor holds no post"))?;
    let look = async |accounts: &[String]| -> Result<Vec<Value>, Fault> {
        let mut found = Vec::new();
        for account in accounts {
            let session = sign_in(api, plan, account, "look", 0).await?;
            let position = session.viewer["positions"][0].clone();
            if position["communityId"] != json!(community) {
                return Err(Fault::Cast(
                    "somebody does not work in the supervisor's community",
                ));
            }
            found.push(position);
        }
        Ok(found)
    };
    let mut workers = look(&plan.cast.workers).await?;
    let guards = look(&plan.cast.guards).await?;
    // The office gives work to both, and moves both.
    workers.extend(guards.iter().cloned());
    Ok(Crew {
        supervisor: text(&office.viewer["positions"][0]["staffMemberId"]),
        workers,
        guards,
        keepers: look(&plan.cast.keepers).await?,
        community,
    })
}

/// The supervisor at his desk, with the day laid out; and what he sees.
async fn open_office(
    api: &Api,
    plan: &Plan,
    session: Session,
    crew: &Crew,
) -> Result<(Office, Store), Fault> {
    let (sees, _) = first_sync(api, plan, &plan.cast.supervisor, "survey").await?;
    let ids = |collection: &'static str| sees.of(collection).map(|(id, _)| id.to_owned());
    let mut office = Office {
        session,
        community: crew.community.clone(),
        workers: crew.workers.iter().map(worker).collect(),
        zones: ids("zone").collect(),
        homes: Vec::new(),
        layout: Layout {
            ids: Minter::new(dice(plan.seed, plan.nonce, 0, Purpose::Records)),
            tag: format!("s{}n{:x}", plan.seed, plan.nonce),
            codes: BTreeMap::new(),
            rounds: BTreeSet::new(),
            walks: Vec::new(),
            keepers: members(&crew.keepers),
            units: ids("unit").take(40).collect(),
        },
        dice: dice(plan.seed, plan.nonce, 0, Purpose::Office),
        now: plan.clock.now(),
        done: BTreeMap::new(),
    };
    let names = sees.of("zone");
    let names = names
        .map(|(id, zone)| (id.to_owned(), text(&zone.document["name"])))
        .collect();
    office.lay_out(&zones_of(crew.guards.iter(), &names)).await;
    Ok((office, sees))
}

fn members(positions: &[Value]) -> Vec<String> {
    let members = positions.iter().map(|it| text(&it["staffMemberId"]));
    members.collect()
}

/// What somebody knows beside his store.
fn author(
    plan: &Plan,
    (number, role): (u64, Role),
    session: &Session,
    crew: &Crew,
    office: &Office,
) -> Result<Author, Fault> {
    let home =
        community_of(&session.viewer).ok_or(Fault::Cast("an account belongs to no community"))?;
    if (home == crew.community) == (role == Role::Outsider) {
        return Err(Fault::Cast("an account belongs to the wrong community"));
    }
    let mut rumoured = Minter::new(dice(plan.seed, plan.nonce, 1, Purpose::Records));
    let me = session.viewer["positions"][0]["staffMemberId"].as_str();
    Ok(Author {
        role,
        tag: format!("s{}n{:x}p{number}", plan.seed, plan.nonce),
        community: home,
        me: me.map(str::to_owned),
        workers: members(&crew.workers),
        peers: match role {
            Role::Guard => members(&crew.guards),
            _ => members(&crew.keepers),
        },
        supervisor: crew.supervisor.clone(),
        codes: office.layout.codes.clone(),
        rumours: (0..12).map(|_| rumoured.mint()).collect(),
    })
}

/// A phone that has nothing yet.
fn phone(
    plan: &Plan,
    number: u64,
    (name, account): (String, String),
    session: Session,
    author: Author,
    since: Instant,
) -> Phone {
    let of = |purpose| dice(plan.seed, plan.nonce, number, purpose);
    let mut choices = of(Purpose::Choices);
    let clocks = Clocks {
        began_at: plan.clock.now(),
        offset_ms: choices.random_range(-TEN_YEARS_MS..=TEN_YEARS_MS),
        boot_id: format!("boot-{number}"),
        contact: None,
    };
    Phone {
        name,
        account,
        allowed: communities_of(&session.viewer),
        session,
        store: Store::default(),
        queue: Queue::default(),
        author,
        log: Log::default(),
        clocks,
        dice: choices,
        mutations: Minter::new(of(Purpose::Mutations)),
        records: Minter::new(of(Purpose::Records)),
        since,
        offline_for: 0,
        takes_records: number.is_multiple_of(2),
        with_cuts: !plan.is_serial,
        last_records: Vec::new(),
    }
}

/// Two shifts of guards share one phone: one device, and each his own session and queue on it.
fn device_of(number: u64, role: Role, account: &str, lent: &mut Option<(u64, String)>) -> u64 {
    if role != Role::Guard {
        return number;
    }
    match lent.take() {
        Some((device, owner)) if owner != account => device,
        _ => {
            *lent = Some((number, account.to_owned()));
            number
        }
    }
}

/// Who plays what: the phones are dealt over the roles in turn, and the outsider comes on top.
fn parts(plan: &Plan) -> Vec<(u64, Role, String)> {
    let cast = &plan.cast;
    let of = |role: Role, account: Option<&String>| Some((role, account?.clone()));
    let mut turns: Vec<(Role, String)> = [
        of(Role::Desk, cast.desk.first()),
        of(Role::Worker, cast.workers.first()),
        of(Role::Guard, cast.guards.first()),
        of(Role::Keeper, cast.keepers.first()),
        of(Role::Resident, cast.residents.first()),
        of(Role::Guard, cast.guards.get(1)),
        of(Role::Keeper, cast.keepers.get(1)),
        of(Role::Worker, cast.workers.get(1)),
        of(Role::Desk, Some(&cast.supervisor)),
    ]
    .into_iter()
    .flatten()
    .collect();
    let rest = |accounts: &[String], from: usize, role: Role| -> Vec<(Role, String)> {
        accounts
            .iter()
            .skip(from)
            .map(|account| (role, account.clone()))
            .collect()
    };
    turns.extend(rest(&cast.residents, 1, Role::Resident));
    turns.extend(rest(&cast.desk, 1, Role::Desk));
    turns.extend(rest(&cast.workers, 2, Role::Worker));
    turns.extend(rest(&cast.guards, 2, Role::Guard));
    turns.extend(rest(&cast.keepers, 2, Role::Keeper));
    let mut parts: Vec<_> = (1..=plan.phones)
        .zip(turns.iter().cycle())
        .map(|(number, (role, account))| (number, *role, account.clone()))
        .collect();
    parts.extend(
        cast.outsider
            .iter()
            .map(|account| (OUTSIDER, Role::Outsider, account.clone())),
    );
    parts
}

/// The units that the residents on stage live in.
fn homes(sees: &Store, phones: &[Phone]) -> Vec<Home> {
    let residents = phones
        .iter()
        .filter(|phone| phone.author.role == Role::Resident);
    let parties: BTreeSet<String> = residents
        .filter_map(|phone| {
            Some(
                phone.session.viewer["parties"][0]["partyId"]
                    .as_str()?
                    .to_owned(),
            )
        })
        .collect();
    let of_them = sees.of("party_relation").filter_map(|(_, relation)| {
        let (relation, party) = (&relation.document, text(&relation.document["partyId"]));
        let counts = relation["isCurrent"] == true && parties.contains(&party);
        let unit = text(&relation["unitId"]);
        counts.then_some(Home {
            unit,
            party,
            is_sold: false,
            sales: 0,
        })
    });
    of_them.collect()
}

fn worker(position: &Value) -> Worker {
    Worker {
        staff_member: text(&position["staffMemberId"]),
        post: text(&position["post"]),
        zone: position["zoneId"].as_str().map(str::to_owned),
    }
}

fn communities_of(viewer: &Value) -> BTreeSet<String> {
    let of = |list: &Value| -> Vec<String> {
        list.as_array()
            .into_iter()
            .flatten()
            .map(|it| text(&it["communityId"]))
            .collect()
    };
    of(&viewer["positions"])
        .into_iter()
        .chain(of(&viewer["parties"]))
        .collect()
}

fn community_of(viewer: &Value) -> Option<String> {
    let position = viewer["positions"][0]["communityId"].as_str();
    let party = viewer["parties"][0]["communityId"].as_str();
    position.or(party).map(str::to_owned)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A first sync of an account on a device that has nothing yet.
async fn first_sync(
    api: &Api,
    plan: &Plan,
    account: &str,
    what: &str,
) -> Result<(Store, Value), Fault> {
    let session = sign_in(api, plan, account, what, 0).await?;
    let fault = |why: String| Fault::SignIn(account.to_owned(), why);
    let viewer = session.viewer.clone();
    let store = super::look::first_sync(session).await.map_err(fault)?;
    Ok((store, viewer))
}

/// All that is known at the end.
pub async fn collect(
    company: &mut Company,
    plan: &Plan,
    mut restless: BTreeSet<String>,
    watch: &Watch<'_>,
) -> Result<Evidence, Fault> {
    let mut evidence = Evidence {
        office: plan.cast.supervisor.clone(),
        rounds: company.office.layout.rounds.clone(),
        codes: company.office.layout.codes.clone(),
        ..Evidence::default()
    };
    let accounts: BTreeSet<String> = company
        .phones
        .iter()
        .map(|phone| phone.account.clone())
        .chain([plan.cast.supervisor.clone()])
        .collect();
    for _ in 0..LOOKS {
        let (before, _) = first_sync(&company.api, plan, &plan.cast.supervisor, "survey").await?;
        restless.extend(pull_all(company, plan).await);
        for (place, account) in accounts.iter().enumerate() {
            watch(Stage::Judging, place as u64, accounts.len() as u64, account);
            let (fresh, viewer) = first_sync(&company.api, plan, account, "fresh").await?;
            evidence.fresh.insert(account.clone(), fresh);
            evidence.viewers.insert(account.clone(), viewer);
        }
        let witnesses = company.phones.iter_mut().map(|phone| {
            let is_quiet = !restless.contains(&phone.name);
            witness(phone, is_quiet)
        });
        let witnesses = futures_util::stream::iter(witnesses).buffered(at_once(plan));
        evidence.phones = witnesses.collect().await;
        let (after, _) = first_sync(&company.api, plan, &plan.cast.supervisor, "survey").await?;
        if before.records == after.records {
            break;
        }
    }
    Ok(evidence)
}

async fn witness(phone: &mut Phone, is_quiet: bool) -> Witness {
    let replayed = super::look::replay_all(phone).await;
    let ledger = super::look::books(&mut phone.session).await;
    Witness {
        name: phone.name.clone(),
        account: phone.account.clone(),
        store: phone.store.clone(),
        queue: phone.queue.clone(),
        ledger,
        is_quiet,
        faults: phone.log.faults.clone(),
        foreign: phone.log.foreign.clone(),
        thrown_out: phone.session.thrown_out.clone(),
        replayed,
    }
}
