//! What can be refused about shifts and handovers.

use entity::duty::HandoverState;
use entity::words::Word as _;

use crate::error::{Coded, ErrorCode};

#[derive(Debug, thiserror::Error)]
pub enum DutyError {
    #[error("a handover that is {} does not take this step", .0.english())]
    StepNotAllowed(HandoverState),
    #[error("count every piece of equipment")]
    NotCounted,
    #[error("this person cannot take over here")]
    SuccessorUnsuitable,
    #[error("name a successor: nobody else would see this handover")]
    SuccessorUnnamed,
    #[error("a time of day is written like 07:30")]
    NoTimeOfDay(&'static str),
    #[error("there is a shift of this code already")]
    CodeTaken,
    #[error("this shift is no longer worked")]
    ShiftRetired,
}

impl Coded for DutyError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::StepNotAllowed(_) => ErrorCode::HANDOVER_STEP_NOT_ALLOWED,
            Self::SuccessorUnsuitable | Self::SuccessorUnnamed => {
                ErrorCode::HANDOVER_SUCCESSOR_UNSUITABLE
            }
            Self::NotCounted | Self::NoTimeOfDay(_) | Self::ShiftRetired => {
                ErrorCode::INVALID_INPUT
            }
            Self::CodeTaken => ErrorCode::CONFLICT,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::StepNotAllowed(state) => format!("交接班{}，不能进行此步骤", state.chinese()),
            Self::NotCounted => "请逐项点清器械".to_owned(),
            Self::SuccessorUnsuitable => "此人不能在此接班".to_owned(),
            Self::SuccessorUnnamed => "请指定接班人，否则无人能看到此交接班".to_owned(),
            Self::NoTimeOfDay(_) => "时间须写作 07:30 的形式".to_owned(),
            Self::CodeTaken => "已有同名班次".to_owned(),
            Self::ShiftRetired => "该班次已停用".to_owned(),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::StepNotAllowed(_) => None,
            Self::NotCounted => Some("equipment"),
            Self::SuccessorUnsuitable | Self::SuccessorUnnamed => Some("incomingId"),
            Self::NoTimeOfDay(field) => Some(field),
            Self::CodeTaken => Some("code"),
            Self::ShiftRetired => Some("shiftId"),
        }
    }
}
