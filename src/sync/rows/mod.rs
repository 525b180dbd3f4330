//! What the row faces (RxDB, WatermelonDB) share: clients that carry rows instead of sending commands.
//!
//! A row that comes from a phone is compared with what the phone had and told as the commands it
//! stands for; from there on everything is as on the native face. What stands for no command is kept
//! in quarantine, and the phone is given the row as it is.

pub mod published;
pub mod push;
mod replay;
pub mod step;
#[cfg(test)]
mod tests;
pub mod told;

use std::marker::PhantomData;

use serde_json::{Map, Value};
use uuid::Uuid;

pub use self::step::{Step, step_of, unreadable};
use super::caught::caught;
use super::collection::Synced;
use crate::command::record::{Column, Written};
use crate::error::{ApiError, Coded, ErrorCode};

/// A collection that the row faces carry.
pub trait Carried: Synced {
    /// The collection in RxDB: `ticketEvent` is pulled with `pullTicketEvent`.
    const COLLECTION: &'static str;
    /// The table in WatermelonDB: `ticket_events`.
    const TABLE: &'static str;
    /// All columns but the id: `columns_of!(ticket::Model)`.
    const COLUMNS: &'static [Column];
    /// The kind of mutation that a change of `Edited` columns stands for.
    const EDIT: Option<&'static str> = None;

    /// What an inserted row stands for.
    fn inserted(_id: Uuid, _row: &Map<String, Value>) -> Result<Meaning, ApiError> {
        Err(RowError::ReadOnly.into())
    }

    /// What a change of these `ByStep` columns stands for, if it is one step.
    fn step(_changes: &Map<String, Value>) -> Option<Meaning> {
        None
    }
}

/// The command that a row stands for.
#[derive(Clone, Debug)]
pub struct Meaning {
    pub kind: &'static str,
    /// The record it is about, if that is not the row itself.
    pub record_id: Option<Uuid>,
    pub payload: Map<String, Value>,
}

impl Meaning {
    /// A command about the row itself.
    pub fn new(kind: &'static str, payload: Map<String, Value>) -> Self {
        Self {
            kind,
            record_id: None,
            payload,
        }
    }
}

/// Why a row, or a part of it, stands for no command.
#[derive(Debug, thiserror::Error)]
pub enum RowError {
    #[error("rows of this collection are not written by phones")]
    ReadOnly,
    #[error("these columns are not written by phones: {0}")]
    NotWritable(String),
    #[error("rows of this collection are not deleted by phones")]
    NotDeletable,
    #[error("the row is here already and differs: whether it was changed or is old cannot be told")]
    BaseUnknown,
    #[error("there is no table {0:?} here")]
    TableUnknown(String),
    #[error("the row cannot be read: {0}")]
    Unreadable(String),
}

impl Coded for RowError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Unreadable(_) => ErrorCode::MUTATION_MALFORMED,
            Self::BaseUnknown => ErrorCode::CONFLICT,
            _ => ErrorCode::ROW_NOT_WRITABLE,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::ReadOnly => "该数据集不能由手机写入".to_owned(),
            Self::NotWritable(columns) => format!("以下字段不能由手机写入：{columns}"),
            Self::NotDeletable => "该数据集的记录不能由手机删除".to_owned(),
            Self::BaseUnknown => "该行已存在且内容不同：无法判断是修改过还是过时".to_owned(),
            Self::TableUnknown(table) => format!("没有名为 {table:?} 的表"),
            Self::Unreadable(why) => format!("无法读取该行：{why}"),
        }
    }
}

/// A carried collection whose row type is not known here.
pub trait RowFace: Send + Sync {
    /// The name in the registry.
    fn name(&self) -> &'static str;
    /// The name of the root's collection.
    fn root(&self) -> &'static str;
    fn collection(&self) -> &'static str;
    fn table(&self) -> &'static str;
    fn columns(&self) -> &'static [Column];
    fn edit(&self) -> Option<&'static str>;
    fn inserted(&self, id: Uuid, row: &Map<String, Value>) -> Result<Meaning, ApiError>;
    fn step(&self, changes: &Map<String, Value>) -> Option<Meaning>;
}

/// The face of a record type.
pub struct RowFaceOf<M>(PhantomData<fn() -> M>);

impl<M: Carried> RowFaceOf<M> {
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<M: Carried> Default for RowFaceOf<M> {
    fn default() -> Self {
        Self::new()
    }
}

impl<M: Carried> RowFace for RowFaceOf<M> {
    fn name(&self) -> &'static str {
        M::NAME
    }

    fn root(&self) -> &'static str {
        M::ROOT
    }

    fn collection(&self) -> &'static str {
        M::COLLECTION
    }

    fn table(&self) -> &'static str {
        M::TABLE
    }

    fn columns(&self) -> &'static [Column] {
        M::COLUMNS
    }

    fn edit(&self) -> Option<&'static str> {
        M::EDIT
    }

    fn inserted(&self, id: Uuid, row: &Map<String, Value>) -> Result<Meaning, ApiError> {
        caught(M::NAME, || M::inserted(id, row))
    }

    fn step(&self, changes: &Map<String, Value>) -> Option<Meaning> {
        M::step(changes)
    }
}

/// Those of a row's columns that say something, as the payload of a command. For columns that a
/// phone may write.
pub fn payload_of(columns: &[Column], row: &Map<String, Value>) -> Map<String, Value> {
    let written = columns
        .iter()
        .filter(|column| matches!(column.written, Written::Once | Written::Edited));
    let said = written.filter_map(|column| {
        let value = column.normal(row.get(column.name));
        // Nothing in a text that may be edited is a text too; elsewhere it leaves the choice to us.
        let is_empty = value.as_str() == Some("") && column.written != Written::Edited;
        (!value.is_null() && !is_empty).then(|| (column.name.to_owned(), value))
    });
    said.collect()
}

/// Whether all that a row says in columns that phones write is what stands here.
fn is_as(columns: &[Column], row: &Map<String, Value>, here: &Map<String, Value>) -> bool {
    let mut said = columns.iter().filter(|column| {
        let by_phone = !matches!(column.written, Written::ByServer | Written::AsWitness);
        by_phone && row.contains_key(column.name)
    });
    said.all(|column| column.normal(row.get(column.name)) == column.normal(here.get(column.field)))
}
