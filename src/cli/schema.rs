//! `xunfang schema`

use std::path::PathBuf;

use clap::Args;

use super::{Failure, say};
use crate::areas;

/// Print the API as GraphQL schema language
#[derive(Args, Debug)]
pub struct Schema {
    /// Write it to schema.graphql (or to FILE) instead
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "schema.graphql")]
    write: Option<PathBuf>,
}

impl Schema {
    pub fn run(self) -> Result<(), Failure> {
        match self.write {
            None => say(areas::sdl().trim_end()),
            Some(path) => {
                std::fs::write(&path, areas::sdl()).map_err(|cause| {
                    Failure::new(format!("cannot write {}: {cause}", path.display()))
                })?;
                say(format_args!("wrote {}", path.display()));
            }
        }
        Ok(())
    }
}
