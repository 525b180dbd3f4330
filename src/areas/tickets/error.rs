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
}

impl Coded for TicketError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::StepNotAllowed { .. } => ErrorCode::TICKET_STEP_NOT_ALLOWED,
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
    }
}
