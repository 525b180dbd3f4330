//! What can be refused about a visit.

use entity::visits::VisitState;
use entity::words::Word as _;

use crate::error::{Coded, ErrorCode};

#[derive(Debug, thiserror::Error)]
pub enum VisitError {
    #[error("a visit that is {} cannot become {}", .from.english(), .to.english())]
    StepNotAllowed { from: VisitState, to: VisitState },
    #[error("a visit that is {} can no longer be edited", .0.english())]
    Settled(VisitState),
    #[error("nobody goes to a home without an appointment")]
    NotAppointed,
    #[error("whoever goes into a home is accompanied; name a companion")]
    CompanionMissing,
    #[error("a return visit at home is signed by the owner")]
    SignatureMissing,
    #[error(
        "the picture of the owner's signature has not arrived; let the phone that took it send it, or finish the visit again with another signature"
    )]
    SignatureAwaited,
    #[error("say when an opinion will be answered that is not answered now")]
    ReplyNotPromised,
    #[error("this person cannot make visits in this community")]
    VisitorUnsuitable,
    #[error("a return visit of this ticket is planned and has yet to be made")]
    ReturnPlanned,
}

impl Coded for VisitError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::StepNotAllowed { .. } => ErrorCode::VISIT_STEP_NOT_ALLOWED,
            Self::Settled(_) => ErrorCode::VISIT_SETTLED,
            Self::NotAppointed => ErrorCode::VISIT_NOT_APPOINTED,
            Self::CompanionMissing => ErrorCode::VISIT_COMPANION_MISSING,
            Self::SignatureMissing => ErrorCode::VISIT_SIGNATURE_MISSING,
            Self::SignatureAwaited => ErrorCode::VISIT_SIGNATURE_AWAITED,
            Self::ReplyNotPromised => ErrorCode::VISIT_REPLY_NOT_PROMISED,
            Self::VisitorUnsuitable => ErrorCode::VISIT_VISITOR_UNSUITABLE,
            Self::ReturnPlanned => ErrorCode::VISIT_RETURN_PLANNED,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::StepNotAllowed { from, to } => {
                format!("走回访{}，不能转为{}", from.chinese(), to.chinese())
            }
            Self::Settled(state) => format!("走回访{}，不能再修改", state.chinese()),
            Self::NotAppointed => "上门须先电话预约".to_owned(),
            Self::CompanionMissing => "入户须两人同行，请指定同行人".to_owned(),
            Self::SignatureMissing => "上门回访须业主签字".to_owned(),
            Self::SignatureAwaited => {
                "业主签字的图片尚未上传，请由拍摄的手机上传，或重新签字后再次提交".to_owned()
            }
            Self::ReplyNotPromised => "不能当场答复的意见须告知回复时间".to_owned(),
            Self::VisitorUnsuitable => "此人不能承担本小区的走回访".to_owned(),
            Self::ReturnPlanned => "该工单已有待完成的回访".to_owned(),
        }
    }

    fn is_deferrable(&self) -> bool {
        matches!(self, Self::SignatureAwaited)
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::CompanionMissing => Some("companionId"),
            Self::SignatureMissing => Some("signature"),
            Self::ReplyNotPromised => Some("replyPromisedAt"),
            Self::VisitorUnsuitable => Some("visitorId"),
            Self::ReturnPlanned => Some("ticketId"),
            _ => None,
        }
    }
}
