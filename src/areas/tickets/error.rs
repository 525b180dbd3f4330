//! What can be refused about a ticket.

use entity::tickets::TicketState;
use entity::words::Word as _;

use crate::error::{Coded, ErrorCode};

#[derive(Debug, thiserror::Error)]
pub enum TicketError {
    #[error("a ticket that is {} cannot become {}", .from.english(), .to.english())]
    StepNotAllowed { from: TicketState, to: TicketState },
    #[error("a ticket that is {} can no longer be edited", .0.english())]
    Settled(TicketState),
    #[error("this person cannot take a repair in this community")]
    AssigneeUnsuitable,
    #[error("a repair is dispatched to somebody; name an assignee")]
    NobodyAssigned,
    #[error("what is {} is not tested with water", .0.english())]
    NothingToTest(TicketState),
    #[error("only complaints are graded, routed, handed up and resolved")]
    NoComplaint,
    #[error("grading names a severity and routing a responsible; they are steps of their own")]
    StepNamesMore,
    #[error("a complaint that is {} has no result yet", .0.english())]
    NothingToResolve(TicketState),
    #[error("say when the complainant hears again, later than now")]
    PromiseMissing,
    #[error("this person does not work in this community")]
    ResponsibleUnsuitable,
    #[error("this person holds no post that decides about complaints in this community")]
    DecidesNothing,
    #[error("a complaint without a name is written down by staff")]
    AnonymousResident,
}

impl Coded for TicketError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::StepNotAllowed { .. }
            | Self::NothingToTest(_)
            | Self::NoComplaint
            | Self::StepNamesMore
            | Self::NothingToResolve(_) => ErrorCode::TICKET_STEP_NOT_ALLOWED,
            Self::PromiseMissing => ErrorCode::TICKET_PROMISE_MISSING,
            Self::AnonymousResident => ErrorCode::INVALID_INPUT,
            Self::Settled(_) => ErrorCode::TICKET_SETTLED,
            Self::AssigneeUnsuitable
            | Self::NobodyAssigned
            | Self::ResponsibleUnsuitable
            | Self::DecidesNothing => ErrorCode::TICKET_ASSIGNEE_UNSUITABLE,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::StepNotAllowed { from, to } => {
                format!("工单{}，不能转为{}", from.chinese(), to.chinese())
            }
            Self::Settled(state) => format!("工单{}，不能再修改", state.chinese()),
            Self::AssigneeUnsuitable => "此人不能承接本小区的维修".to_owned(),
            Self::NobodyAssigned => "派工须指定维修人员".to_owned(),
            Self::NothingToTest(state) => format!("工单{}，不能做试水", state.chinese()),
            Self::NoComplaint => "只有投诉可以定级、转办、呈报和登记处理结果".to_owned(),
            Self::StepNamesMore => "定级须指明级别，转办须指明责任人，请用各自的操作".to_owned(),
            Self::NothingToResolve(state) => format!("投诉{}，尚无处理结果", state.chinese()),
            Self::PromiseMissing => "须承诺下次回复的时间，且晚于现在".to_owned(),
            Self::ResponsibleUnsuitable => "此人不在本小区任职".to_owned(),
            Self::DecidesNothing => "此人在本小区不担任处理呈报投诉的职务".to_owned(),
            Self::AnonymousResident => "匿名投诉由工作人员登记".to_owned(),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::AssigneeUnsuitable | Self::NobodyAssigned => Some("assigneeId"),
            Self::ResponsibleUnsuitable => Some("responsibleId"),
            Self::DecidesNothing => Some("staffMemberId"),
            Self::PromiseMissing => Some("replyPromisedAt"),
            Self::AnonymousResident => Some("isAnonymous"),
            _ => None,
        }
    }
}
