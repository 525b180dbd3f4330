//! temp
use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, EnumIter, DeriveActiveEnum,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Occupancy {
    OwnerResident,
    OwnerNotResident,
    Vacant,
    Entrusted,
    Let,
}
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, EnumIter, DeriveActiveEnum,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    Owner,
    FamilyMember,
    Occupant,
    Tenant,
    Merchant,
    Representative,
}
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, EnumIter, DeriveActiveEnum,
)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum PostKind {
    EstateManager,
    CsManager,
    Supervisor,
    TeamLeader,
    Assistant,
    ArchiveClerk,
    VisitorRegistryClerk,
    IcCardClerk,
    SwitchboardOperator,
    AdminOfficer,
    HrOfficer,
    Cashier,
    WarehouseKeeper,
    ConferenceAttendant,
    MaintenanceWorker,
    SecurityGuard,
    Inspector,
}
impl PostKind {
    pub fn is_office(self) -> bool {
        !matches!(
            self,
            Self::MaintenanceWorker
                | Self::SecurityGuard
                | Self::Inspector
                | Self::ConferenceAttendant
                | Self::WarehouseKeeper
        )
    }
}
