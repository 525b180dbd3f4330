//! Everybody who takes part in a day.

use std::sync::Arc;

use super::api::Api;
use super::office::Office;
use super::phone::Phone;
use super::store::Shelf;

/// Everybody on stage.
pub struct Company {
    pub phones: Vec<Phone>,
    pub office: Office,
    pub api: Api,
    /// What all of them hold, each document once.
    pub shelf: Arc<Shelf>,
}
