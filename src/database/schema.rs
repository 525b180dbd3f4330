//! The schema of an opened database: brought up to date, or left alone.

use std::collections::BTreeSet;

use migration::{Migrator, MigratorTrait as _};
use sea_orm::DatabaseConnection;

use super::unusable::OpenError;

/// Takes the steps that are missing. A database with steps that this program does not know is refused before anything
/// of it has changed.
pub(super) async fn bring_up_to_date(connection: &DatabaseConnection) -> Result<(), OpenError> {
    let known: Vec<String> = Migrator::get_migration_files()
        .iter()
        .map(|step| step.name().to_owned())
        .collect();
    let taken = Migrator::get_migration_models(connection).await?;
    let taken = taken.into_iter().map(|step| step.version).collect();
    refuse_unknown(&known, &taken)?;
    Ok(Migrator::up(connection, None).await?)
}

/// Every database since 0.2.0 began with the same step; those before had other steps altogether.
fn refuse_unknown(known: &[String], taken: &BTreeSet<String>) -> Result<(), OpenError> {
    let Some(unknown) = taken.iter().rev().find(|step| !known.contains(step)) else {
        return Ok(());
    };
    let is_early = known.first().is_some_and(|first| !taken.contains(first));
    Err(if is_early {
        OpenError::Early
    } else {
        OpenError::Newer {
            step: unknown.clone(),
        }
    })
}
