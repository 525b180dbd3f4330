//! Closed lists of words.

/// Enums whose values are words: stored and sent by phones in `snake_case`, so that one means the same in the
/// database, in JSON and on a phone, and in upper case in GraphQL. What is said of them here is what the schema says.
macro_rules! words {
    ($($(#[$about:meta])* $name:ident { $($(#[$meaning:meta])* $word:ident),+ $(,)? })+) => {$(
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
    )+};
}
