//! Plans and checklists in the API, as they are asked for and given.

use async_graphql::{InputObject, SimpleObject};
use entity::patrol as stored;
use entity::patrol::{CheckKind, Per};

/// One question to be answered at a point.
#[derive(SimpleObject, InputObject)]
#[graphql(name = "PatrolCheckItem", input_name = "PatrolCheckItemInput")]
pub struct CheckItem {
    /// Names the question in the answers: 1 to 200 characters, unique in its checklist.
    key: String,
    /// The question as it is shown.
    title: String,
    /// What kind of answer it asks for.
    kind: CheckKind,
    /// Whether a result without this answer does not count.
    is_required: bool,
}

/// A part of the day, in local time; over midnight when it ends before it begins.
#[derive(SimpleObject, InputObject)]
#[graphql(name = "PatrolWindow", input_name = "PatrolWindowInput")]
pub struct Window {
    /// When it begins: `22:00`.
    from: String,
    /// When it ends: `02:00`.
    to: String,
}

/// How often and when a route is walked.
#[derive(SimpleObject, InputObject)]
#[graphql(name = "PatrolPlan", input_name = "PatrolPlanInput")]
pub struct Plan {
    /// The period.
    per: Per,
    /// How many times per period, 1 to 48.
    times: u32,
    /// When it may be walked; the whole day when empty. With fewer windows than `times` they are
    /// divided.
    windows: Vec<Window>,
    /// On which days of a week: 1 is Monday, 7 is Sunday. Spread over the week when empty.
    weekdays: Vec<u32>,
    /// Whether its times cannot be foreseen: each falls anywhere in the windows, and each month has
    /// other days.
    irregular: bool,
}

impl From<stored::CheckItem> for CheckItem {
    fn from(item: stored::CheckItem) -> Self {
        Self {
            key: item.key,
            title: item.title,
            kind: item.kind,
            is_required: item.is_required,
        }
    }
}

impl From<CheckItem> for stored::CheckItem {
    fn from(item: CheckItem) -> Self {
        Self {
            key: item.key,
            title: item.title,
            kind: item.kind,
            is_required: item.is_required,
        }
    }
}

impl From<stored::Plan> for Plan {
    fn from(plan: stored::Plan) -> Self {
        let window = |stored::Window { from, to }| Window { from, to };
        Self {
            per: plan.per,
            times: plan.times,
            windows: plan.windows.into_iter().map(window).collect(),
            weekdays: plan.weekdays,
            irregular: plan.irregular,
        }
    }
}

impl From<Plan> for stored::Plan {
    fn from(plan: Plan) -> Self {
        let window = |Window { from, to }| stored::Window { from, to };
        Self {
            per: plan.per,
            times: plan.times,
            windows: plan.windows.into_iter().map(window).collect(),
            weekdays: plan.weekdays,
            irregular: plan.irregular,
        }
    }
}
