//! What is declared of a record, once: which fields it has on every face, what they mean, who sees them,
//! what phones write into them, and how edits of them are merged. Documents, row columns, edits and docs
//! follow from it.

mod camel;
mod column;
mod edit;

use serde_json::{Map, Value};

pub(crate) use self::camel::camel;
pub use self::camel::{camel_length, camel_letters};
pub use self::column::{
    BOOT_ID, COMMUNITY_ID, CONTACT_ID, Column, ELAPSED_MS, OBSERVED_AT, OBSERVED_MARK, RECEIVED_AT,
    Shape, Written,
};
pub(crate) use self::edit::edited_columns;
pub use self::edit::{EditRecord, Edited, Editing, editable};
use super::merge::Policy;
use crate::auth::Viewer;
use crate::database::Record;
use crate::database::sealed::{Keyring, Purpose, Sealed};
use crate::text::Size;

/// A record whose fields are declared.
pub trait Declared: Record {
    /// All fields but the id.
    const FIELDS: &'static [Field<Self>];
}

/// Who looks at a record, and what opens its sealed values.
pub struct Lens<'a> {
    pub viewer: &'a Viewer,
    pub keys: &'a Keyring,
}

impl Lens<'_> {
    /// A sealed value in full; none where it does not open, which costs that field and no more.
    pub fn open(&self, purpose: Purpose, sealed: Option<&Sealed>) -> Option<String> {
        sealed.and_then(|sealed| self.keys.open_if_possible(purpose, sealed))
    }
}

/// Reads a field of a record.
type Read<M> = fn(&M, &Lens<'_>) -> serde_json::Result<Value>;

/// One field of a record.
pub struct Field<M: 'static> {
    pub column: Column,
    /// None of what phones write and nobody reads.
    read: Option<Read<M>>,
    shown_to: Option<fn(&Viewer, &M) -> bool>,
    is_personal: bool,
    editing: Option<Editing<M>>,
}

#[expect(
    clippy::missing_panics_doc,
    reason = "what cannot be declared together does not compile"
)]
impl<M> Field<M> {
    pub const fn new(column: Column, read: Read<M>) -> Self {
        Self {
            read: Some(read),
            ..Self::only_written(column)
        }
    }

    /// Written by phones, and read by nobody.
    pub const fn only_written(column: Column) -> Self {
        Self {
            column,
            read: None,
            shown_to: None,
            is_personal: false,
            editing: None,
        }
    }

    #[must_use]
    pub const fn optional(self) -> Self {
        let column = self.column.optional();
        Self { column, ..self }
    }

    #[must_use]
    pub const fn once(self) -> Self {
        assert!(self.editing.is_none(), "what is edited is not written once");
        let column = self.column.once();
        Self { column, ..self }
    }

    /// Changes by steps, from one of these values on.
    #[must_use]
    pub const fn by_step(self, initial: &'static str) -> Self {
        assert!(self.editing.is_none(), "what is edited changes by no step");
        let column = self.column.by_step(initial);
        Self { column, ..self }
    }

    /// To these viewers only: others are shown nothing in its place.
    #[must_use]
    pub const fn shown_to(self, shown_to: fn(&Viewer, &M) -> bool) -> Self {
        assert!(self.column.has_nothing(), "it is never null");
        Self {
            shown_to: Some(shown_to),
            ..self
        }
    }

    /// A personal value in full: whoever is shown it is audited.
    #[must_use]
    pub const fn personal(self) -> Self {
        Self {
            is_personal: true,
            ..self
        }
    }

    /// A text that may be edited.
    #[must_use]
    pub const fn edited_text(
        self,
        policy: Policy,
        size: Size,
        get: edit::Get<M>,
        put: edit::Put<M>,
    ) -> Self {
        self.edited(Editing::text(policy, size, get, put))
    }

    /// A word that may be edited.
    #[must_use]
    pub const fn edited_word(self, policy: Policy, get: edit::Get<M>, put: edit::Put<M>) -> Self {
        self.edited(Editing::word(policy, get, put))
    }

    const fn edited(self, editing: Editing<M>) -> Self {
        Self {
            column: self.column.edited(),
            editing: Some(editing),
            ..self
        }
    }

    /// Of a text that may be edited: it may not be empty.
    #[must_use]
    pub const fn required(self) -> Self {
        let editing = match self.editing {
            Some(editing) => Some(editing.required()),
            None => panic!("only of what is edited"),
        };
        Self { editing, ..self }
    }

    /// Of a word that is merged by its rank: all words, lowest first.
    #[must_use]
    pub const fn ranked(self, ranks: &'static [&'static str]) -> Self {
        let editing = match self.editing {
            Some(editing) => Some(editing.ranked(ranks)),
            None => panic!("only of what is edited"),
        };
        Self { editing, ..self }
    }

    /// Whether this viewer is shown what it holds.
    fn is_shown(&self, row: &M, viewer: &Viewer) -> bool {
        self.shown_to.is_none_or(|shown_to| shown_to(viewer, row))
    }
}

/// What a viewer gets to see of a record. He is known to see it at all.
pub struct Document {
    /// By the names of the fields, with the id.
    pub fields: Map<String, Value>,
    /// Whether a personal value is among them in full, which is audited.
    pub discloses: bool,
}

impl Document {
    pub fn of<M: Declared>(row: &M, lens: &Lens<'_>) -> serde_json::Result<Self> {
        let id = ("id".to_owned(), row.id().to_string().into());
        let mut document = Self {
            fields: Map::from_iter([id]),
            discloses: false,
        };
        for field in M::FIELDS {
            let Some(read) = field.read else {
                continue;
            };
            let value = if field.is_shown(row, lens.viewer) {
                let value = read(row, lens)?;
                document.discloses |= field.is_personal && !value.is_null();
                value
            } else {
                field.column.nothing()
            };
            document.fields.insert(field.column.field.to_owned(), value);
        }
        Ok(document)
    }
}

/// The columns of a record, in their order.
#[expect(
    clippy::indexing_slicing,
    reason = "it is computed when the program is built"
)]
pub const fn columns<M: Declared, const N: usize>() -> [Column; N] {
    let mut columns = [COMMUNITY_ID; N];
    let mut at = 0;
    while at < N {
        columns[at] = M::FIELDS[at].column;
        at += 1;
    }
    columns
}

/// The columns of a type of record: `columns_of!(ticket::Model)`.
macro_rules! columns_of {
    ($record:ty) => {
        &$crate::command::record::columns::<
            $record,
            { <$record as $crate::command::record::Declared>::FIELDS.len() },
        >()
    };
}

/// A field that holds what the column of the table holds that bears its name: its shape and what it is,
/// or a column that many records have.
macro_rules! field {
    ($name:ident, $shape:ident, $about:expr) => {
        $crate::command::record::field!(
            $name,
            $crate::command::record::Column::new(
                $crate::command::record::camel!($name),
                $crate::command::record::Shape::$shape,
                $about
            )
        )
    };
    ($name:ident, $column:expr) => {
        $crate::command::record::Field::new($column, |row: &Self, _| {
            serde_json::to_value(&row.$name)
        })
    };
}

/// A text that may be edited: its size, and how edits of it are merged.
macro_rules! edited_text {
    ($name:ident, $size:expr, $policy:ident, $about:expr) => {
        $crate::command::record::field!($name, Text, $about).edited_text(
            $crate::command::merge::Policy::$policy,
            $size,
            |row: &Self| serde_json::to_value(&row.$name),
            |row: &mut Self, value| Ok(row.$name = serde_json::from_value(value)?),
        )
    };
}

/// A word that may be edited, and how edits of it are merged.
macro_rules! edited_word {
    ($name:ident, $policy:ident, $about:expr) => {
        $crate::command::record::field!($name, Word, $about).edited_word(
            $crate::command::merge::Policy::$policy,
            |row: &Self| serde_json::to_value(&row.$name),
            |row: &mut Self, value| Ok(row.$name = serde_json::from_value(value)?),
        )
    };
}

pub(crate) use {columns_of, edited_text, edited_word, field};
