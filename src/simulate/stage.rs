//! The stage: who signs in, who acts when, how it comes to rest, and what is gathered then.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use rand::RngExt;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::api::Api;
use super::clocks::{Clocks, TEN_YEARS_MS};
use super::evidence::{Evidence, Witness};
use super::office::{Home, Office, Worker};
use super::phone::{Log, Phone};
use super::plan::{Minter, Purpose, Role, dice};
use super::queue::Queue;
use super::script::Author;
use super::session::Session;
use super::store::Store;
use super::{Fault, Plan, Stage, Watch};

/// How often everybody may have to send again what waits before nothing changes any more.
const RESTS: usize = 6;

/// The supervisor acts once in so many steps of all phones.
const OFFICE_EVERY: u64 = 12;

/// The number of the phone of another community, and of those that look on at the end.
const OUTSIDER: u64 = 1_000_000;

/// Everybody on stage.
pub struct Company {
    pub phones: Vec<Phone>,
    pub office: Office,
    api: Api,
}

/// Signs everybody in and hands out what they know.
pub async fn gather(plan: &Plan, watch: &Watch<'_>) -> Result<Company, Fault> {
    let api = Api::new(&plan.urls, plan.give_up)?;
    let device = |what: &str| format!("simulate-{}-{:x}-{what}", plan.seed, plan.nonce);
    let sign_in = async |account: &str, what: &str, number: u64| {
        let api = api.dealt(number);
        let session = Session::open(&api, account, &plan.password, &device(what)).await;
        session.map_err(|refused| Fault::SignIn(account.to_owned(), refused.to_string()))
    };
    let session = sign_in(&plan.cast.supervisor, "office", 0).await?;
    let community =
        community_of(&session.viewer).ok_or(Fault::Cast("the supervisor holds no post"))?;

    let mut workers = Vec::new();
    for account in &plan.cast.workers {
        let session = sign_in(account, "look", 0).await?;
        let position = &session.viewer["positions"][0];
        if position["communityId"] != json!(community) {
            return Err(Fault::Cast(
                "a worker does not work in the supervisor's community",
            ));
        }
        workers.push(Worker {
            staff_member: text(&position["staffMemberId"]),
            post: text(&position["post"]),
            zone: position["zoneId"].as_str().map(str::to_owned),
        });
    }
    let parts = parts(plan);
    let since = Instant::now();
    let began_at = plan.clock.now();
    let staff: Vec<String> = workers
        .iter()
        .map(|worker| worker.staff_member.clone())
        .collect();
    let mut phones = Vec::new();
    for (number, role, account) in parts {
        watch(Stage::SigningIn, number.min(plan.phones), plan.phones);
        let session = sign_in(&account, &format!("phone-{number}"), number).await?;
        let home = community_of(&session.viewer)
            .ok_or(Fault::Cast("an account belongs to no community"))?;
        if (home == community) == (role == Role::Outsider) {
            return Err(Fault::Cast("an account belongs to the wrong community"));
        }
        let of = |purpose| dice(plan.seed, plan.nonce, number, purpose);
        let mut choices = of(Purpose::Choices);
        let name = match role {
            Role::Outsider => format!("outsider ({account})"),
            _ => format!("phone {number} ({account})"),
        };
        let mut rumoured = Minter::new(dice(plan.seed, plan.nonce, 1, Purpose::Records));
        let author = Author {
            role,
            tag: format!("s{}n{:x}p{number}", plan.seed, plan.nonce),
            community: home,
            workers: staff.clone(),
            rumours: (0..12).map(|_| rumoured.mint()).collect(),
        };
        let clocks = Clocks {
            began_at,
            offset_ms: choices.random_range(-TEN_YEARS_MS..=TEN_YEARS_MS),
            boot_id: format!("boot-{number}"),
            contact: None,
        };
        phones.push(Phone {
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
            takes_records: number % 2 == 0,
            with_cuts: !plan.is_serial,
            last_records: Vec::new(),
        });
    }
    let mut office = Office {
        session,
        community,
        workers,
        zones: Vec::new(),
        homes: Vec::new(),
        dice: dice(plan.seed, plan.nonce, 0, Purpose::Office),
        now: began_at,
        done: BTreeMap::new(),
    };
    let sees = first_sync(&api, plan, &plan.cast.supervisor, "survey").await?;
    office.zones = sees.of("zone").map(|(id, _)| id.to_owned()).collect();
    office.homes = homes(&sees, &phones);
    Ok(Company {
        phones,
        office,
        api,
    })
}

/// Who plays what: the phones are dealt over the roles in turn, and the outsider comes on top.
fn parts(plan: &Plan) -> Vec<(u64, Role, String)> {
    let cast = &plan.cast;
    let of = |role: Role, account: Option<&String>| Some((role, account?.clone()));
    let mut turns: Vec<(Role, String)> = [
        of(Role::Desk, cast.desk.first()),
        of(Role::Worker, cast.workers.first()),
        of(Role::Resident, cast.residents.first()),
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

/// Everybody does his steps, in seeded turns or all at once.
pub async fn play(company: &mut Company, plan: &Plan, watch: &Watch<'_>) -> Result<(), Fault> {
    let total = plan.rounds * company.phones.len() as u64;
    if plan.is_serial {
        let mut turns = dice(plan.seed, plan.nonce, 0, Purpose::Turns);
        for step in 0..total {
            watch(Stage::Playing, step, total);
            let turn = turns.random_range(0..company.phones.len());
            company.phones[turn].step().await;
            if step % OFFICE_EVERY == 0 {
                company.office.act().await;
            }
        }
        return Ok(());
    }
    let (told, mut steps) = mpsc::channel::<()>(64);
    let told = Arc::new(told);
    let mut playing = tokio::task::JoinSet::new();
    for (place, mut phone) in std::mem::take(&mut company.phones).into_iter().enumerate() {
        let (told, rounds) = (told.clone(), plan.rounds);
        playing.spawn(async move {
            for _ in 0..rounds {
                phone.step().await;
                // The stage may have given up.
                let _ = told.send(()).await;
            }
            (place, phone)
        });
    }
    drop(told);
    let mut done = 0;
    while steps.recv().await.is_some() {
        done += 1;
        watch(Stage::Playing, done, total);
        if done % OFFICE_EVERY == 0 {
            company.office.act().await;
        }
    }
    let mut returned = BTreeMap::new();
    while let Some(phone) = playing.join_next().await {
        let (place, phone) = phone.map_err(|error| Fault::Broken(error.to_string()))?;
        returned.insert(place, phone);
    }
    company.phones = returned.into_values().collect();
    Ok(())
}

/// Everybody sends what he has, asks again for what waits, and pulls to the end.
pub async fn come_to_rest(company: &mut Company, watch: &Watch<'_>) -> BTreeSet<String> {
    company.office.put_back().await;
    let mut restless = BTreeSet::new();
    for rest in 0..RESTS {
        watch(Stage::Resting, rest as u64, RESTS as u64);
        let mut changed = false;
        for phone in &mut company.phones {
            // What one sends late may be what another waits for.
            changed |= !phone.queue.pending.is_empty();
            if !phone.send_all().await {
                restless.insert(phone.name.clone());
            }
            let waiting = phone.queue.deferred();
            for some in waiting.chunks(100) {
                phone.push(some, true).await;
            }
            changed |= phone.queue.deferred().len() != waiting.len();
        }
        if !changed {
            break;
        }
    }
    for phone in &mut company.phones {
        let limit = phone.dice.random_range(1..=50);
        if !phone.pull(limit).await {
            restless.insert(phone.name.clone());
        }
    }
    restless
}

/// A first sync of an account on a device that has nothing yet.
async fn first_sync(api: &Api, plan: &Plan, account: &str, what: &str) -> Result<Store, Fault> {
    let device = format!("simulate-{}-{:x}-{what}", plan.seed, plan.nonce);
    let fault = |why: String| Fault::SignIn(account.to_owned(), why);
    let session = Session::open(api, account, &plan.password, &device).await;
    let session = session.map_err(|refused| fault(refused.to_string()))?;
    super::look::first_sync(session).await.map_err(fault)
}

/// All that is known at the end.
pub async fn collect(
    company: &mut Company,
    plan: &Plan,
    restless: &BTreeSet<String>,
    watch: &Watch<'_>,
) -> Result<Evidence, Fault> {
    let mut evidence = Evidence {
        office: plan.cast.supervisor.clone(),
        ..Evidence::default()
    };
    let accounts: BTreeSet<String> = company
        .phones
        .iter()
        .map(|phone| phone.account.clone())
        .chain([plan.cast.supervisor.clone()])
        .collect();
    for (place, account) in accounts.iter().enumerate() {
        watch(Stage::Judging, place as u64, accounts.len() as u64);
        let fresh = first_sync(&company.api, plan, account, "fresh").await?;
        evidence.fresh.insert(account.clone(), fresh);
    }
    for phone in &mut company.phones {
        let replayed = super::look::replay_all(phone).await;
        let ledger = super::look::books(&mut phone.session).await;
        evidence.phones.push(Witness {
            name: phone.name.clone(),
            account: phone.account.clone(),
            store: phone.store.clone(),
            queue: phone.queue.clone(),
            ledger,
            is_quiet: !restless.contains(&phone.name),
            faults: phone.log.faults.clone(),
            foreign: phone.log.foreign.clone(),
            thrown_out: phone.session.thrown_out.clone(),
            replayed,
        });
    }
    Ok(evidence)
}
