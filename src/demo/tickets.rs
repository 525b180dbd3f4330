//! Repairs in every state, told by residents, the desk and the guards.

use std::collections::HashMap;

use entity::kinds::{PostKind, RelationKind};

use super::estate::DemoTicketState::{
    Cancelled, Closed, Dispatched, Finished, OnSite, Ordered, Recorded,
};
use super::estate::{
    DemoCommunity, DemoNote, DemoParty, DemoPriority, DemoStaff, DemoStep, DemoTicket,
    DemoTicketState, DemoUnit,
};
use super::names::Cast;
use super::problems::{Problem, Spot};

const HOUR: i64 = 60;
const DAY: i64 = 24 * HOUR;

/// The way of a repair to its end.
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

const CALLED_OFF: [&str; 4] = [
    "报修人来电,已自行处理好",
    "与邻居报修的是同一问题,合并处理",
    "报修人外出,改日再报",
    "属业主自装设备,已建议联系厂家",
];

/// How much there is to do.
pub enum Caseload {
    /// A repair per problem, of the last weeks.
    OneOfEach,
    /// So many repairs in each state, of the last half year.
    Of(&'static [(usize, DemoTicketState)]),
}

impl Caseload {
    /// What broke, and how far each repair has come.
    fn deal<'a>(
        &self,
        cast: &mut Cast,
        problems: &'a [Problem],
    ) -> Vec<(&'a Problem, DemoTicketState)> {
        let mut states: Vec<DemoTicketState> = match self {
            Self::OneOfEach => STATES.into_iter().cycle().take(problems.len()).collect(),
            Self::Of(counts) => {
                let counts = counts.iter();
                let rest = counts.flat_map(|(count, state)| std::iter::repeat_n(*state, *count));
                STATES.into_iter().take(3).chain(rest).collect()
            }
        };
        if let Some(rest) = states.get_mut(3..) {
            cast.shuffle(rest);
        }
        let problems = problems.iter().cycle();
        problems.zip(states).collect()
    }

    /// How many days back the oldest was reported.
    fn days(&self) -> i64 {
        match self {
            Self::OneOfEach => 45,
            Self::Of(_) => 180,
        }
    }
}

/// The repairs of a community.
pub fn report(
    cast: &mut Cast,
    community: &DemoCommunity,
    problems: &[Problem],
    caseload: &Caseload,
) -> Vec<DemoTicket> {
    let desk: Vec<&'static str> = community
        .staff
        .iter()
        .filter(|staff| matches!(staff.post, PostKind::Assistant | PostKind::TeamLeader))
        .map(|staff| staff.account)
        .collect();
    let cases = caseload.deal(cast, problems);
    let mut callers = Callers::of(community);
    let mut homes_seen = 0;
    let mut tickets = Vec::with_capacity(cases.len());
    for (problem, state) in cases {
        let caller = match problem.0 {
            Spot::Home(fitting) => {
                homes_seen += 1;
                resident_of(community, homes_seen).or_else(|| callers.one(cast, fitting))
            }
            Spot::Building(fitting, _) | Spot::Grounds(fitting, _) => callers.one(cast, fitting),
        };
        let Some(caller) = caller else { continue };
        let clerk = cast.pick(&desk);
        let age_minutes = age(cast, state, problem.2, caseload.days());
        let repair = Case {
            community,
            problem,
            state,
            age_minutes,
        };
        tickets.push(repair.ticket(cast, caller, clerk));
    }
    tickets
}

/// A repair of which it is open yet who is concerned with it.
struct Case<'a> {
    community: &'a DemoCommunity,
    problem: &'a Problem,
    state: DemoTicketState,
    age_minutes: i64,
}

impl Case<'_> {
    fn ticket(&self, cast: &mut Cast, caller: &DemoParty, desk: &'static str) -> DemoTicket {
        let Problem(spot, content, priority, remark) = *self.problem;
        let (state, age_minutes) = (self.state, self.age_minutes);
        let is_home = matches!(spot, Spot::Home(_));
        let zone = self.community.zone_of(caller.building);
        let zone = zone.unwrap_or_default();
        let worker = self.on_duty(cast, PostKind::MaintenanceWorker, zone);
        let worker = worker.map_or(desk, |staff| staff.account);
        let guard = self.on_duty(cast, PostKind::SecurityGuard, zone);
        let mut residents = self.community.residents.iter();
        let himself = residents.find(|resident| resident.phone == caller.phone);
        let (reported_by, customer_name, phone) = match (spot, himself, guard) {
            (Spot::Home(_), Some(resident), _) => (resident.account, &caller.name, &caller.phone),
            (Spot::Grounds(..), _, Some(guard)) => (guard.account, &guard.name, &guard.phone),
            _ => (desk, &caller.name, &caller.phone),
        };
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
            assignee: (Dispatched..=Closed).contains(&state).then_some(worker),
            age_minutes,
            steps,
            notes,
        }
    }

    /// One of those who hold this post in a zone.
    fn on_duty(&self, cast: &mut Cast, post: PostKind, zone: &str) -> Option<&DemoStaff> {
        let staff = self.community.staff.iter();
        let staff = staff.filter(|staff| staff.post == post && staff.zones.contains(&zone));
        match staff.collect::<Vec<_>>().as_slice() {
            [] => None,
            [only] => Some(only),
            several => Some(cast.pick(several)),
        }
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

/// Who lives or works now where such a thing can break; sought once for each kind of place.
struct Callers<'a> {
    present: Vec<(&'a DemoParty, &'a DemoUnit)>,
    by_fitting: HashMap<&'static str, Vec<&'a DemoParty>>,
}

impl<'a> Callers<'a> {
    fn of(community: &'a DemoCommunity) -> Self {
        let units = community.units.iter();
        let units: HashMap<_, _> = units
            .map(|unit| ((unit.building, unit.room_number.as_str()), unit))
            .collect();
        let present = community.parties.iter().filter(|party| {
            let counts = matches!(
                party.relation,
                RelationKind::Owner | RelationKind::Tenant | RelationKind::Merchant
            );
            counts && party.is_present()
        });
        let present = present.filter_map(|party| {
            let unit = units.get(&(party.building, party.room_number.as_str()))?;
            Some((party, *unit))
        });
        Self {
            present: present.collect(),
            by_fitting: HashMap::new(),
        }
    }

    fn one(&mut self, cast: &mut Cast, fitting: &'static str) -> Option<&'a DemoParty> {
        let present = &self.present;
        let callers = self.by_fitting.entry(fitting).or_insert_with(|| {
            let fits = |unit: &DemoUnit| {
                unit.building.starts_with(fitting) || unit.layout.ends_with(fitting)
            };
            let fitting = present.iter().filter(|(_, unit)| fits(unit));
            fitting.map(|(party, _)| *party).collect()
        });
        (!callers.is_empty()).then(|| cast.pick(callers))
    }
}

/// How long ago it was reported: what is urgent does not wait for days, and some of what is closed has left the phones.
fn age(cast: &mut Cast, state: DemoTicketState, priority: DemoPriority, days: i64) -> i64 {
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
        Closed | Cancelled => 6 * DAY..=days * DAY,
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
    let taken = ALL_STATES.into_iter().filter(|step| match state {
        Cancelled => *step == Recorded,
        state => *step <= state,
    });
    for step in taken.chain((state == Cancelled).then_some(Cancelled)) {
        let (by, lasted) = match step {
            Recorded => (reporter, 0..=0),
            Ordered => (desk, 5..=40),
            Dispatched => (desk, 10..=3 * HOUR),
            OnSite => (worker, 20..=20 * HOUR),
            Finished => (worker, 20..=3 * HOUR),
            Closed => (desk, DAY..=3 * DAY),
            Cancelled => (desk, 10..=DAY),
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
            Cancelled => cast.pick(&CALLED_OFF),
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
