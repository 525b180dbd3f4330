//! Communities, zones, buildings, units.

use sea_orm_migration::prelude::*;

use crate::table::{id, index, optional, record, reference, required, table};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut community = table("community")
            .col(id())
            .col(required("code").text().unique_key())
            .col(required("name").text().unique_key())
            .col(required("time_zone").text())
            .to_owned();
        let community = record(&mut community)
            .col(required("policies").json_binary().default("{}"))
            .to_owned();
        manager.create_table(community).await?;

        let mut zone = table("zone")
            .col(id())
            .col(required("community_id").uuid())
            .col(required("name").text())
            .foreign_key(&mut reference("zone", "community_id", "community"))
            .to_owned();
        manager.create_table(record(&mut zone).to_owned()).await?;
        index(manager, "zone", &["community_id", "name"], true).await?;

        let mut building = table("building")
            .col(id())
            .col(required("community_id").uuid())
            .col(optional("zone_id").uuid())
            .col(required("name").text())
            .foreign_key(&mut reference("building", "community_id", "community"))
            .foreign_key(&mut reference("building", "zone_id", "zone"))
            .to_owned();
        manager
            .create_table(record(&mut building).to_owned())
            .await?;
        index(manager, "building", &["community_id", "name"], true).await?;
        index(manager, "building", &["zone_id"], false).await?;

        let mut unit = table("unit")
            .col(id())
            .col(required("community_id").uuid())
            .col(required("building_id").uuid())
            .col(optional("zone_id").uuid())
            .col(required("floor").integer())
            .col(required("room_number").text())
            .col(optional("layout").text())
            .col(optional("area_centi_m2").big_integer())
            .col(required("occupancy").text())
            .foreign_key(&mut reference("unit", "community_id", "community"))
            .foreign_key(&mut reference("unit", "building_id", "building"))
            .foreign_key(&mut reference("unit", "zone_id", "zone"))
            .to_owned();
        let unit = record(&mut unit)
            .col(optional("floor_name").text())
            .to_owned();
        manager.create_table(unit).await?;
        index(manager, "unit", &["community_id", "seq"], false).await?;
        index(manager, "unit", &["building_id", "room_number"], true).await?;
        index(manager, "unit", &["zone_id"], false).await
    }
}
