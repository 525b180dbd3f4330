//! A query that asks for more than a request may.

use super::limits::{
    ARGUMENTS, DEFINITIONS, DIRECTIVES, MUTATION_FIELDS, NAME, NESTING, QUERY_FIELDS,
    SELECTION_DEPTH, SELECTIONS, TEXT, TOKENS, VARIABLES,
};
use crate::error::{Coded, ErrorCode};

/// Of what it has too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooMuch {
    #[error("the text of the query is longer than {TEXT} bytes; send what is large as variables")]
    Text,
    #[error("the query has more than {TOKENS} words and signs")]
    Tokens,
    #[error("a name in the query is longer than {NAME} characters")]
    Name,
    #[error("the query has more than {DIRECTIVES} directives")]
    Directives,
    #[error("the query is nested too deep: more than {NESTING} brackets")]
    Nesting,
    #[error("the query has more than {DEFINITIONS} operations and fragments")]
    Definitions,
    #[error("an operation has more than {VARIABLES} variables")]
    Variables,
    #[error("a fragment contains itself")]
    Cycle,
    #[error("the query is nested too deep: more than {SELECTION_DEPTH} selections")]
    SelectionDepth,
    #[error("the query selects more than {SELECTIONS} fields with its fragments written out")]
    Selections,
    #[error("the arguments of the query have more than {ARGUMENTS} bytes in all")]
    Arguments,
    #[error("a query has at most {QUERY_FIELDS} fields at its root; send several requests")]
    QueryFields,
    #[error("a mutation has at most {MUTATION_FIELDS} fields; send several requests")]
    MutationFields,
    #[error("a subscription has one field; open several")]
    SubscriptionFields,
}

impl Coded for TooMuch {
    fn code(&self) -> ErrorCode {
        ErrorCode::TOO_COMPLEX
    }

    fn chinese(&self) -> String {
        match self {
            Self::Text => format!("查询文本超过 {TEXT} 字节，较大的内容请用变量发送"),
            Self::Tokens => format!("查询中的词和符号超过 {TOKENS} 个"),
            Self::Name => format!("查询中有名称超过 {NAME} 个字符"),
            Self::Directives => format!("查询中的指令超过 {DIRECTIVES} 个"),
            Self::Nesting => format!("查询嵌套过深：括号超过 {NESTING} 层"),
            Self::Definitions => format!("查询中的操作和片段超过 {DEFINITIONS} 个"),
            Self::Variables => format!("一个操作的变量超过 {VARIABLES} 个"),
            Self::Cycle => "片段引用了自身".to_owned(),
            Self::SelectionDepth => format!("查询嵌套过深：超过 {SELECTION_DEPTH} 层"),
            Self::Selections => format!("展开片段后，查询的字段超过 {SELECTIONS} 个"),
            Self::Arguments => format!("查询的参数合计超过 {ARGUMENTS} 字节"),
            Self::QueryFields => format!("一次查询最多 {QUERY_FIELDS} 个根字段，请分次发送"),
            Self::MutationFields => format!("一次变更最多 {MUTATION_FIELDS} 个字段，请分次发送"),
            Self::SubscriptionFields => "一个订阅只能有一个字段，请分别订阅".to_owned(),
        }
    }
}
