//! What can be refused about a ticket.

use entity::tickets::TicketState;

use crate::error::{Coded, ErrorCode};

#[derive(Debug, thiserror::Error)]
pub enum TicketError {
    #[error("a ticket that is {} cannot become {}", english(*.from), english(*.to))]
    StepNotAllowed { from: TicketState, to: TicketState },
    #[error("a ticket that is {} can no longer be edited", english(*.0))]
    Settled(TicketState),
    #[error("this person cannot take a repair in this community")]
    AssigneeUnsuitable,
    #[error("a repair is dispatched to somebody; name an assignee")]
    NobodyAssigned,
    #[error("what is {} is not tested with water", english(*.0))]
    NothingToTest(TicketState),
}

impl Coded for TicketError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::StepNotAllowed { .. } | Self::NothingToTest(_) => {
                ErrorCode::TICKET_STEP_NOT_ALLOWED
            }
            Self::Settled(_) => ErrorCode::TICKET_SETTLED,
            Self::AssigneeUnsuitable | Self::NobodyAssigned => {
                ErrorCode::TICKET_ASSIGNEE_UNSUITABLE
            }
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::StepNotAllowed { from, to } => {
                format!("事务单{}，不能转为{}", chinese(*from), chinese(*to))
            }
            Self::Settled(state) => format!("事务单{}，不能再修改", chinese(*state)),
            Self::AssigneeUnsuitable => "此人不能承接本小区的维修".to_owned(),
            Self::NobodyAssigned => "派工须指定维修人员".to_owned(),
            Self::NothingToTest(state) => format!("事务单{}，不能做试水", chinese(*state)),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::AssigneeUnsuitable | Self::NobodyAssigned => Some("assigneeId"),
            _ => None,
        }
    }
}

fn english(state: TicketState) -> &'static str {
    match state {
        TicketState::Recorded => "recorded",
        TicketState::Ordered => "ordered",
        TicketState::Dispatched => "dispatched",
        TicketState::OnSite => "on site",
        TicketState::Finished => "finished",
        TicketState::Closed => "closed",
        TicketState::Cancelled => "cancelled",
        TicketState::Registered => "registered",
        TicketState::Graded => "graded",
        TicketState::Routed => "routed",
        TicketState::Contacted => "contacted",
        TicketState::Planned => "planned",
        TicketState::InProgress => "in progress",
        TicketState::Informed => "informed",
        TicketState::Returned => "returned",
        TicketState::CannotSolve => "unsolvable",
        TicketState::Invalid => "invalid",
    }
}

fn chinese(state: TicketState) -> &'static str {
    match state {
        TicketState::Recorded => "已登记",
        TicketState::Ordered => "已下单",
        TicketState::Dispatched => "已派工",
        TicketState::OnSite => "维修中",
        TicketState::Finished => "已完工",
        TicketState::Closed => "已关闭",
        TicketState::Cancelled => "已取消",
        TicketState::Registered => "已受理",
        TicketState::Graded => "已定级",
        TicketState::Routed => "已转办",
        TicketState::Contacted => "已联系",
        TicketState::Planned => "已定方案",
        TicketState::InProgress => "处理中",
        TicketState::Informed => "已告知",
        TicketState::Returned => "已回访",
        TicketState::CannotSolve => "无法解决",
        TicketState::Invalid => "无效",
    }
}
