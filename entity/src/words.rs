//! Closed lists of words.

use sea_orm::{ActiveEnum, Iterable};

/// A word of a closed list, and what it is called: in messages, on the board, in workbooks.
pub trait Word: Copy + PartialEq + Iterable + ActiveEnum<Value = String> + 'static {
    /// Each word with its English and its Chinese name; of lists that nobody is shown none.
    const NAMES: &'static [(Self, &'static str, &'static str)];

    /// As the API says it: `ON_SITE`.
    fn in_api(self) -> String {
        self.to_value().to_uppercase()
    }

    fn english(self) -> &'static str {
        Self::NAMES
            .iter()
            .find(|(word, ..)| *word == self)
            .map_or("", |(_, english, _)| english)
    }

    fn chinese(self) -> &'static str {
        Self::NAMES
            .iter()
            .find(|(word, ..)| *word == self)
            .map_or("", |(.., chinese)| chinese)
    }
}

/// Enums whose values are words: stored and sent by phones in `snake_case`, so that one means the same in the
/// database, in JSON and on a phone, and in upper case in GraphQL. What is said of them here is what the schema says;
/// what they are called, where somebody is shown them, stands behind each: `Ordered = "ordered" "已下单"`.
macro_rules! words {
    ($(
        $(#[$about:meta])*
        $name:ident { $($(#[$meaning:meta])* $word:ident $(= $english:literal $chinese:literal)?),+ $(,)? }
    )+) => {$(
        #[derive(
            Clone,
            Copy,
            Debug,
            PartialEq,
            Eq,
            PartialOrd,
            Ord,
            Hash,
            serde::Serialize,
            serde::Deserialize,
            schemars::JsonSchema,
            sea_orm::EnumIter,
            sea_orm::DeriveActiveEnum,
            async_graphql::Enum,
        )]
        #[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
        #[serde(rename_all = "snake_case")]
        $(#[$about])*
        pub enum $name {
            $($(#[$meaning])* $word,)+
        }

        impl crate::words::Word for $name {
            const NAMES: &'static [(Self, &'static str, &'static str)] =
                &[$($((Self::$word, $english, $chinese),)?)+];
        }
    )+};
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::duty::HandoverState;
    use crate::kinds::{Occupancy, PostKind, RelationKind};
    use crate::patrol::PatrolTaskState;
    use crate::tickets::{Priority, TicketKind, TicketState};
    use crate::visits::{VisitKind, VisitState};

    /// Of a list that people are shown each word has a name in both languages, and no two the same.
    fn is_named<W: Word>() {
        let names = [Word::english as fn(W) -> &'static str, Word::chinese];
        for name in names {
            let names: Vec<_> = W::iter().map(name).collect();
            let once: HashSet<_> = names.iter().collect();
            assert_eq!(once.len(), names.len(), "{names:?}");
            assert!(!names.contains(&""), "{names:?}");
        }
    }

    #[test]
    fn every_word_that_people_are_shown_has_a_name_in_both_languages() {
        is_named::<TicketState>();
        is_named::<TicketKind>();
        is_named::<Priority>();
        is_named::<VisitState>();
        is_named::<VisitKind>();
        is_named::<HandoverState>();
        is_named::<PatrolTaskState>();
        is_named::<PostKind>();
        is_named::<Occupancy>();
        is_named::<RelationKind>();
    }
}
