//! Patrols: points, routes, tasks and what was found.

pub mod patrol_point;
pub mod patrol_result;
pub mod patrol_route;
pub mod patrol_task;

use crate::kinds::PostKind;
use sea_orm::FromJsonQueryResult;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::ids::PatrolPointId;

words! {
    /// Why a patrol is to be walked.
    PatrolReason {
        /// It is a turn of its route.
        Plan,
        /// A supervisor ordered it.
        Ordered,
        /// A supervisor ordered it because heavy rain is coming or has passed (大雨).
        Rain,
    }

    /// Whether those whom it concerns may know of a patrol before it begins (P-04, P-11).
    Notice {
        Announced,
        /// Only who plans or makes inspections, and who is to make this one.
        Unannounced,
    }
}

impl Notice {
    /// Inspections come unannounced, and so do the rounds at irregular times of who plans inspections.
    /// Others must know of their rounds to walk them.
    pub fn of(post: PostKind, is_irregular: bool) -> Self {
        if post == PostKind::Inspector || is_irregular && post.inspects() {
            Self::Unannounced
        } else {
            Self::Announced
        }
    }
}

words! {
    /// How far a patrol has come.
    PatrolTaskState {
        /// Nobody has begun (待巡查).
        Due = "due" "待巡查",
        /// Something was reported, and points are left (巡查中).
        InProgress = "in progress" "巡查中",
        /// Every point was seen in time, with the evidence that was asked for (已完成).
        Done = "done" "已完成",
        /// Its window passed before every point was seen (已漏巡).
        Missed = "missed" "已漏巡",
    }

    /// What kind of answer a question of a checklist asks for.
    #[graphql(name = "PatrolCheckKind")]
    CheckKind {
        /// Yes or no: true or false.
        Check,
        /// A number.
        Number,
        /// Words, at most 4000 characters.
        Text,
    }
}

/// One question to be answered at a point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CheckItem {
    /// Names it in the answers.
    pub key: String,
    pub title: String,
    pub kind: CheckKind,
    #[serde(default)]
    pub is_required: bool,
}

/// What is to be looked at, in this order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Checklist(pub Vec<CheckItem>);

/// Points in the order they are walked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct PointIds(pub Vec<PatrolPointId>);

/// Photos by the SHA-256 of their bytes, in lower-case hex.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Photos(pub Vec<String>);

/// The answers by the keys of the checklist.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Answers(pub Map<String, Value>);

/// Keys of answers that nobody asked for, or not in that way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct AnswerKeys(pub Vec<String>);

words! {
    /// What proves that somebody was at a point and looked.
    #[graphql(name = "PatrolEvidence")]
    Evidence {
        /// The code on the label of the point was read.
        Code,
        /// A photo was taken.
        Photo,
        /// The phone told its position, and was near the point where the point has a position.
        Position,
        /// Every required question of the checklist was answered.
        Answers,
    }
}

/// The evidence that was asked for and is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct MissingEvidence(pub Vec<Evidence>);

words! {
    /// The period in which `times` of a plan is counted.
    #[graphql(name = "PatrolPer")]
    Per {
        /// A day of the community.
        Day,
        /// A week, Monday to Sunday.
        Week,
        /// A calendar month.
        Month,
    }
}

/// From one time of the local clocks to another; over midnight where it ends before it begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Window {
    /// `22:00`
    pub from: String,
    /// `02:00`
    pub to: String,
}

/// When a route is walked.
///
/// Shape of the column `plan`: `{"per": "day", "times": 2, "windows": [{"from": "22:00", "to": "02:00"}]}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Plan {
    pub per: Per,
    pub times: u32,
    /// The whole day when there is none.
    #[serde(default)]
    pub windows: Vec<Window>,
    /// Of a week: 1 is Monday, 7 is Sunday. Spread over the week when there is none.
    #[serde(default)]
    pub weekdays: Vec<u32>,
    /// Nobody can foresee it: each time may fall anywhere in the windows, each month has other days.
    #[serde(default)]
    pub irregular: bool,
}
