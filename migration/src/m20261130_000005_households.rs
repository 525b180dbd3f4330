//! Parties and their relations to units.

use sea_orm_migration::prelude::*;

use crate::table::{id, index, optional, record, reference, required, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create_party(manager).await?;
        create_relation(manager).await
    }
}

async fn create_party(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut party = table("party")
        .col(id())
        .col(required("community_id").uuid())
        .col(required("name").text())
        .col(optional("account_id").uuid())
        .col(optional("phone").binary())
        .col(optional("phone_index").text())
        .col(optional("phone_tail_index").text())
        .col(optional("phone_masked").text())
        .col(optional("identity_number").binary())
        .col(optional("identity_number_index").text())
        .col(optional("identity_number_masked").text())
        .foreign_key(&mut reference("party", "community_id", "community"))
        .foreign_key(&mut reference("party", "account_id", "account"))
        .to_owned();
    let party = record(&mut party)
        .col(required("name_key").text().default(""))
        .col(optional("other_phones_index").text())
        .to_owned();
    manager.create_table(party).await?;
    for sought in ["phone_index", "phone_tail_index", "identity_number_index"] {
        index(manager, "party", &["community_id", sought], false).await?;
    }
    index(manager, "party", &["account_id"], false).await
}

async fn create_relation(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut relation = table("party_relation")
        .col(id())
        .col(required("community_id").uuid())
        .col(required("party_id").uuid())
        .col(required("unit_id").uuid())
        .col(required("relation").text())
        .col(optional("starts_on").date())
        .col(optional("ends_on").date())
        .col(required("is_current").boolean())
        .foreign_key(&mut reference(
            "party_relation",
            "community_id",
            "community",
        ))
        .foreign_key(&mut reference("party_relation", "party_id", "party"))
        .foreign_key(&mut reference("party_relation", "unit_id", "unit"))
        .to_owned();
    manager
        .create_table(record(&mut relation).to_owned())
        .await?;
    index(manager, "party_relation", &["community_id"], false).await?;
    index(manager, "party_relation", &["party_id"], false).await?;
    index(manager, "party_relation", &["unit_id"], false).await
}
