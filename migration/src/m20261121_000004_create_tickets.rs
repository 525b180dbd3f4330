//! Tickets and their history.

use sea_orm_migration::prelude::*;

use crate::table::{id, index, optional, record, reference, required, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut ticket = table("ticket")
            .col(id())
            .col(required("community_id").uuid())
            .col(required("kind").text())
            .col(required("state").text())
            .col(required("priority").text())
            .col(required("summary").text())
            .col(required("description").text())
            .col(required("convenient_time").text())
            .col(optional("unit_id").uuid())
            .col(optional("zone_id").uuid())
            .col(optional("reporter_party_id").uuid())
            .col(optional("recorded_by").uuid())
            .col(required("contact_name").text())
            .col(optional("contact_phone").binary())
            .col(optional("contact_phone_masked").text())
            .col(optional("assignee_id").uuid())
            .col(required("observed_at").timestamp_with_time_zone())
            .col(optional("finished_at").timestamp_with_time_zone())
            .col(optional("closed_at").timestamp_with_time_zone())
            .col(required("field_seq").json_binary())
            .foreign_key(&mut reference("ticket", "community_id", "community"))
            .foreign_key(&mut reference("ticket", "unit_id", "unit"))
            .foreign_key(&mut reference("ticket", "zone_id", "zone"))
            .foreign_key(&mut reference("ticket", "reporter_party_id", "party"))
            .foreign_key(&mut reference("ticket", "assignee_id", "staff_member"))
            .to_owned();
        manager.create_table(record(&mut ticket).to_owned()).await?;
        index(manager, "ticket", &["community_id", "seq"], false).await?;
        index(manager, "ticket", &["community_id", "state"], false).await?;
        index(manager, "ticket", &["community_id", "observed_at"], false).await?;
        index(manager, "ticket", &["unit_id"], false).await?;
        index(manager, "ticket", &["zone_id"], false).await?;
        index(manager, "ticket", &["reporter_party_id"], false).await?;
        index(manager, "ticket", &["assignee_id"], false).await?;
        index(manager, "ticket", &["recorded_by"], false).await?;

        let event = table("ticket_event")
            .col(id())
            .col(required("community_id").uuid())
            .col(required("ticket_id").uuid())
            .col(required("kind").text())
            .col(optional("from_state").text())
            .col(optional("to_state").text())
            .col(optional("assignee_id").uuid())
            .col(required("note").text())
            .col(required("is_internal").boolean())
            .col(optional("author_account_id").uuid())
            .col(required("author_name").text())
            .col(required("observed_at").timestamp_with_time_zone())
            .col(required("observed_mark").text())
            .col(required("received_at").timestamp_with_time_zone())
            .col(required("seq").big_integer())
            .col(required("created_at").timestamp_with_time_zone())
            .foreign_key(&mut reference("ticket_event", "community_id", "community"))
            .foreign_key(&mut reference("ticket_event", "ticket_id", "ticket"))
            .to_owned();
        manager.create_table(event).await?;
        index(manager, "ticket_event", &["ticket_id", "seq"], false).await?;
        index(manager, "ticket_event", &["community_id", "seq"], false).await
    }
}
