//! What the handbooks say differently about complaints, as data of a community (CF-01, CF-02, CF-21).

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use entity::kinds::PostKind;
use entity::tickets::{ClockKind, ClockMetBy, ComplaintChannel, Severity};
use serde::{Deserialize, Serialize};

use crate::policy::Policy;

/// How a community handles complaints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct ComplaintPolicy {
    pub profile: Profile,
    pub severity_scale: SeverityScale,
    /// The clocks of each profile.
    pub clocks: BTreeMap<Profile, Vec<ClockLine>>,
    /// Profiles in which the complainant is promised when he hears again (T-25, T-27).
    pub promises_next_reply: BTreeSet<Profile>,
    /// Who decides what is handed up, lowest first (CF-21).
    pub chain: Vec<PostKind>,
    /// To whom complaints of a severity are handed up, and who is told when their clocks run out; of
    /// the others whoever answers for them is told.
    pub told: BTreeMap<Severity, PostKind>,
    /// A complaint that repeats one not older than this is a second complaint (T-31).
    pub second_within_months: u32,
    /// Weekdays that are no working days, and days of a weekend that are. The handbook names none, so
    /// the calendar of working days is Monday to Friday until a community enters its holidays.
    pub days_off: BTreeSet<NaiveDate>,
    pub days_worked: BTreeSet<NaiveDate>,
}

impl Policy for ComplaintPolicy {
    const KEY: &'static str = "complaint";

    fn check(&self) -> Result<(), String> {
        if self.chain.is_empty() {
            return Err("somebody has to decide: chain must not be empty".to_owned());
        }
        if self.second_within_months > 120 || self.days_off.len() + self.days_worked.len() > 2_000 {
            return Err("at most 120 months, and 2000 days off or worked".to_owned());
        }
        for line in self.clocks.values().flatten() {
            let is_short = match line.within {
                Within::Minutes(minutes) => minutes <= 366 * 24 * 60,
                Within::SameDay => true,
                Within::Days(days) | Within::WorkingDays(days) => days <= 366,
            };
            if !is_short || line.rule.is_empty() || line.rule.chars().count() > 40 {
                return Err(format!(
                    "{:?}: at most a year, under a short rule",
                    line.rule
                ));
            }
        }
        let most = self.clocks.values().map(Vec::len).max();
        if most > Some(50) {
            return Err("at most 50 clocks".to_owned());
        }
        Ok(())
    }
}

/// Whose times hold (CF-01).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Profile {
    /// By severity (001-a).
    #[default]
    Tiered,
    /// By the way it came in (002).
    ReplyByChannel,
    /// All on the same day (004-b).
    SameDay,
}

/// What the office calls the severities (CF-02).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SeverityScale {
    #[default]
    MajorImportantMinor,
    Abc,
}

/// One clock that the handbook asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClockLine {
    pub kind: ClockKind,
    pub rule: String,
    pub within: Within,
    pub met_by: ClockMetBy,
    /// Of complaints of this severity; of all when left out.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// Of complaints that came in so; of all when left out.
    #[serde(default)]
    pub channel: Option<ComplaintChannel>,
    /// Counted from the moment it was solved, not from its reception.
    #[serde(default)]
    pub from_resolution: bool,
    /// The period that the resident asked for takes its place.
    #[serde(default)]
    pub yields_to_wish: bool,
    /// A date that is agreed with the complainant takes its place, under this rule.
    #[serde(default)]
    pub yields_to_promise: Option<String>,
}

/// How long a clock runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Within {
    Minutes(u32),
    /// Until the day ends where the community lies.
    SameDay,
    /// Until so many more days have ended; the day it begins on does not count.
    Days(u32),
    /// Until so many more working days have ended.
    WorkingDays(u32),
}

impl ComplaintPolicy {
    /// The clocks of the profile that holds.
    pub fn lines(&self) -> &[ClockLine] {
        self.clocks.get(&self.profile).map_or(&[], Vec::as_slice)
    }

    /// Whether a clock may run by this rule.
    pub fn names(&self, rule: &str) -> bool {
        let mut lines = self.lines().iter();
        lines.any(|line| line.rule == rule || line.yields_to_promise.as_deref() == Some(rule))
    }

    pub fn demands_promise(&self) -> bool {
        self.promises_next_reply.contains(&self.profile)
    }

    /// Whether this post decides what is handed up to that one.
    pub fn decides(&self, post: PostKind, wanted: PostKind) -> bool {
        let place = |post| self.chain.iter().position(|one| *one == post);
        place(post).is_some_and(|place_of_post| Some(place_of_post) >= place(wanted))
    }

    /// The posts that are told of what is meant for this one, itself first, then those above it.
    pub fn from(&self, wanted: PostKind) -> impl Iterator<Item = PostKind> {
        self.chain
            .iter()
            .copied()
            .skip_while(move |post| *post != wanted)
    }

    /// What the office calls a severity.
    pub fn title(&self, severity: Severity) -> &'static str {
        match (self.severity_scale, severity) {
            (SeverityScale::MajorImportantMinor, Severity::Major) => "重大",
            (SeverityScale::MajorImportantMinor, Severity::Important) => "重要",
            (SeverityScale::MajorImportantMinor, Severity::Minor) => "轻微",
            (SeverityScale::Abc, Severity::Major) => "A级",
            (SeverityScale::Abc, Severity::Important) => "B级",
            (SeverityScale::Abc, Severity::Minor) => "C级",
        }
    }
}

impl Default for ComplaintPolicy {
    /// What the handbooks say.
    fn default() -> Self {
        Self {
            profile: Profile::Tiered,
            severity_scale: SeverityScale::MajorImportantMinor,
            clocks: BTreeMap::from([
                (Profile::Tiered, tiered()),
                (Profile::ReplyByChannel, by_channel()),
                (Profile::SameDay, same_day()),
            ]),
            promises_next_reply: BTreeSet::from([Profile::ReplyByChannel, Profile::SameDay]),
            chain: vec![
                PostKind::Supervisor,
                PostKind::CsManager,
                PostKind::EstateManager,
            ],
            told: BTreeMap::from([
                (Severity::Major, PostKind::EstateManager),
                (Severity::Important, PostKind::Supervisor),
            ]),
            second_within_months: 3,
            days_off: BTreeSet::new(),
            days_worked: BTreeSet::new(),
        }
    }
}

impl ClockLine {
    fn new(kind: ClockKind, rule: &str, within: Within, met_by: ClockMetBy) -> Self {
        Self {
            kind,
            rule: rule.to_owned(),
            within,
            met_by,
            severity: None,
            channel: None,
            from_resolution: false,
            yields_to_wish: false,
            yields_to_promise: None,
        }
    }

    /// Whether a clock under this rule is its own, also after a date was agreed.
    pub fn asks(&self, rule: &str) -> bool {
        self.rule == rule || self.yields_to_promise.as_deref() == Some(rule)
    }

    fn of(self, severity: Severity) -> Self {
        Self {
            severity: Some(severity),
            ..self
        }
    }

    fn by(self, channel: ComplaintChannel) -> Self {
        Self {
            channel: Some(channel),
            ..self
        }
    }
}

/// 001-a: T-15 to T-22.
fn tiered() -> Vec<ClockLine> {
    use ClockKind::{Answer, HandUp, Inform, Resolve};
    use ClockMetBy::{HandedUp, Informed, Planned, Resolved};
    use Severity::{Important, Major, Minor};
    use Within::{Days, Minutes, SameDay};
    let wished = ClockLine::new(Resolve, "T-21", Days(2), Resolved).of(Minor);
    let told = ClockLine::new(Inform, "T-22", SameDay, Informed);
    vec![
        ClockLine::new(HandUp, "T-15", SameDay, HandedUp).of(Major),
        // A clear answer can be given once a cause and a plan are known (T-32).
        ClockLine::new(Answer, "T-16", Days(2), Planned).of(Major),
        ClockLine::new(Resolve, "T-17", Days(10), Resolved).of(Major),
        ClockLine::new(HandUp, "T-19", Minutes(60), HandedUp).of(Important),
        ClockLine::new(Resolve, "T-20", Days(3), Resolved).of(Important),
        ClockLine {
            yields_to_wish: true,
            ..wished
        },
        ClockLine {
            from_resolution: true,
            ..told
        },
    ]
}

/// 002: T-23 to T-25.
fn by_channel() -> Vec<ClockLine> {
    use ClockKind::Answer;
    use ClockMetBy::Contacted;
    use ComplaintChannel::{Letter, Spoken};
    use Within::WorkingDays;
    vec![
        ClockLine::new(Answer, "T-23", WorkingDays(1), Contacted).by(Spoken),
        ClockLine::new(Answer, "T-24", WorkingDays(3), Contacted).by(Letter),
    ]
}

/// 004-b: T-26, T-27.
fn same_day() -> Vec<ClockLine> {
    use ClockKind::{Answer, Resolve};
    use ClockMetBy::{Contacted, Resolved};
    use Within::SameDay;
    let solved = ClockLine::new(Resolve, "T-26", SameDay, Resolved);
    vec![
        ClockLine::new(Answer, "T-27", SameDay, Contacted),
        ClockLine {
            yields_to_promise: Some("T-27".to_owned()),
            ..solved
        },
    ]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    // CF-01, CF-02, CF-21.
    #[test]
    fn a_community_says_only_what_it_does_otherwise() {
        let said = json!({ "profile": "same_day", "severityScale": "abc" });
        let policy: ComplaintPolicy = serde_json::from_value(said).unwrap();
        assert!(policy.demands_promise() && !ComplaintPolicy::default().demands_promise());
        assert_eq!(policy.title(Severity::Major), "A级");
        assert_eq!(policy.lines().len(), 2);
        let whole = serde_json::to_value(&policy).unwrap();
        assert_eq!(
            serde_json::from_value::<ComplaintPolicy>(whole).unwrap(),
            policy
        );
    }

    #[test]
    fn who_stands_above_decides_too() {
        use PostKind::{Assistant, CsManager, EstateManager, Supervisor};
        let policy = ComplaintPolicy::default();
        for (post, wanted, decides) in [
            (Supervisor, Supervisor, true),
            (EstateManager, Supervisor, true),
            (CsManager, EstateManager, false),
            (Assistant, Supervisor, false),
        ] {
            assert_eq!(policy.decides(post, wanted), decides, "{post:?} {wanted:?}");
        }
        let told: Vec<_> = policy.from(CsManager).collect();
        assert_eq!(told, [CsManager, EstateManager]);
    }
}
