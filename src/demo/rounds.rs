//! Where the demo estate is patrolled, how often, and who works which shift.

use entity::kinds::PostKind;
use entity::patrol::{CheckItem, CheckKind, Per, Plan, Window};

use super::estate::{DemoCommunity, DemoDuty, DemoPoint, DemoRoute, DemoStaff};

/// Key, question, and how it is answered.
type Lines = &'static [(&'static str, &'static str, CheckKind)];

/// How many days of the roster are drawn up.
const DAYS: u64 = 7;

/// Name, place, and what is looked at in every zone; the handbook's own complaints of public places
/// are among them (domain 16.1).
const PLACES: [(&str, &str, Lines); 6] = [
    (
        "门岗",
        "苑区大门岗亭",
        &[
            ("gate", "道闸起落正常", CheckKind::Check),
            ("log", "值班记录齐全", CheckKind::Check),
        ],
    ),
    (
        "消防栓",
        "主干道消防栓",
        &[
            ("seal", "铅封完好", CheckKind::Check),
            ("pressure", "水压（MPa）", CheckKind::Number),
        ],
    ),
    (
        "车库入口",
        "地下车库坡道",
        &[
            ("light", "照明正常", CheckKind::Check),
            ("water", "集水井无积水", CheckKind::Check),
        ],
    ),
    (
        "候车亭",
        "巴士候车亭与座椅",
        &[("clean", "清洁无破损", CheckKind::Check)],
    ),
    (
        "绿化带",
        "中心花园步道",
        &[
            ("plants", "无枯死、无占用", CheckKind::Check),
            ("noise", "噪声、气味", CheckKind::Text),
        ],
    ),
    (
        "设备房",
        "水泵与配电间",
        &[
            ("pump", "水泵运行正常", CheckKind::Check),
            ("temperature", "室温（℃）", CheckKind::Number),
        ],
    ),
];

/// In a stairwell (domain 16.1: bicycles, shoe racks, clutter in stairwells and on roofs).
const STAIRS: Lines = &[
    ("stairs", "梯间无杂物、单车", CheckKind::Check),
    ("roof", "天台门关闭", CheckKind::Check),
    ("lift", "电梯运行正常", CheckKind::Check),
];

/// How many buildings of a zone a round goes into.
const STAIRWELLS: usize = 3;

fn checklist(lines: Lines) -> Vec<CheckItem> {
    let item = |(key, title, kind): &(&str, &str, CheckKind)| CheckItem {
        key: (*key).to_owned(),
        title: (*title).to_owned(),
        kind: *kind,
        is_required: *kind == CheckKind::Check,
    };
    lines.iter().map(item).collect()
}

/// The points of every zone.
pub fn points(community: &DemoCommunity) -> Vec<DemoPoint> {
    let mut points = Vec::new();
    for (number, zone) in community.zones.iter().enumerate() {
        let code = |place: usize| format!("{}-{:02}-{:02}", community.code, number + 1, place + 1);
        for (place, (name, whereabouts, lines)) in PLACES.iter().enumerate() {
            points.push(DemoPoint {
                zone,
                building: None,
                name: format!("{zone}{name}"),
                place: whereabouts,
                code: code(place),
                checklist: checklist(lines),
            });
        }
        let buildings = community.buildings.iter().filter(|it| it.zone == *zone);
        for (place, building) in buildings.take(STAIRWELLS).enumerate() {
            points.push(DemoPoint {
                zone,
                building: Some(building.name),
                name: format!("{}梯间", building.name),
                place: "首层至天台",
                code: code(PLACES.len() + place),
                checklist: checklist(STAIRS),
            });
        }
    }
    points
}

/// So many times in windows of these local hours.
fn plan(per: Per, times: u32, windows: &[(&str, &str)]) -> Plan {
    let window = |(from, to): &(&str, &str)| Window {
        from: (*from).to_owned(),
        to: (*to).to_owned(),
    };
    Plan {
        per,
        times,
        windows: windows.iter().map(window).collect(),
        weekdays: Vec::new(),
        irregular: false,
    }
}

/// The guards' rounds of every zone, and the patrols of the frequency table (P-01 to P-11) as far as
/// the community has the posts for them.
pub fn routes(community: &DemoCommunity, points: &[DemoPoint]) -> Vec<DemoRoute> {
    let mut routes = Vec::new();
    for zone in &community.zones {
        let of_zone = points.iter().filter(|point| point.zone == *zone);
        let codes: Vec<String> = of_zone.clone().map(|point| point.code.clone()).collect();
        let outdoors = of_zone.filter(|point| point.building.is_none());
        let outdoors: Vec<String> = outdoors.map(|point| point.code.clone()).collect();
        let route = |key, name: &str, plan, points| DemoRoute {
            zone: Some(zone),
            key,
            name: format!("{zone}{name}"),
            post: None,
            assignee: None,
            points,
            plan,
            needs_code: false,
        };
        let by_day = plan(Per::Day, 2, &[("09:00", "11:30"), ("15:00", "17:30")]);
        let nights = [("22:00", "00:30"), ("02:00", "04:30")];
        routes.extend([
            DemoRoute {
                post: Some(PostKind::SecurityGuard),
                needs_code: true,
                ..route("guard_day", "日间巡逻", by_day, codes.clone())
            },
            DemoRoute {
                post: Some(PostKind::SecurityGuard),
                needs_code: true,
                ..route(
                    "guard_night",
                    "夜间巡逻",
                    plan(Per::Day, 2, &nights),
                    codes.clone(),
                )
            },
        ]);
        if community.has(PostKind::Assistant) {
            let hours = [("08:30", "18:00")];
            let daily = plan(Per::Day, 1, &hours);
            let weekly = plan(Per::Week, 1, &hours);
            routes.extend([
                route("building_services", "楼宇巡查", daily, codes),
                DemoRoute {
                    post: Some(PostKind::Assistant),
                    ..route("entrusted_home_outdoor", "托管房户外巡查", weekly, outdoors)
                },
            ]);
        }
    }
    routes.extend(of_the_whole(community, points));
    routes
}

/// Patrols that go through the whole community, one place of each zone.
fn of_the_whole(community: &DemoCommunity, points: &[DemoPoint]) -> Vec<DemoRoute> {
    use PostKind::{ConferenceAttendant, Inspector, Supervisor, TeamLeader};
    let place = |number: usize| -> Vec<String> {
        let of_zone = |zone: &&str| {
            let mut points = points.iter().filter(|point| point.zone == *zone);
            points.nth(number).map(|point| point.code.clone())
        };
        community.zones.iter().filter_map(of_zone).collect()
    };
    let [gates, gardens, rooms] = [place(0), place(4), place(5)];
    let day = [("08:30", "18:00")];
    let halves = [("08:30", "12:00"), ("13:30", "18:00")];
    let irregular = |plan: Plan| Plan {
        irregular: true,
        ..plan
    };
    let lines = [
        (
            TeamLeader,
            "estate",
            "屋村巡视",
            plan(Per::Week, 4, &day),
            gardens.clone(),
        ),
        (
            Supervisor,
            "posts",
            "各岗位巡视",
            plan(Per::Day, 2, &halves),
            gates.clone(),
        ),
        (
            Supervisor,
            "estate_supervisor",
            "主管园区巡视",
            irregular(plan(Per::Day, 2, &day)),
            gardens.clone(),
        ),
        (
            TeamLeader,
            "environment_and_appearance",
            "办公环境与仪容检查",
            plan(Per::Day, 1, &[("08:00", "10:00")]),
            gates.clone(),
        ),
        (
            ConferenceAttendant,
            "printers_and_lounges",
            "打印机与休息室巡检",
            plan(Per::Day, 2, &halves),
            rooms,
        ),
        (
            Inspector,
            "special_inspection",
            "专查",
            irregular(plan(Per::Month, 3, &day)),
            gates,
        ),
    ];
    let lines = lines
        .into_iter()
        .filter_map(|(post, key, name, plan, points)| {
            let walker = community.staff.iter().find(|staff| staff.post == post)?;
            Some(DemoRoute {
                zone: None,
                key,
                name: name.to_owned(),
                post: None,
                assignee: Some(walker.account),
                points,
                plan,
                needs_code: false,
            })
        });
    lines.collect()
}

/// A week of shifts: the desk in A to E by busy hours (S-07), maintenance at noon and night (S-10),
/// guards round the clock (S-08).
pub fn roster(community: &DemoCommunity) -> Vec<DemoDuty> {
    let mut duties = Vec::new();
    for (post, shifts) in [
        (PostKind::TeamLeader, &["A", "E", "C"][..]),
        (PostKind::Assistant, &["A", "B", "C", "D", "E", "noon"]),
        (PostKind::MaintenanceWorker, &["B", "E", "night"]),
        (PostKind::SecurityGuard, &["A", "E", "night"]),
    ] {
        let holds = |staff: &&DemoStaff| staff.post == post;
        for (number, staff) in (0_u64..).zip(community.staff.iter().filter(holds)) {
            for in_days in 0..DAYS {
                let turn = usize::try_from(number + in_days).unwrap_or(0);
                let Some(shift) = shifts.get(turn % shifts.len()) else {
                    continue;
                };
                duties.push(DemoDuty {
                    account: staff.account,
                    shift,
                    in_days,
                });
            }
        }
    }
    duties
}

impl DemoCommunity {
    /// Whether anybody holds this post.
    fn has(&self, post: PostKind) -> bool {
        self.staff.iter().any(|staff| staff.post == post)
    }
}
