//! What the areas handed in: collections, and the commands that phones may send.

use std::any::Any;
use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::Arc;

use async_trait::async_trait;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::caught::{caught, caught_waiting};
use super::collection::{Collection, CollectionOf};
use super::rows::{Carried, RowFace, RowFaceOf};
use crate::auth::{ReachProvider, Viewer};
use crate::command::record::{EditRecord, Edited};
use crate::command::{Command, Effect, Occasion};
use crate::database::Write;
use crate::error::{ApiError, Coded, ErrorCode};
use crate::json;

/// A command that a phone may send.
pub trait Replayed: Command<Output = Effect> + Sized {
    /// The shape of the payload. Unknown fields must be refused by it, so that nothing a phone
    /// wrote is dropped without a word.
    type Payload: DeserializeOwned + JsonSchema;

    /// The collection of the record it is about: what its kind begins with, unless it says otherwise.
    fn collection() -> &'static str {
        Self::KIND
            .split_once('.')
            .map_or("", |(collection, _)| collection)
    }

    /// Whether it makes the record that it is about; any other is a step of one that must be there.
    const CREATES: bool = false;

    /// The records of other collections that its payload names: field and collection.
    const REFERENCES: &'static [Reference] = &[];

    /// Whether this viewer may send it at all, wherever he works or lives.
    fn is_open_to(_viewer: &Viewer) -> bool {
        true
    }

    /// The fields of a payload that only bear witness and cannot be read: it is decoded without them.
    fn unread(_payload: &Map<String, Value>) -> Vec<&'static str> {
        Vec::new()
    }

    fn from_mutation(about: About, payload: Self::Payload) -> Result<Self, ApiError>;
}

/// What a phone sends is the command itself, but for the record that it is about, which the envelope names.
macro_rules! as_it_is {
    () => {
        crate::sync::registry::as_it_is!(@ |id| id.into());
    };
    (made by its author) => {
        crate::sync::registry::as_it_is!(@ |id| Some(id.into()));
    };
    (@ |$id:ident| $given:expr) => {
        type Payload = Self;

        fn from_mutation(
            about: crate::sync::registry::About,
            payload: Self,
        ) -> Result<Self, crate::error::ApiError> {
            let $id = about.record_id;
            Ok(Self { id: $given, ..payload })
        }
    };
}
pub(crate) use as_it_is;

impl<M: Edited> Replayed for EditRecord<M> {
    /// The changed fields by name; which there are is checked by the command.
    type Payload = Map<String, Value>;

    fn from_mutation(about: About, changes: Map<String, Value>) -> Result<Self, ApiError> {
        let mut edit = Self::new(about.record_id, about.base_seq, changes);
        edit.base = about.base;
        Ok(edit)
    }
}

/// A field of a payload, and the collection of the record that it names.
pub type Reference = (&'static str, &'static str);

/// What the envelope says beside the payload.
#[derive(Clone, Debug)]
pub struct About {
    pub record_id: Uuid,
    pub base_seq: Option<i64>,
    pub base: Option<Map<String, Value>>,
}

/// A decoded command whose type is not known here.
pub type AnyCommand = Box<dyn Any + Send + Sync>;

/// A kind of mutation.
#[async_trait]
pub trait Kind: Send + Sync {
    fn name(&self) -> &'static str;

    /// The collection of the record it is about.
    fn collection(&self) -> &'static str;

    /// Whether it makes the record that it is about.
    fn creates(&self) -> bool;

    /// The records of other collections that its payload names: field and collection.
    fn references(&self) -> &'static [Reference];

    /// Whether this viewer may send it at all.
    fn is_open_to(&self, viewer: &Viewer) -> bool;

    /// The fields of a payload that only bear witness and cannot be read.
    fn unread(&self, payload: &Map<String, Value>) -> Vec<&'static str>;

    /// The shape of a payload.
    fn schema(&self, generator: &mut SchemaGenerator) -> Schema;

    /// Reads a payload as phones mean it (`json::meant`), without what only bears witness and cannot be
    /// read.
    fn decode(&self, about: About, payload: &Map<String, Value>) -> Result<AnyCommand, ApiError>;

    /// Loads what all these commands of this kind need, together.
    async fn prefetch(
        &self,
        batch: &[&AnyCommand],
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<(), ApiError>;

    fn decide(
        &self,
        command: &AnyCommand,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Effect, ApiError>;
}

struct KindOf<C>(PhantomData<fn() -> C>);

/// A payload or envelope that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the mutation cannot be read: {0}")]
pub struct Malformed(pub String);

impl Coded for Malformed {
    fn code(&self) -> ErrorCode {
        ErrorCode::MUTATION_MALFORMED
    }

    fn chinese(&self) -> String {
        format!("无法读取该操作：{}", self.0)
    }
}

#[async_trait]
impl<C: Replayed> Kind for KindOf<C> {
    fn name(&self) -> &'static str {
        C::KIND
    }

    fn collection(&self) -> &'static str {
        C::collection()
    }

    fn creates(&self) -> bool {
        C::CREATES
    }

    fn references(&self) -> &'static [Reference] {
        C::REFERENCES
    }

    fn is_open_to(&self, viewer: &Viewer) -> bool {
        C::is_open_to(viewer)
    }

    fn unread(&self, payload: &Map<String, Value>) -> Vec<&'static str> {
        C::unread(payload)
    }

    fn schema(&self, generator: &mut SchemaGenerator) -> Schema {
        generator.subschema_for::<C::Payload>()
    }

    fn decode(&self, about: About, payload: &Map<String, Value>) -> Result<AnyCommand, ApiError> {
        caught(C::KIND, || {
            let mut payload = payload.clone();
            for name in C::unread(&payload) {
                payload.remove(name);
            }
            let payload = json::meant(Value::Object(payload));
            let payload = payload.map_err(|error| Malformed(error.to_string()))?;
            Ok::<AnyCommand, _>(Box::new(C::from_mutation(about, payload)?))
        })
    }

    async fn prefetch(
        &self,
        batch: &[&AnyCommand],
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<(), ApiError> {
        let batch: Vec<&C> = batch
            .iter()
            .filter_map(|command| command.downcast_ref())
            .collect();
        caught_waiting(C::KIND, C::prefetch(&batch, viewer, write)).await
    }

    fn decide(
        &self,
        command: &AnyCommand,
        occasion: &Occasion,
        viewer: &Viewer,
        write: &mut Write,
    ) -> Result<Effect, ApiError> {
        let command = command.downcast_ref::<C>();
        let command = command.ok_or_else(|| ApiError::internal("a command under another kind"))?;
        write.because(C::KIND, |write| {
            caught(C::KIND, || command.decide(occasion, viewer, write))
        })
    }
}

/// Everything that can be synced.
#[derive(Clone, Default)]
pub struct Registry {
    collections: Vec<Arc<dyn Collection>>,
    faces: Vec<Arc<dyn RowFace>>,
    kinds: BTreeMap<&'static str, Arc<dyn Kind>>,
    reach_providers: Arc<[Arc<dyn ReachProvider>]>,
    personal: Vec<(&'static str, Mask)>,
}

/// Hides a personal value, as records show it.
pub type Mask = fn(&str) -> String;

/// Whether a field is the same, written in camel or in snake case.
fn is_named(field: &str, name: &str) -> bool {
    let letters = |text: &str| text.replace('_', "").to_ascii_lowercase();
    letters(field) == letters(name)
}

impl Registry {
    /// Who knows what an account reached before.
    #[must_use]
    pub fn reached_by(self, providers: impl Into<Arc<[Arc<dyn ReachProvider>]>>) -> Self {
        Self {
            reach_providers: providers.into(),
            ..self
        }
    }

    /// Names a field of payloads and rows that holds a personal value.
    #[must_use]
    pub fn personal(mut self, field: &'static str, mask: Mask) -> Self {
        self.personal.push((field, mask));
        self
    }

    fn mask_of(&self, field: &str) -> Option<Mask> {
        let mut personal = self.personal.iter();
        let found = personal.find(|(name, _)| is_named(field, name));
        found.map(|(_, mask)| *mask)
    }

    /// What somebody sent, with its personal values hidden.
    pub fn masked(&self, value: &Value) -> Value {
        match value {
            Value::Object(fields) => {
                let shown = fields.iter().map(|(name, value)| {
                    let shown = match (self.mask_of(name), value) {
                        (_, Value::Object(_) | Value::Array(_)) => self.masked(value),
                        (Some(_), Value::Null) | (None, _) => value.clone(),
                        (Some(mask), Value::String(text)) => mask(text).into(),
                        (Some(mask), other) => mask(&other.to_string()).into(),
                    };
                    (name.clone(), shown)
                });
                Value::Object(shown.collect())
            }
            Value::Array(values) => values.iter().map(|value| self.masked(value)).collect(),
            other => other.clone(),
        }
    }

    /// Puts back the personal values of what was sent where their masked ones were left as they stood.
    pub fn unmask(&self, shown: &mut Map<String, Value>, sent: &Map<String, Value>) {
        for (name, value) in shown {
            let Some(original) = sent.get(name) else {
                continue;
            };
            if *value == self.masked(original) {
                value.clone_from(original);
            } else if let (Some(mask), Value::String(original)) = (self.mask_of(name), original)
                && *value == mask(original)
            {
                *value = original.clone().into();
            }
        }
    }

    pub fn reach_providers(&self) -> &[Arc<dyn ReachProvider>] {
        &self.reach_providers
    }

    /// Adds a record that phones carry, on all faces. Parents come before what belongs to them.
    #[must_use]
    pub fn record<M: Carried>(mut self) -> Self {
        self.collections.push(Arc::new(CollectionOf::<M>::new()));
        self.faces.push(Arc::new(RowFaceOf::<M>::new()));
        self
    }

    /// Adds a kind of mutation.
    #[must_use]
    pub fn kind<C: Replayed>(mut self) -> Self {
        self.kinds
            .insert(C::KIND, Arc::new(KindOf::<C>(PhantomData)));
        self
    }

    /// All collections, parents first.
    pub fn collections(&self) -> &[Arc<dyn Collection>] {
        &self.collections
    }

    pub fn find_collection(&self, name: &str) -> Option<&Arc<dyn Collection>> {
        self.collections
            .iter()
            .find(|collection| collection.name() == name)
    }

    /// What the row faces carry, parents first.
    pub fn faces(&self) -> &[Arc<dyn RowFace>] {
        &self.faces
    }

    pub fn find_kind(&self, name: &str) -> Option<&Arc<dyn Kind>> {
        self.kinds.get(name)
    }

    /// The collection that a kind of mutation is about; for one that is unknown, what it begins with.
    pub fn collection_of<'a>(&self, kind: &'a str) -> &'a str {
        let begins = kind
            .split_once('.')
            .map_or("", |(collection, _)| collection);
        self.find_kind(kind)
            .map_or(begins, |kind| kind.collection())
    }

    /// Whether a record of this collection may still come from this viewer: a phone makes such records,
    /// and he may do so.
    pub fn may_come(&self, collection: &str, viewer: &Viewer) -> bool {
        let mut makers = self.makers(collection);
        makers.any(|kind| kind.is_open_to(viewer))
    }

    /// Whether any phone makes records of this collection.
    pub fn is_made_by_phones(&self, collection: &str) -> bool {
        self.makers(collection).next().is_some()
    }

    /// The kinds of mutation that make records of this collection.
    fn makers<'a>(&'a self, collection: &'a str) -> impl Iterator<Item = &'a Arc<dyn Kind>> {
        let makes = move |kind: &&Arc<dyn Kind>| kind.creates() && kind.collection() == collection;
        self.kinds.values().filter(makes)
    }

    /// All kinds, by their names.
    pub fn every_kind(&self) -> impl Iterator<Item = &dyn Kind> {
        self.kinds.values().map(AsRef::as_ref)
    }

    /// The names of all kinds.
    pub fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.kinds.keys().copied()
    }
}
