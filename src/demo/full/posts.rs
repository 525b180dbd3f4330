//! Who works on the large estate and in its park.

use std::sync::LazyLock;

use entity::kinds::PostKind;

use super::houses::GARDENS;
use super::kept;
use crate::demo::staff::PostLine;

/// How many hold a post, where, and under whom; several superiors share them.
struct Post {
    kind: PostKind,
    word: &'static str,
    count: usize,
    place: Place,
    superior: Option<(&'static str, usize)>,
}

/// Where the holders of a post work.
#[derive(Clone, Copy)]
enum Place {
    Office,
    /// Each in every zone of these.
    All(&'static [&'static str]),
    /// One zone each, in turn.
    Each(&'static [&'static str]),
}

const fn post(
    kind: PostKind,
    word: &'static str,
    count: usize,
    place: Place,
    superior: Option<(&'static str, usize)>,
) -> Post {
    Post {
        kind,
        word,
        count,
        place,
        superior,
    }
}

const OFFICE: Place = Place::Office;
const ESTATE: Place = Place::All(&GARDENS);
const PARK: Place = Place::All(&["厂房区", "生活区"]);
const ESTATE_MANAGER: Option<(&str, usize)> = Some(("estate_manager", 1));
const CS_MANAGER: Option<(&str, usize)> = Some(("cs_manager", 1));
const SUPERVISORS: Option<(&str, usize)> = Some(("supervisor", 2));
const TEAM_LEADERS: Option<(&str, usize)> = Some(("team_leader", 3));
const OFFICER: Option<(&str, usize)> = Some(("admin_officer", 1));
const HEAD: Option<(&str, usize)> = Some(("supervisor", 1));

/// The head counts of O-01 are those of supervisors, team leaders, assistants and the archive room. Of workers there
/// are three in each garden, one for each shift, and of guards six.
pub static BIJIANG: LazyLock<Vec<PostLine>> = LazyLock::new(|| {
    use PostKind as Kind;
    let posts = [
        post(Kind::EstateManager, "estate_manager", 1, OFFICE, None),
        post(Kind::CsManager, "cs_manager", 1, OFFICE, ESTATE_MANAGER),
        post(Kind::Supervisor, "supervisor", 2, OFFICE, CS_MANAGER),
        post(Kind::TeamLeader, "team_leader", 3, OFFICE, SUPERVISORS),
        post(Kind::Assistant, "assistant", 14, OFFICE, TEAM_LEADERS),
        post(Kind::ArchiveClerk, "archive_clerk", 3, OFFICE, SUPERVISORS),
        post(
            Kind::VisitorRegistryClerk,
            "visitor_registry_clerk",
            2,
            OFFICE,
            SUPERVISORS,
        ),
        post(Kind::IcCardClerk, "ic_card_clerk", 2, OFFICE, SUPERVISORS),
        post(
            Kind::SwitchboardOperator,
            "switchboard_operator",
            3,
            OFFICE,
            SUPERVISORS,
        ),
        post(
            Kind::AdminOfficer,
            "admin_officer",
            1,
            OFFICE,
            ESTATE_MANAGER,
        ),
        post(Kind::HrOfficer, "hr_officer", 1, OFFICE, ESTATE_MANAGER),
        post(Kind::Cashier, "cashier", 2, OFFICE, CS_MANAGER),
        post(
            Kind::WarehouseKeeper,
            "warehouse_keeper",
            1,
            ESTATE,
            OFFICER,
        ),
        post(
            Kind::ConferenceAttendant,
            "conference_attendant",
            2,
            ESTATE,
            OFFICER,
        ),
        post(
            Kind::MaintenanceWorker,
            "maintenance_worker",
            30,
            Place::Each(&GARDENS),
            SUPERVISORS,
        ),
        post(
            Kind::SecurityGuard,
            "security_guard",
            60,
            Place::Each(&GARDENS),
            SUPERVISORS,
        ),
        post(
            Kind::Inspector,
            "inspector",
            2,
            ESTATE,
            Some(("hr_officer", 1)),
        ),
    ];
    lines(&posts, "")
});

/// O-15 to O-20, with workers and guards for three shifts besides.
pub static CUIHU: LazyLock<Vec<PostLine>> = LazyLock::new(|| {
    use PostKind as Kind;
    let posts = [
        post(Kind::Supervisor, "supervisor", 1, OFFICE, None),
        post(Kind::HrOfficer, "hr_officer", 1, OFFICE, HEAD),
        post(Kind::AdminOfficer, "admin_officer", 1, OFFICE, HEAD),
        post(Kind::Assistant, "assistant", 1, OFFICE, HEAD),
        post(
            Kind::ConferenceAttendant,
            "conference_attendant",
            3,
            PARK,
            OFFICER,
        ),
        post(Kind::WarehouseKeeper, "warehouse_keeper", 1, PARK, OFFICER),
        post(Kind::MaintenanceWorker, "maintenance_worker", 3, PARK, HEAD),
        post(Kind::SecurityGuard, "security_guard", 6, PARK, HEAD),
    ];
    lines(&posts, "2")
});

fn lines(posts: &[Post], suffix: &str) -> Vec<PostLine> {
    let mut lines = Vec::new();
    for post in posts {
        for number in 0..post.count {
            let zones: &'static [&'static str] = match post.place {
                Place::Office => &[],
                Place::All(zones) => zones,
                Place::Each(zones) => zones.chunks(1).cycle().nth(number).unwrap_or_default(),
            };
            let superior = post
                .superior
                .map(|(word, holders)| account(word, number % holders, suffix));
            lines.push((
                account(post.word, number, suffix),
                post.kind,
                zones,
                superior,
            ));
        }
    }
    lines
}

/// `assistant`, `assistant_b`, … `assistant_z`, `assistant_aa`, …
pub(super) fn account(word: &str, number: usize, suffix: &str) -> &'static str {
    let letter = |number: usize| char::from(b'a' + u8::try_from(number % 26).unwrap_or_default());
    kept(match (number, number / 26) {
        (0, _) => format!("{word}{suffix}"),
        (_, 0) => format!("{word}_{}{suffix}", letter(number)),
        (_, turn) => format!("{word}_{}{}{suffix}", letter(turn - 1), letter(number)),
    })
}
