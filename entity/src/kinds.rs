//! The closed lists that many tables share: how a unit is lived in, what a party is to a unit, which post a person holds.
//!
//! Stored and sent as `snake_case` words, so that a value means the same in the database, in JSON and on a phone.

use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

/// How a unit is lived in (居住状态).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Occupancy {
    /// The owner lives here for most of the year (O-06).
    OwnerResident,
    /// The owner keeps the unit but lives elsewhere (O-06).
    OwnerNotResident,
    /// Nobody has moved in.
    Vacant,
    /// In the care of the company under an entrustment agreement.
    Entrusted,
    /// Let to a tenant or a merchant.
    Let,
}

impl Occupancy {
    /// The office's word for it.
    pub fn title_zh(self) -> &'static str {
        match self {
            Self::OwnerResident => "长住",
            Self::OwnerNotResident => "非长住",
            Self::Vacant => "空置",
            Self::Entrusted => "托管",
            Self::Let => "出租",
        }
    }
}

/// What a party is to a unit for the time the relation lasts (身份).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum RelationKind {
    /// Holds the title.
    Owner,
    /// Belongs to the owner's or the tenant's family.
    FamilyMember,
    /// Uses the unit without owning or leasing it.
    Occupant,
    /// Leases the unit to live in.
    Tenant,
    /// Leases or owns the unit to do business.
    Merchant,
    /// Acts for the owner or the firm by power of attorney.
    Representative,
}

impl RelationKind {
    /// The office's word for it.
    pub fn title_zh(self) -> &'static str {
        match self {
            Self::Owner => "业主",
            Self::FamilyMember => "家属",
            Self::Occupant => "住户",
            Self::Tenant => "租户",
            Self::Merchant => "商户",
            Self::Representative => "受托人",
        }
    }
}

/// A post that a staff member can hold (岗位).
///
/// Vendors, residents, representatives, contractors and developers hold no post: they are parties or firms.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum PostKind {
    /// Head of the management office.
    EstateManager,
    /// Head of customer service, where a manager stands above the supervisors.
    CsManager,
    /// Runs all posts of the department (O-07, O-08).
    Supervisor,
    /// Leads the assistants of a shift (O-09, O-10).
    TeamLeader,
    /// Front desk, tickets, return visits, dunning, patrol.
    Assistant,
    /// Owner files, keys, loans.
    ArchiveClerk,
    /// Visitors, incoming calls, items passing the gate.
    VisitorRegistryClerk,
    /// Issue and return of IC cards.
    IcCardClerk,
    /// The telephone exchange.
    SwitchboardOperator,
    /// Attendance, papers, personnel tables.
    AdminOfficer,
    /// Indicators, special inspection, appeals.
    HrOfficer,
    /// Fees, ledgers, shared utilities.
    Cashier,
    /// Stock in, out and count.
    WarehouseKeeper,
    /// Meetings, lounges, printers.
    ConferenceAttendant,
    /// Repairs, the night duty desk, move-in inspection.
    MaintenanceWorker,
    /// Gate checks, patrol, stands in for night duty.
    SecurityGuard,
    /// Unannounced checks.
    Inspector,
}

impl PostKind {
    /// The title on the badge.
    pub fn title_zh(self) -> &'static str {
        match self {
            Self::EstateManager => "管理处主任",
            Self::CsManager => "客服部经理",
            Self::Supervisor => "客服主管",
            Self::TeamLeader => "领班",
            Self::Assistant => "客户助理",
            Self::ArchiveClerk => "档案室资料员",
            Self::VisitorRegistryClerk => "来访登记员",
            Self::IcCardClerk => "IC卡中心管理员",
            Self::SwitchboardOperator => "总机话务员",
            Self::AdminOfficer => "行政助理兼文员",
            Self::HrOfficer => "人事主管",
            Self::Cashier => "收费员",
            Self::WarehouseKeeper => "仓库管理员",
            Self::ConferenceAttendant => "会务接待",
            Self::MaintenanceWorker => "维修员",
            Self::SecurityGuard => "安护员",
            Self::Inspector => "专查员",
        }
    }

    /// Whether it plans unannounced inspections, or makes them.
    pub fn inspects(self) -> bool {
        matches!(
            self,
            Self::EstateManager | Self::CsManager | Self::Supervisor | Self::Inspector
        )
    }

    /// Whether this is a desk post, which sees the whole community; a field post sees its zone and its own work.
    pub fn is_office(self) -> bool {
        match self {
            Self::EstateManager
            | Self::CsManager
            | Self::Supervisor
            | Self::TeamLeader
            | Self::Assistant
            | Self::ArchiveClerk
            | Self::VisitorRegistryClerk
            | Self::IcCardClerk
            | Self::SwitchboardOperator
            | Self::AdminOfficer
            | Self::HrOfficer
            | Self::Cashier => true,
            Self::WarehouseKeeper
            | Self::ConferenceAttendant
            | Self::MaintenanceWorker
            | Self::SecurityGuard
            | Self::Inspector => false,
        }
    }
}

/// Every value of a kind, for whoever offers them all.
pub fn every<K: sea_orm::Iterable>() -> impl Iterator<Item = K> {
    K::iter()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use sea_orm::{ActiveEnum, Iterable};

    use super::*;

    /// One word per value, the same in the database and in JSON, and one title each.
    fn words_agree<K>(title: fn(K) -> &'static str)
    where
        K: ActiveEnum<Value = String> + Iterable + Serialize + Copy,
    {
        let mut titles = HashSet::new();
        for kind in K::iter() {
            assert_eq!(
                serde_json::to_value(kind).ok(),
                Some(serde_json::Value::String(kind.to_value()))
            );
            assert!(titles.insert(title(kind)), "{} twice", title(kind));
        }
    }

    #[test]
    fn a_kind_is_the_same_word_in_the_database_and_in_json() {
        words_agree(Occupancy::title_zh);
        words_agree(RelationKind::title_zh);
        words_agree(PostKind::title_zh);
        assert_eq!(Occupancy::Let.to_value(), "let");
        assert_eq!(RelationKind::FamilyMember.to_value(), "family_member");
        assert_eq!(PostKind::IcCardClerk.to_value(), "ic_card_clerk");
    }

    #[test]
    fn twelve_of_the_seventeen_posts_sit_at_a_desk() {
        assert_eq!(PostKind::iter().count(), 17);
        assert_eq!(PostKind::iter().filter(|post| post.is_office()).count(), 12);
        assert!(!PostKind::SecurityGuard.is_office());
    }
}
