//! How much one request may ask for.

/// Deepest nesting of fields.
pub const DEPTH: usize = 15;

/// Fields in all, lists counted by the size asked for.
pub const COMPLEXITY: usize = 20_000;

/// Directives on one field.
pub const DIRECTIVES: usize = 8;

/// The longest text of a single free field, in characters.
pub const TEXT: usize = 4_000;

/// The longest text of a one-line field, in characters.
pub const LINE: usize = 200;
