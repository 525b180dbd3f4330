//! Staff.

use sea_orm_migration::prelude::*;

use crate::table::{id, index, optional, record, reference, required, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut staff_member = table("staff_member")
            .col(id())
            .col(required("community_id").uuid())
            .col(required("account_id").uuid())
            .col(required("name").text())
            .col(required("post").text())
            .col(optional("zone_id").uuid())
            .col(optional("left_at").timestamp_with_time_zone())
            .foreign_key(&mut reference("staff_member", "community_id", "community"))
            .foreign_key(&mut reference("staff_member", "account_id", "account"))
            .foreign_key(&mut reference("staff_member", "zone_id", "zone"))
            .to_owned();
        manager
            .create_table(record(&mut staff_member).to_owned())
            .await?;
        let membership = ["account_id", "community_id"];
        index(manager, "staff_member", &membership, true).await?;
        index(manager, "staff_member", &["community_id", "seq"], false).await?;
        index(manager, "staff_member", &["zone_id"], false).await
    }
}
