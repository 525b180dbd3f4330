//! Plans and checklists in the API, as they are asked for and given.

use async_graphql::{Enum, InputObject, SimpleObject};
use entity::patrol as stored;

/// What an item of a checklist asks for.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(name = "PatrolCheckKind", remote = "stored::CheckKind")]
pub enum CheckKind {
    /// Yes or no.
    Check,
    /// A number.
    Number,
    /// Words.
    Text,
}

/// What a result is proved by.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "stored::Evidence")]
pub enum PatrolEvidence {
    /// The code of the point was read.
    Code,
    /// A photo.
    Photo,
    /// Where the phone was: at the point, where the point has a position.
    Position,
    /// Everything that must be answered was.
    Answers,
}

/// The stretch of time that `times` of a plan counts in.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(name = "PatrolPer", remote = "stored::Per")]
pub enum Per {
    /// A day.
    Day,
    /// A week, from Monday on.
    Week,
    /// A month.
    Month,
}

/// One question to be answered at a point.
#[derive(SimpleObject, InputObject)]
#[graphql(name = "PatrolCheckItem", input_name = "PatrolCheckItemInput")]
pub struct CheckItem {
    /// Names it in the answers; unique in its checklist.
    key: String,
    title: String,
    kind: CheckKind,
    /// Without an answer the result does not count.
    is_required: bool,
}

/// From one time of the local clocks to another; over midnight where it ends before it begins.
#[derive(SimpleObject, InputObject)]
#[graphql(name = "PatrolWindow", input_name = "PatrolWindowInput")]
pub struct Window {
    /// `22:00`
    from: String,
    /// `02:00`
    to: String,
}

/// When a route is walked.
#[derive(SimpleObject, InputObject)]
#[graphql(name = "PatrolPlan", input_name = "PatrolPlanInput")]
pub struct Plan {
    per: Per,
    /// 1 to 48.
    times: u32,
    /// The whole day when there is none; with fewer windows than times they are cut into parts.
    windows: Vec<Window>,
    /// Of a week: 1 is Monday, 7 is Sunday. Spread over the week when there is none.
    weekdays: Vec<u32>,
    /// Nobody can foresee it: each time may fall anywhere in the windows, each month has other days.
    irregular: bool,
}

impl From<stored::CheckItem> for CheckItem {
    fn from(item: stored::CheckItem) -> Self {
        Self {
            key: item.key,
            title: item.title,
            kind: item.kind.into(),
            is_required: item.is_required,
        }
    }
}

impl From<CheckItem> for stored::CheckItem {
    fn from(item: CheckItem) -> Self {
        Self {
            key: item.key,
            title: item.title,
            kind: item.kind.into(),
            is_required: item.is_required,
        }
    }
}

impl From<stored::Plan> for Plan {
    fn from(plan: stored::Plan) -> Self {
        let window = |stored::Window { from, to }| Window { from, to };
        Self {
            per: plan.per.into(),
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
            per: plan.per.into(),
            times: plan.times,
            windows: plan.windows.into_iter().map(window).collect(),
            weekdays: plan.weekdays,
            irregular: plan.irregular,
        }
    }
}
