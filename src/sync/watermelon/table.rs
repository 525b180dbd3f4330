//! One table of an answer to a pull, written as it is read.

use std::collections::{BTreeSet, HashSet};

use serde_json::json;
use uuid::Uuid;

use super::protocol::row;
use crate::sync::protocol::{Document, Removal};
use crate::sync::rows::RowFace;

/// One table of an answer. No id stands in it twice: a client takes that for a fault.
pub struct Table<'a> {
    face: &'a dyn RowFace,
    given: HashSet<Uuid>,
    deleted: BTreeSet<String>,
}

impl<'a> Table<'a> {
    pub fn new(face: &'a dyn RowFace) -> Self {
        Self {
            face,
            given: HashSet::new(),
            deleted: BTreeSet::new(),
        }
    }

    pub fn opening(&self, is_first: bool) -> String {
        let start = if is_first { r#"{"changes":{"# } else { "," };
        let table = self.face.table();
        format!(r#"{start}"{table}":{{"created":[],"updated":["#)
    }

    /// The rows of a page that are not in the answer yet; what is to be deleted comes at its end.
    /// What was given and goes within the same answer has gone after the heads it ends at, so that
    /// the next pull tells.
    pub fn take(&mut self, changes: &[Document], removals: Vec<Removal>) -> String {
        let mut text = String::new();
        for change in changes {
            let id = Uuid::try_parse(&change.id).unwrap_or_default();
            let is_first = self.given.is_empty();
            if !self.given.insert(id) {
                continue;
            }
            self.deleted.remove(&change.id);
            if !is_first {
                text.push(',');
            }
            text += &row(self.face, change).to_string();
        }
        for removal in removals {
            let id = Uuid::try_parse(&removal.id).ok();
            let is_same = |id: Uuid| id.to_string() == removal.id && self.given.contains(&id);
            if !id.is_some_and(is_same) {
                self.deleted.insert(removal.id);
            }
        }
        text
    }

    pub fn closing(&self) -> String {
        format!(r#"],"deleted":{}}}"#, json!(self.deleted))
    }
}
