//! The stage: who signs in and with what, and what is gathered at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use futures_util::{StreamExt as _, TryStreamExt as _};
use rand::RngExt;
use serde_json::{Value, json};

use super::api::Api;
use super::clocks::{Clocks, TEN_YEARS_MS};
use super::company::Company;
use super::day::{at_once, pull_all};
use super::evidence::{Evidence, Witness};
use super::layout::zones_of;
use super::office::{Home, Layout, Office, Worker};
use super::parts::{Part, parts};
use super::phone::{Log, Phone};
use super::plan::{Minter, Purpose, Role, dice};
use super::queue::Queue;
use super::script::Author;
use super::session::Session;
use super::store::{Shelf, Store};
use super::{Fault, Plan, Stage, Watch, is_crowd};

/// How often everybody looks once more because a job of the server changed something meanwhile.
const LOOKS: usize = 3;

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
    let shelf = Arc::default();
    let (mut office, sees) = open_office(&api, plan, session, &crew, &shelf).await?;
    let since = Instant::now();
    let parts = parts(plan);
    let sessions = sign_all_in(&api, plan, &parts, watch).await?;
    let mut phones = Vec::new();
    for (part, session) in parts.into_iter().zip(sessions) {
        let Part {
            number,
            role,
            account,
            device,
        } = part;
        let author = author(plan, (number, role), &session, &crew, &office)?;
        let name = match role {
            Role::Outsider => format!("outsider ({account})"),
            _ if device != number => format!("phone {device} too ({account})"),
            _ => format!("phone {number} ({account})"),
        };
        let mut phone = phone(plan, number, (name, account), session, author, since);
        phone.store = Store::beside(&shelf);
        phones.push(phone);
    }
    office.homes = homes(&sees, &phones);
    let mut company = Company {
        phones,
        office,
        api,
        shelf,
    };
    if is_crowd(plan.phones) {
        set_out(&mut company, plan, watch).await;
    }
    Ok(company)
}

/// In the morning, on the wireless of the office, a crowd fills its phones before it sets out. Few set
/// out with empty ones.
async fn set_out(company: &mut Company, plan: &Plan, watch: &Watch<'_>) {
    let filling = company.phones.iter_mut().map(async |phone| {
        phone.pull_all().await;
        phone.name.clone()
    });
    let mut filling = futures_util::stream::iter(filling).buffered(at_once(plan));
    let mut filled = 0;
    while let Some(name) = filling.next().await {
        filled += 1;
        watch(
            Stage::SettingOut,
            filled.min(plan.phones),
            plan.phones,
            &name,
        );
    }
}

/// Everybody signs in, some at a time, as people do in the morning.
async fn sign_all_in(
    api: &Api,
    plan: &Plan,
    parts: &[Part],
    watch: &Watch<'_>,
) -> Result<Vec<Session>, Fault> {
    let signing_in = parts.iter().map(async |part| {
        let (number, account) = (part.number, &part.account);
        let what = format!("phone-{}", part.device);
        let session = sign_in(api, plan, account, &what, number).await;
        watch(
            Stage::SigningIn,
            number.min(plan.phones),
            plan.phones,
            account,
        );
        session
    });
    let signing_in = futures_util::stream::iter(signing_in).buffered(at_once(plan));
    signing_in.try_collect().await
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
        let looking = accounts.iter().map(async |account| {
            let session = sign_in(api, plan, account, "look", 0).await?;
            let position = session.viewer["positions"][0].clone();
            if position["communityId"] != json!(community) {
                return Err(Fault::Cast(
                    "somebody does not work in the supervisor's community",
                ));
            }
            Ok(position)
        });
        let looking = futures_util::stream::iter(looking).buffered(at_once(plan));
        looking.try_collect().await
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
    shelf: &Arc<Shelf>,
) -> Result<(Office, Store), Fault> {
    let (sees, _) = first_sync(api, plan, &plan.cast.supervisor, "survey", shelf).await?;
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
    shelf: &Arc<Shelf>,
) -> Result<(Store, Value), Fault> {
    let session = sign_in(api, plan, account, what, 0).await?;
    let fault = |why: String| Fault::SignIn(account.to_owned(), why);
    let viewer = session.viewer.clone();
    let store = super::look::first_sync(session, shelf)
        .await
        .map_err(fault)?;
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
    let (api, shelf) = (company.api.clone(), company.shelf.clone());
    let survey = async || first_sync(&api, plan, &plan.cast.supervisor, "survey", &shelf).await;
    for _ in 0..LOOKS {
        let (before, _) = survey().await?;
        restless.extend(pull_all(company, plan).await);
        let looking = accounts.iter().enumerate().map(async |(place, account)| {
            let seen = first_sync(&api, plan, account, "fresh", &shelf).await;
            watch(Stage::Judging, place as u64, accounts.len() as u64, account);
            Ok::<_, Fault>((account, seen?))
        });
        let looking = futures_util::stream::iter(looking).buffered(at_once(plan));
        let seen: Vec<(&String, (Store, Value))> = looking.try_collect().await?;
        for (account, (fresh, viewer)) in seen {
            evidence.fresh.insert(account.clone(), fresh);
            evidence.viewers.insert(account.clone(), viewer);
        }
        let witnesses = company.phones.iter_mut().map(|phone| {
            let is_quiet = !restless.contains(&phone.name);
            witness(phone, is_quiet)
        });
        let witnesses = futures_util::stream::iter(witnesses).buffered(at_once(plan));
        evidence.phones = witnesses.collect().await;
        let (after, _) = survey().await?;
        if before.records() == after.records() {
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
