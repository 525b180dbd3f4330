//! A step that is taken as a whole or not at all, also on `SQLite`, where sea-orm would leave half of it
//! behind on a full disk, and with it a database that no later start can bring up to date.

use sea_orm_migration::prelude::*;

struct Whole(Box<dyn MigrationTrait>);

/// The same steps, each in one transaction.
pub fn whole(steps: Vec<Box<dyn MigrationTrait>>) -> Vec<Box<dyn MigrationTrait>> {
    let whole = |step| Box::new(Whole(step)) as Box<dyn MigrationTrait>;
    steps.into_iter().map(whole).collect()
}

impl MigrationName for Whole {
    fn name(&self) -> &str {
        self.0.name()
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Whole {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        self.0.up(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        self.0.down(manager).await
    }
}
