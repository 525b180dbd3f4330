//! Errors as people and programs meet them: a code, and a sentence in Chinese and in English.

use std::error::Error;
use std::sync::Arc;

/// A machine-readable reason. The same code answers online and in a push result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ErrorCode(&'static str);

impl ErrorCode {
    /// The code as it stands on the wire.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident),+ $(,)?) => {
        impl ErrorCode {
            $($(#[doc = $doc])+ pub const $name: Self = Self(stringify!($name));)+

            /// Every code with what it means; `docs/errors.md` is checked against it.
            pub const ALL: &'static [(Self, &'static str)] =
                &[$((Self::$name, concat!($($doc),+))),+];
        }
    };
}

codes! {
    /// Nobody is signed in, or the access token is not valid.
    UNAUTHENTICATED,
    /// The access token has run out; refresh the session.
    TOKEN_EXPIRED,
    /// Account and password do not belong together.
    SIGN_IN_REFUSED,
    /// The refresh token is unknown, used up or of a session that has ended.
    REFRESH_REFUSED,
    /// The device was reported lost; its data must be wiped.
    DEVICE_REVOKED,
    /// Two devices use this sign-in; it has ended for both.
    DEVICE_COPIED,
    /// The account has left; pushes are still taken, into quarantine.
    ACCOUNT_LEFT,
    /// The viewer may know the record but not do this.
    FORBIDDEN,
    /// There is no such record, or the viewer may not know of it.
    NOT_FOUND,
    /// A value is missing, malformed or out of bounds; `field` says which.
    INVALID_INPUT,
    /// The request is not valid GraphQL for this schema.
    INVALID_REQUEST,
    /// The server keeps no persisted queries; send the text of the query.
    PERSISTED_QUERY_NOT_SUPPORTED,
    /// The request is nested too deeply or asks for too much.
    TOO_COMPLEX,
    /// The body is larger than the server takes.
    BODY_TOO_LARGE,
    /// Something with this id or name exists already.
    CONFLICT,
    /// Too many tries; wait `retryAfterMs`.
    RATE_LIMITED,
    /// The server has too much to do; come back after `retryAfterMs`.
    OVERLOADED,
    /// The database was lost while the change was saved; look whether it is there before doing it again.
    OUTCOME_UNKNOWN,
    /// A fault of the server; it has been logged.
    INTERNAL,
    /// A password must have 8 to 128 characters and not be easy to guess.
    PASSWORD_UNSUITABLE,
    /// The ticket cannot take this step from where it stands.
    TICKET_STEP_NOT_ALLOWED,
    /// A closed or cancelled ticket can no longer be edited.
    TICKET_SETTLED,
    /// The one it is to be given to does not work in this community or not in such a post.
    TICKET_ASSIGNEE_UNSUITABLE,
    /// The handover does not take this step where it stands, or not from this person.
    HANDOVER_STEP_NOT_ALLOWED,
    /// Who is named, or came, cannot take over here; or nobody is named where somebody must be.
    HANDOVER_SUCCESSOR_UNSUITABLE,
    /// The visit cannot take this step from where it stands.
    VISIT_STEP_NOT_ALLOWED,
    /// A filed or cancelled visit can no longer be edited.
    VISIT_SETTLED,
    /// Nobody goes to a home without an appointment.
    VISIT_NOT_APPOINTED,
    /// Whoever goes into a home is accompanied by another.
    VISIT_COMPANION_MISSING,
    /// A return visit at home is signed by the owner.
    VISIT_SIGNATURE_MISSING,
    /// The picture of the owner's signature has not arrived yet.
    VISIT_SIGNATURE_AWAITED,
    /// An opinion that is not answered now needs the time of its answer.
    VISIT_REPLY_NOT_PROMISED,
    /// The one who is to go does not work in this community.
    VISIT_VISITOR_UNSUITABLE,
    /// A return visit of this ticket is planned already and has yet to be made.
    VISIT_RETURN_PLANNED,
    /// Whoever complained must be told when he hears again.
    TICKET_PROMISE_MISSING,
    /// The kind of mutation is unknown to this server.
    MUTATION_KIND_UNKNOWN,
    /// The envelope or payload of the mutation cannot be read.
    MUTATION_MALFORMED,
    /// The phone has used this mutation id for something else before; what came is kept.
    MUTATION_ID_REUSED,
    /// A row came with something that phones do not write by rows; it is kept.
    ROW_NOT_WRITABLE,
    /// A sealed value cannot be opened with the keys of this server; it is kept as it is.
    SEALED_UNREADABLE,
    /// What the mutation depends on has not arrived yet.
    MUTATION_WAITS,
    /// What the mutation depends on did not arrive in time.
    MUTATION_ORPHANED,
    /// Another mutation of the same group failed.
    GROUP_FAILED,
    /// So much of this account is in quarantine that no more is kept for now; the phone keeps it.
    QUARANTINE_FULL,
    /// Two people changed the same field; one value is kept in a sync issue.
    FIELD_CONFLICT,
    /// What a mutation said of when, where or on what it was made could not be read; the work was taken.
    WITNESS_UNREADABLE,
    /// The app speaks a protocol this server no longer serves.
    UPGRADE_REQUIRED,
    /// The sync issue has been settled already.
    SYNC_ISSUE_SETTLED,
    /// The unit has no such party.
    RELATION_NOT_FOUND,
    /// The server that did a job gave no sign of life; another one may have taken it over.
    JOB_LEASE_LOST,
    /// A row of an import is faulty.
    IMPORT_FAULTY,
    /// A piece of an attachment does not follow what has arrived.
    ATTACHMENT_OFFSET,
    /// The content of an attachment has another hash than its address says.
    ATTACHMENT_MISMATCH,
    /// The content of an attachment is no picture.
    ATTACHMENT_UNSUITABLE,
    /// The account has too many uploads that are not finished.
    ATTACHMENT_QUOTA,
    /// The point that was reported is none of this community.
    PATROL_POINT_NOT_OF_TASK,
    /// The route would be walked too seldom, too often or too regularly for its rule.
    PATROL_PLAN_UNSUITABLE,
    /// The one who is to walk it does not work in this community.
    PATROL_ASSIGNEE_UNSUITABLE,
    /// A patrol that is done or missed is given to nobody else.
    PATROL_SETTLED,
}

/// The language a person wants to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    English,
    Chinese,
}

impl Language {
    /// From an `Accept-Language` header: whichever of the two is named first.
    pub fn from_header(header: &str) -> Self {
        let wanted = header
            .split(',')
            .map(|part| part.trim().to_ascii_lowercase());
        for tag in wanted {
            if tag.starts_with("zh") {
                return Self::Chinese;
            }
            if tag.starts_with("en") {
                return Self::English;
            }
        }
        Self::English
    }
}

/// A refusal that has a code and can be said in both languages; `Display` is the English.
pub trait Coded: Error + Send + Sync + 'static {
    fn code(&self) -> ErrorCode;

    /// What the caller is told; `Display` where that is fit for him.
    fn english(&self) -> String {
        self.to_string()
    }

    fn chinese(&self) -> String;

    /// The input field at fault.
    fn field(&self) -> Option<&'static str> {
        None
    }

    /// The kind of record that is not there.
    fn missing(&self) -> Option<&'static str> {
        None
    }

    /// Whether what it lacks is on its way: a step that a phone sent is deferred until then.
    fn is_deferrable(&self) -> bool {
        false
    }

    /// How long to wait before trying again.
    fn retry_after_ms(&self) -> Option<u64> {
        None
    }

    /// Whether the same change may succeed when run again at once.
    fn is_transient(&self) -> bool {
        false
    }
}

/// What every command, query and resolver fails with. It has no `Display` on purpose: `?` would
/// otherwise turn it into a GraphQL error without its code.
#[derive(Clone, Debug)]
pub struct ApiError(Arc<dyn Coded>);

impl<E: Coded> From<E> for ApiError {
    fn from(error: E) -> Self {
        Self(Arc::new(error))
    }
}

impl ApiError {
    pub fn code(&self) -> ErrorCode {
        self.0.code()
    }

    pub fn field(&self) -> Option<&'static str> {
        self.0.field()
    }

    pub fn missing(&self) -> Option<&'static str> {
        self.0.missing()
    }

    pub fn is_deferrable(&self) -> bool {
        self.0.is_deferrable()
    }

    pub fn retry_after_ms(&self) -> Option<u64> {
        self.0.retry_after_ms()
    }

    pub fn is_transient(&self) -> bool {
        self.0.is_transient()
    }

    /// Our fault, not the caller's.
    pub fn is_internal(&self) -> bool {
        self.code() == ErrorCode::INTERNAL
    }

    /// The sentence for the caller. Our own faults are told without their inside.
    pub fn message(&self, language: Language) -> String {
        match (self.is_internal(), language) {
            (true, Language::English) => "something went wrong on the server".to_owned(),
            (true, Language::Chinese) => "服务器出了问题".to_owned(),
            (false, Language::English) => self.0.english(),
            (false, Language::Chinese) => self.0.chinese(),
        }
    }

    /// The error of this kind that it is.
    pub fn cause<E: Error + 'static>(&self) -> Option<&E> {
        let error: &dyn Error = &*self.0;
        error.downcast_ref()
    }

    /// The whole chain of causes, for the log.
    pub fn causes(&self) -> String {
        chain(&*self.0)
    }

    /// The record is not there, or not for this viewer.
    pub fn not_found(what: &'static str) -> Self {
        Refusal::NotFound(what).into()
    }

    /// The viewer may know but not do.
    pub fn forbidden() -> Self {
        Refusal::Forbidden.into()
    }

    /// The value of `field` will not do, for the reason given in both languages.
    pub fn invalid(
        field: &'static str,
        english: impl Into<String>,
        chinese: impl Into<String>,
    ) -> Self {
        Refusal::Invalid {
            field,
            english: english.into(),
            chinese: chinese.into(),
        }
        .into()
    }

    /// Something exists already.
    pub fn conflict(what: &'static str) -> Self {
        Refusal::Conflict(what).into()
    }

    /// A fault of ours that no library reported.
    pub fn internal(what: impl Into<String>) -> Self {
        Refusal::Internal(what.into()).into()
    }
}

/// An error with all that caused it, as one line.
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// The refusals that every area shares.
#[derive(Debug, thiserror::Error)]
enum Refusal {
    #[error("there is no such {0}")]
    NotFound(&'static str),
    #[error("you may not do this")]
    Forbidden,
    #[error("{field}: {english}")]
    Invalid {
        field: &'static str,
        english: String,
        chinese: String,
    },
    #[error("this {0} exists already")]
    Conflict(&'static str),
    #[error("{0}")]
    Internal(String),
}

impl Coded for Refusal {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotFound(_) => ErrorCode::NOT_FOUND,
            Self::Forbidden => ErrorCode::FORBIDDEN,
            Self::Invalid { .. } => ErrorCode::INVALID_INPUT,
            Self::Conflict(_) => ErrorCode::CONFLICT,
            Self::Internal(_) => ErrorCode::INTERNAL,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::NotFound(what) => format!("找不到该{}", chinese_name(what)),
            Self::Forbidden => "您没有权限执行此操作".to_owned(),
            Self::Invalid { field, chinese, .. } => format!("{field}：{chinese}"),
            Self::Conflict(what) => format!("该{}已存在", chinese_name(what)),
            Self::Internal(_) => "服务器出了问题".to_owned(),
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::Invalid { field, .. } => Some(field),
            _ => None,
        }
    }

    fn missing(&self) -> Option<&'static str> {
        match self {
            Self::NotFound(what) => Some(what),
            _ => None,
        }
    }
}

/// What a record is called in Chinese (glossary).
fn chinese_name(what: &str) -> &'static str {
    match what {
        "community" => "小区",
        "zone" => "苑区",
        "building" => "楼宇",
        "unit" => "房屋",
        "account" => "账号",
        "session" => "登录设备",
        "staff_member" => "员工",
        "party" => "住户",
        "party_relation" => "住户与房屋的关系",
        "ticket" => "工单",
        "ticket_event" => "处理记录",
        "attachment" => "附件",
        "patrol_point" => "巡查点",
        "patrol_route" => "巡查路线",
        "patrol_task" => "巡查任务",
        "patrol_result" => "巡查结果",
        "handover" => "交接班",
        "handover_event" => "交接班记录",
        "shift" => "班次",
        "duty" => "值班",
        "job" => "后台任务",
        "policy" => "小区规定",
        "visit" => "走回访",
        "visit_event" => "走回访记录",
        "ticket_clock" => "时限",
        "sync_issue" => "同步问题",
        _ => "记录",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_first_of_the_two_that_is_named() {
        for (header, language) in [
            ("zh-CN,zh;q=0.9,en;q=0.8", Language::Chinese),
            ("en-US,zh;q=0.5", Language::English),
            ("fr, zh", Language::Chinese),
            ("", Language::English),
            ("*", Language::English),
        ] {
            assert_eq!(Language::from_header(header), language, "{header}");
        }
    }

    #[test]
    fn our_own_faults_are_told_without_their_inside() {
        let error = ApiError::internal("password of the database is 123");
        assert!(!error.message(Language::English).contains("123"));
        assert!(error.causes().contains("123"));
    }
}
