//! The columns of a row, declared once: what both row faces carry, what a phone may write, what the
//! docs and the generated types say.

use serde_json::Value;

use crate::json;
use crate::text::TEXT;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// The id of a record: a UUID.
    Id,
    Text,
    /// One of a few words.
    Word,
    /// A whole number.
    Number,
    Flag,
    /// A moment: RFC 3339 for RxDB, milliseconds since 1970 for WatermelonDB.
    Moment,
    /// Any JSON, as text: rows are flat.
    Json,
}

/// What becomes of what a phone writes into a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// The server fills it. In an inserted row whatever a phone puts there is not looked at; a later
    /// change becomes a sync issue.
    ByServer,
    /// Taken from an inserted row; a later change becomes a sync issue.
    Once,
    /// Taken from an inserted row and from every change, merged by its policy.
    Edited,
    /// Changes with steps. Written alone it is taken when it is one legal step that needs nothing
    /// more; else it becomes a sync issue.
    ByStep,
    /// Says when an inserted row came about; see `Observed`.
    AsWitness,
}

/// One column.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// In camel case.
    pub name: &'static str,
    /// The field of the document; called as the column unless a client cannot have that name.
    pub field: &'static str,
    pub shape: Shape,
    pub written: Written,
    /// Whether it may be null.
    pub is_optional: bool,
    /// What an inserted row may have there, for columns that change by steps: words with a blank
    /// between them.
    pub initial: &'static str,
    /// What it is, for whoever writes an app.
    pub about: &'static str,
}

impl Column {
    pub const fn new(name: &'static str, shape: Shape, about: &'static str) -> Self {
        Self {
            name,
            field: name,
            shape,
            written: Written::ByServer,
            is_optional: false,
            initial: "",
            about,
        }
    }

    /// Holds a field of another name.
    #[must_use]
    pub const fn holding(self, field: &'static str) -> Self {
        Self { field, ..self }
    }

    #[must_use]
    pub const fn optional(self) -> Self {
        Self {
            is_optional: true,
            ..self
        }
    }

    #[must_use]
    pub const fn once(self) -> Self {
        self.written(Written::Once)
    }

    #[must_use]
    pub const fn edited(self) -> Self {
        self.written(Written::Edited)
    }

    /// Changes by steps, from one of these values on.
    #[must_use]
    pub const fn by_step(self, initial: &'static str) -> Self {
        Self { initial, ..self }.written(Written::ByStep)
    }

    #[must_use]
    pub const fn as_witness(self) -> Self {
        self.optional().written(Written::AsWitness)
    }

    const fn written(self, written: Written) -> Self {
        Self { written, ..self }
    }

    /// Whether an inserted row may have this there.
    pub fn begins_with(&self, value: &Value) -> bool {
        let mut initial = self.initial.split(' ');
        initial.any(|word| value.as_str() == Some(word))
    }

    /// Whether there is something to show to whoever is not to know what it holds.
    pub const fn has_nothing(&self) -> bool {
        self.is_optional || matches!(self.shape, Shape::Text | Shape::Flag)
    }

    /// What somebody is shown who is not to know what it holds.
    pub fn nothing(&self) -> Value {
        match self.shape {
            Shape::Text if !self.is_optional => "".into(),
            Shape::Flag if !self.is_optional => false.into(),
            _ => Value::Null,
        }
    }

    /// The value as it is compared: clients write nothing as null, as an empty text, or leave it out,
    /// and JSON as text.
    pub fn normal(&self, value: Option<&Value>) -> Value {
        let is_nothing = |value: &&Value| {
            value.is_null() || (self.shape != Shape::Text && value.as_str() == Some(""))
        };
        match (value.filter(|value| !is_nothing(value)), self.shape) {
            (Some(Value::String(text)), Shape::Json) => {
                json::read(text.as_bytes()).unwrap_or_else(|_| Value::from(&**text))
            }
            // As it would be stored: what nobody sees is no edit.
            (Some(Value::String(text)), Shape::Text) => Value::from(TEXT.clean(text)),
            (Some(value), Shape::Number) => {
                json::whole(value).map_or_else(|| value.clone(), Value::from)
            }
            (Some(value), _) => value.clone(),
            (None, Shape::Text) => self.nothing(),
            (None, _) => Value::Null,
        }
    }
}

/// Of all records of a community.
pub const COMMUNITY_ID: Column =
    Column::new("communityId", Shape::Id, "The community it belongs to.");

/// The witness columns, for collections whose rows are inserted by phones.
pub const CONTACT_ID: Column = Column::new(
    "contactId",
    Shape::Text,
    "Written with a new row: the last contact with the server before it.",
)
.as_witness();
pub const BOOT_ID: Column = Column::new(
    "bootId",
    Shape::Text,
    "Written with a new row: the run of the phone's system in which `elapsedMs` was measured.",
)
.as_witness();
pub const ELAPSED_MS: Column = Column::new(
    "elapsedMs",
    Shape::Number,
    "Written with a new row: monotonic milliseconds since that contact.",
)
.as_witness();
pub const OBSERVED_AT: Column = Column::new(
    "observedAt",
    Shape::Moment,
    "When it happened. Written with a new row as the phone's own clock had it; the server corrects it.",
)
.as_witness();

/// What the server made of the witness, on events.
pub const OBSERVED_MARK: Column = Column::new(
    "observedMark",
    Shape::Word,
    "How sure `observedAt` is: `monotonic`, `wall` or `received`.",
);
pub const RECEIVED_AT: Column =
    Column::new("receivedAt", Shape::Moment, "When it reached the server.");
