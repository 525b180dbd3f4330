//! Who works on the demo estate. Accounts are named after their posts; a second holder has `_b`, the second community 2.

use entity::kinds::PostKind;

use super::estate::DemoStaff;
use super::names::Cast;

/// Account, post, zones and direct superior of one staff member.
pub type PostLine = (
    &'static str,
    PostKind,
    &'static [&'static str],
    Option<&'static str>,
);

const RIVERSIDE: &[&str] = &["江畔苑"];
const EMBANKMENT: &[&str] = &["翠堤苑"];
const BOTH_GARDENS: &[&str] = &["江畔苑", "翠堤苑"];
const WHOLE_PARK: &[&str] = &["厂房区", "生活区"];

/// Every post of 1.2, each at least once, with the reporting lines of O-10.
pub const BIJIANG_POSTS: [PostLine; 20] = [
    ("estate_manager", PostKind::EstateManager, &[], None),
    (
        "cs_manager",
        PostKind::CsManager,
        &[],
        Some("estate_manager"),
    ),
    ("supervisor", PostKind::Supervisor, &[], Some("cs_manager")),
    ("team_leader", PostKind::TeamLeader, &[], Some("supervisor")),
    ("assistant", PostKind::Assistant, &[], Some("team_leader")),
    ("assistant_b", PostKind::Assistant, &[], Some("team_leader")),
    (
        "archive_clerk",
        PostKind::ArchiveClerk,
        &[],
        Some("supervisor"),
    ),
    (
        "visitor_registry_clerk",
        PostKind::VisitorRegistryClerk,
        &[],
        Some("supervisor"),
    ),
    (
        "ic_card_clerk",
        PostKind::IcCardClerk,
        &[],
        Some("supervisor"),
    ),
    (
        "switchboard_operator",
        PostKind::SwitchboardOperator,
        &[],
        Some("supervisor"),
    ),
    (
        "admin_officer",
        PostKind::AdminOfficer,
        &[],
        Some("estate_manager"),
    ),
    (
        "hr_officer",
        PostKind::HrOfficer,
        &[],
        Some("estate_manager"),
    ),
    ("cashier", PostKind::Cashier, &[], Some("cs_manager")),
    (
        "warehouse_keeper",
        PostKind::WarehouseKeeper,
        BOTH_GARDENS,
        Some("admin_officer"),
    ),
    (
        "conference_attendant",
        PostKind::ConferenceAttendant,
        BOTH_GARDENS,
        Some("admin_officer"),
    ),
    (
        "maintenance_worker",
        PostKind::MaintenanceWorker,
        RIVERSIDE,
        Some("supervisor"),
    ),
    (
        "maintenance_worker_b",
        PostKind::MaintenanceWorker,
        EMBANKMENT,
        Some("supervisor"),
    ),
    (
        "security_guard",
        PostKind::SecurityGuard,
        RIVERSIDE,
        Some("supervisor"),
    ),
    (
        "security_guard_b",
        PostKind::SecurityGuard,
        EMBANKMENT,
        Some("supervisor"),
    ),
    (
        "inspector",
        PostKind::Inspector,
        BOTH_GARDENS,
        Some("hr_officer"),
    ),
];

/// O-15 to O-20, a maintenance worker and a guard.
pub const CUIHU_POSTS: [PostLine; 10] = [
    ("supervisor2", PostKind::Supervisor, &[], None),
    ("hr_officer2", PostKind::HrOfficer, &[], Some("supervisor2")),
    (
        "admin_officer2",
        PostKind::AdminOfficer,
        &[],
        Some("supervisor2"),
    ),
    ("assistant2", PostKind::Assistant, &[], Some("supervisor2")),
    (
        "conference_attendant2",
        PostKind::ConferenceAttendant,
        WHOLE_PARK,
        Some("admin_officer2"),
    ),
    (
        "conference_attendant_b2",
        PostKind::ConferenceAttendant,
        WHOLE_PARK,
        Some("admin_officer2"),
    ),
    (
        "conference_attendant_c2",
        PostKind::ConferenceAttendant,
        WHOLE_PARK,
        Some("admin_officer2"),
    ),
    (
        "warehouse_keeper2",
        PostKind::WarehouseKeeper,
        WHOLE_PARK,
        Some("admin_officer2"),
    ),
    (
        "maintenance_worker2",
        PostKind::MaintenanceWorker,
        WHOLE_PARK,
        Some("supervisor2"),
    ),
    (
        "security_guard2",
        PostKind::SecurityGuard,
        WHOLE_PARK,
        Some("supervisor2"),
    ),
];

/// Gives every post a person.
pub fn hire(cast: &mut Cast, posts: &[PostLine]) -> Vec<DemoStaff> {
    let mut staff = Vec::with_capacity(posts.len());
    for (account, post, zones, superior) in posts {
        let surname = cast.surname();
        staff.push(DemoStaff {
            account,
            name: cast.person(surname),
            post: *post,
            phone: cast.phone(),
            zones: zones.to_vec(),
            superior: *superior,
        });
    }
    staff
}
