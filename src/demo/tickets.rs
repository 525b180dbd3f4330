//! Repairs in every state, told by residents, the desk and the guards.

use entity::kinds::{PostKind, RelationKind};

use super::estate::DemoTicketState::{Closed, Dispatched, Finished, OnSite, Ordered, Recorded};
use super::estate::{
    DemoCommunity, DemoNote, DemoParty, DemoPriority, DemoStep, DemoTicket, DemoTicketState,
};
use super::names::Cast;
use super::problems::{Problem, Spot};

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

const ALL_STATES: [DemoTicketState; 6] = [Recorded, Ordered, Dispatched, OnSite, Finished, Closed];

/// Out of twelve tickets; the first three go to the residents who can sign in, so that these see work going on and work
/// done.
const STATES: [DemoTicketState; 12] = [
    Dispatched, Closed, OnSite, Recorded, Recorded, Ordered, Ordered, Dispatched, Finished,
    Finished, Closed, Closed,
];

const CONVENIENT_TIMES: [&str; 10] = [
    "工作日晚上七点以后",
    "周六上午",
    "周日全天",
    "下午两点到五点",
    "随时,有人在",
    "中午十二点到一点半",
    "来前打电话",
    "今天之内都可以",
    "明天上午九点前",
    "钥匙在前台,可直接上门",
];

const HOME_NOTES: [&str; 6] = [
    "来电催促,已答复尽快安排",
    "已电话核实情况并约定上门时间",
    "报修人临时外出,改约时间",
    "请维修员带梯子和照明灯",
    "同一问题上月报修过,请查明原因",
    "过保修期,已说明材料费另计,对方同意",
];

const PUBLIC_NOTES: [&str; 3] = ["已拍照存档", "现场已放置警示牌", "多人来电反映同一问题"];

const PUBLIC_REVIEWS: [&str; 2] = ["现场复核,已恢复正常", "已复核并拍照,正常"];

const RETURN_VISITS: [&str; 3] = [
    "回访:问题已解决,表示满意",
    "回访:修好了,希望下次来得快些",
    "回访:无人接听,次日再访后满意",
];

/// One repair per problem.
pub fn report(cast: &mut Cast, community: &DemoCommunity, problems: &[Problem]) -> Vec<DemoTicket> {
    let desk: Vec<&'static str> = community
        .staff
        .iter()
        .filter(|staff| matches!(staff.post, PostKind::Assistant | PostKind::TeamLeader))
        .map(|staff| staff.account)
        .collect();
    let mut states: Vec<DemoTicketState> =
        STATES.into_iter().cycle().take(problems.len()).collect();
    if let Some(rest) = states.get_mut(3..) {
        cast.shuffle(rest);
    }
    let mut homes_seen = 0;
    let mut tickets = Vec::with_capacity(problems.len());
    for (problem, state) in problems.iter().zip(states) {
        let caller = match problem.0 {
            Spot::Home(fitting) => {
                homes_seen += 1;
                resident_of(community, homes_seen).or_else(|| neighbour(cast, community, fitting))
            }
            Spot::Building(fitting, _) | Spot::Grounds(fitting, _) => {
                neighbour(cast, community, fitting)
            }
        };
        let Some(caller) = caller else { continue };
        let clerk = cast.pick(&desk);
        tickets.push(ticket(cast, community, problem, state, caller, clerk));
    }
    tickets
}

fn ticket(
    cast: &mut Cast,
    community: &DemoCommunity,
    problem: &Problem,
    state: DemoTicketState,
    caller: &DemoParty,
    desk: &'static str,
) -> DemoTicket {
    let Problem(spot, content, priority, remark) = *problem;
    let is_home = matches!(spot, Spot::Home(_));
    let zone = community.zone_of(caller.building).unwrap_or_default();
    let on_duty = |post| {
        let mut staff = community.staff.iter();
        staff.find(|staff| staff.post == post && staff.zones.contains(&zone))
    };
    let worker = on_duty(PostKind::MaintenanceWorker).map_or(desk, |staff| staff.account);
    let mut residents = community.residents.iter();
    let himself = residents.find(|resident| resident.phone == caller.phone);
    let (reported_by, customer_name, phone) =
        match (spot, himself, on_duty(PostKind::SecurityGuard)) {
            (Spot::Home(_), Some(resident), _) => (resident.account, &caller.name, &caller.phone),
            (Spot::Grounds(..), _, Some(guard)) => (guard.account, &guard.name, &guard.phone),
            _ => (desk, &caller.name, &caller.phone),
        };
    let age_minutes = age(cast, state, priority);
    let steps = steps(cast, state, age_minutes, [reported_by, desk, worker]);
    let notes = notes(cast, &steps, is_home, remark);
    let (building, room_number, place) = match spot {
        Spot::Home(_) => (
            Some(caller.building),
            Some(caller.room_number.clone()),
            None,
        ),
        Spot::Building(_, place) => (Some(caller.building), None, Some(place)),
        Spot::Grounds(_, place) => (None, None, Some(place)),
    };
    DemoTicket {
        zone,
        building,
        room_number,
        place,
        customer_name: customer_name.clone(),
        phone: phone.clone(),
        reported_by,
        content,
        convenient_time: is_home.then(|| cast.pick(&CONVENIENT_TIMES)),
        priority,
        state,
        assignee: (state >= Dispatched).then_some(worker),
        age_minutes,
        steps,
        notes,
    }
}

/// The first two repairs at home are the first resident's, the third is the second's.
fn resident_of(community: &DemoCommunity, homes_seen: usize) -> Option<&DemoParty> {
    let resident = match homes_seen {
        1 | 2 => community.residents.first()?,
        3 => community.residents.get(1)?,
        _ => return None,
    };
    community
        .parties
        .iter()
        .find(|party| party.phone == resident.phone)
}

/// Somebody who lives or works now where such a thing can break.
fn neighbour<'a>(
    cast: &mut Cast,
    community: &'a DemoCommunity,
    fitting: &str,
) -> Option<&'a DemoParty> {
    let callers: Vec<&DemoParty> = community
        .parties
        .iter()
        .filter(|party| party.is_present())
        .filter(|party| {
            matches!(
                party.relation,
                RelationKind::Owner | RelationKind::Tenant | RelationKind::Merchant
            )
        })
        .filter(|party| {
            community.unit_of(party).is_some_and(|unit| {
                unit.building.starts_with(fitting) || unit.layout.ends_with(fitting)
            })
        })
        .collect();
    (!callers.is_empty()).then(|| cast.pick(&callers))
}

/// How long ago it was reported: what is urgent does not wait for days, and some of what is closed has left the phones.
fn age(cast: &mut Cast, state: DemoTicketState, priority: DemoPriority) -> i64 {
    let urgent = priority == DemoPriority::Urgent;
    cast.number(match state {
        Recorded if urgent => 3..=25,
        Recorded => 10..=20 * HOUR,
        Ordered if urgent => 20..=90,
        Ordered => HOUR..=30 * HOUR,
        Dispatched if urgent => 40..=3 * HOUR,
        Dispatched => 3 * HOUR..=4 * DAY,
        OnSite if urgent => 50..=4 * HOUR,
        OnSite => 4 * HOUR..=5 * DAY,
        Finished => DAY..=5 * DAY,
        Closed => 6 * DAY..=45 * DAY,
    })
}

/// The way to the state, taken by the reporter, the desk and the worker in turn.
fn steps(
    cast: &mut Cast,
    state: DemoTicketState,
    age: i64,
    [reporter, desk, worker]: [&'static str; 3],
) -> Vec<DemoStep> {
    let mut passed = 0;
    let mut way = Vec::new();
    for step in ALL_STATES.into_iter().filter(|step| *step <= state) {
        let (by, lasted) = match step {
            Recorded => (reporter, 0..=0),
            Ordered => (desk, 5..=40),
            Dispatched => (desk, 10..=3 * HOUR),
            OnSite => (worker, 20..=20 * HOUR),
            Finished => (worker, 20..=3 * HOUR),
            Closed => (desk, DAY..=3 * DAY),
        };
        passed += cast.number(lasted);
        way.push((step, by, passed));
    }
    // A young ticket has come the same way faster.
    let room = passed.min(age - 1);
    way.into_iter()
        .map(|(state, by, after)| DemoStep {
            state,
            by,
            age_minutes: age - after * room / passed.max(1),
        })
        .collect()
}

/// The worker's remark, the return visit, and here and there a word of the desk.
fn notes(
    cast: &mut Cast,
    steps: &[DemoStep],
    is_home: bool,
    remark: &'static str,
) -> Vec<DemoNote> {
    let (remarks, reviews): (&[&str], &[&str]) = if is_home {
        (&HOME_NOTES, &RETURN_VISITS)
    } else {
        (&PUBLIC_NOTES, &PUBLIC_REVIEWS)
    };
    let mut notes = Vec::new();
    for step in steps {
        let text = match step.state {
            Ordered if cast.chance(45) => cast.pick(remarks),
            Finished => remark,
            Closed => cast.pick(reviews),
            _ => continue,
        };
        notes.push(DemoNote {
            by: step.by,
            text,
            age_minutes: step.age_minutes,
        });
    }
    notes
}
