//! What can be refused about a patrol.

use entity::patrol::{PatrolTaskState, Per};
use entity::words::Word as _;

use crate::error::{Coded, ErrorCode};

#[derive(Debug, thiserror::Error)]
pub enum PatrolError {
    #[error("this point is none of this community")]
    PointNotOfTask,
    #[error("by {rule} this patrol is walked at least {least} times per {}", english_per(*.per))]
    TooSeldom { rule: String, least: u32, per: Per },
    #[error("by {rule} this patrol is walked at most {most} times per {}", english_per(*.per))]
    TooOften { rule: String, most: u32, per: Per },
    #[error("by {rule} this patrol is walked at irregular times")]
    TooRegular { rule: String },
    #[error("this person does not work in this community")]
    AssigneeUnsuitable,
    #[error("a patrol that is {} can no longer be changed", .0.english())]
    Settled(PatrolTaskState),
}

impl Coded for PatrolError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::PointNotOfTask => ErrorCode::PATROL_POINT_NOT_OF_TASK,
            Self::TooSeldom { .. } | Self::TooOften { .. } | Self::TooRegular { .. } => {
                ErrorCode::PATROL_PLAN_UNSUITABLE
            }
            Self::AssigneeUnsuitable => ErrorCode::PATROL_ASSIGNEE_UNSUITABLE,
            Self::Settled(_) => ErrorCode::PATROL_SETTLED,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::PointNotOfTask => "该巡查点不属于本小区".to_owned(),
            Self::TooSeldom { rule, least, per } => {
                format!("按 {rule}，{}巡查不得少于 {least} 次", chinese_per(*per))
            }
            Self::TooOften { rule, most, per } => {
                format!("按 {rule}，{}巡查不得多于 {most} 次", chinese_per(*per))
            }
            Self::TooRegular { rule } => format!("按 {rule}，巡查须不定时进行"),
            Self::AssigneeUnsuitable => "此人不在本小区工作".to_owned(),
            Self::Settled(state) => format!("巡查任务{}，不能再修改", state.chinese()),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::PointNotOfTask => Some("pointId"),
            Self::TooSeldom { .. } | Self::TooOften { .. } | Self::TooRegular { .. } => {
                Some("plan")
            }
            Self::AssigneeUnsuitable => Some("assigneeId"),
            Self::Settled(_) => None,
        }
    }
}

fn english_per(per: Per) -> &'static str {
    match per {
        Per::Day => "day",
        Per::Week => "week",
        Per::Month => "month",
    }
}

fn chinese_per(per: Per) -> &'static str {
    match per {
        Per::Day => "每日",
        Per::Week => "每周",
        Per::Month => "每月",
    }
}
