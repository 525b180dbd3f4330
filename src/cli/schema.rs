//! `xunfang schema`

use std::path::PathBuf;

use clap::Args;

use super::{Failure, say};
use crate::areas;

/// Print the API as GraphQL schema language, what phones carry in rows, or what they may send
#[derive(Args, Debug)]
pub struct Schema {
    /// Write it to schema.graphql (or to FILE) instead of printing it
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "schema.graphql")]
    write: Option<PathBuf>,
    /// Print what the row faces (RxDB, WatermelonDB) carry instead, as JSON
    #[arg(long)]
    rows: bool,
    /// Print what phones may send instead, as JSON Schema
    #[arg(long, conflicts_with = "rows")]
    mutations: bool,
}

impl Schema {
    pub fn run(self) -> Result<(), Failure> {
        let what = if self.rows {
            areas::rows()
        } else if self.mutations {
            areas::mutations()
        } else {
            areas::sdl()
        };
        match self.write {
            None => say(what.trim_end()),
            Some(path) => {
                std::fs::write(&path, what).map_err(|cause| {
                    Failure::new(format!("cannot write {}: {cause}", path.display()))
                })?;
                say(format_args!("wrote {}", path.display()));
            }
        }
        Ok(())
    }
}
