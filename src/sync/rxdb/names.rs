//! The names of the API that RxDB's query builders make of the name of a collection.

use crate::sync::rows::RowFace;

/// The names of one collection.
pub struct Names {
    /// As the collection, `ticketEvent`.
    lower: &'static str,
    /// `TicketEvent`.
    upper: String,
}

impl Names {
    pub fn of(face: &dyn RowFace) -> Self {
        let lower = face.collection();
        let mut letters = lower.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        let upper = first.into_iter().chain(letters).collect();
        Self { lower, upper }
    }

    /// The query, `pullTicketEvent`, and likewise for `push` and `stream`.
    pub fn root(&self, verb: &str) -> String {
        format!("{verb}{}", self.upper)
    }

    /// The argument of the mutation.
    pub fn pushed(&self) -> String {
        format!("{}PushRow", self.lower)
    }

    pub fn row(&self) -> String {
        format!("{}Row", self.upper)
    }

    pub fn page(&self) -> String {
        format!("{}Rows", self.upper)
    }

    pub fn event(&self) -> String {
        format!("Live{}Rows", self.upper)
    }

    /// An input, `TicketEventInputCheckpoint`, and likewise for `PushRow` and `Headers`.
    pub fn input(&self, what: &str) -> String {
        format!("{}Input{what}", self.upper)
    }
}
