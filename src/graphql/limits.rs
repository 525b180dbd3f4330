//! How much one request may ask for, and what its fields cost.

use crate::database::page::MOST;

/// Bytes in the text of a query. What is large belongs into variables.
pub const TEXT: usize = 64 << 10;

/// Words, numbers, texts and signs in a query.
pub const TOKENS: usize = 8_000;

/// Bytes in one name.
pub const NAME: usize = 128;

/// Directives in a whole query.
pub const DIRECTIVES: usize = 100;

/// Deepest nesting of brackets in the text of a query. The parser recurses and would run out of
/// stack long before the other limits are asked.
pub const NESTING: usize = 64;

/// Operations and fragments in a query.
pub const DEFINITIONS: usize = 100;

/// Variables of one operation.
pub const VARIABLES: usize = 100;

/// Deepest nesting of selections, fragments included.
pub const SELECTION_DEPTH: usize = 32;

/// Selections of a query with its fragments written out.
pub const SELECTIONS: usize = 4_000;

/// Fields at the root of a query.
pub const QUERY_FIELDS: usize = 50;

/// Fields at the root of a mutation: each is a change of its own.
pub const MUTATION_FIELDS: usize = 20;

/// Fields at the root of a subscription, as GraphQL has it.
pub const SUBSCRIPTION_FIELDS: usize = 1;

/// Bytes of arguments with fragments and variables written out: each field takes a copy of its own.
pub const ARGUMENTS: usize = 8 << 20;

/// Values in the body of a request. In memory each is many times larger than a comma.
pub const VALUES: usize = 200_000;

/// Bytes of a request by a caller without a good token: enough to sign in, and for any query.
pub const UNSIGNED: usize = 64 << 10;

/// Deepest nesting of fields.
pub const DEPTH: usize = 15;

/// The price of a whole request, in fields.
pub const COMPLEXITY: usize = 20_000;

/// What a statement costs, in fields.
pub const STATEMENT: usize = 200;

/// The price of a page of a list; `first` as `page_arguments` reads it.
pub fn page(first: Option<i32>, child: usize) -> usize {
    let asked = first.and_then(|first| u64::try_from(first.max(0)).ok());
    let rows = asked.unwrap_or(50).min(MOST);
    STATEMENT + usize::try_from(rows).unwrap_or(usize::MAX) * child
}

/// The price of a list that is given whole and has about so many rows.
pub fn whole(rows: usize, child: usize) -> usize {
    statements(1) + rows * child
}

/// The price of what takes so many statements, whatever is asked of it.
pub fn statements(count: usize) -> usize {
    count * STATEMENT
}
