//! The closed lists that many tables share: how a unit is lived in, what a party is to a unit, which post a person holds.
//!
//! Stored and sent as `snake_case` words, so that a value means the same in the database, in JSON and on a phone.

words! {
    /// How a unit is lived in (居住状态).
    Occupancy {
        /// The owner lives here for most of the year (长住).
        OwnerResident = "lived in by its owner" "长住",
        /// The owner keeps the unit but lives elsewhere (非长住).
        OwnerNotResident = "kept by its owner" "非长住",
        /// Nobody has moved in (空置).
        Vacant = "vacant" "空置",
        /// In the care of the company (托管).
        Entrusted = "entrusted" "托管",
        /// Let to a tenant or a merchant (出租).
        Let = "let" "出租",
    }
}

words! {
    /// What a party is to a unit for the time the relation lasts (身份).
    RelationKind {
        /// Holds the title (业主).
        Owner = "owner" "业主",
        /// Belongs to the owner's or the tenant's family (家属).
        FamilyMember = "family member" "家属",
        /// Uses the unit without owning or leasing it (住户).
        Occupant = "occupant" "住户",
        /// Leases the unit to live in (租户).
        Tenant = "tenant" "租户",
        /// Leases or owns the unit to do business (商户).
        Merchant = "merchant" "商户",
        /// Acts for the owner or the firm by power of attorney (受托人).
        Representative = "representative" "受托人",
    }
}

words! {
    /// A post in the customer-service department (岗位).
    #[graphql(name = "Post")]
    PostKind {
        /// Head of the management office (管理处主任).
        EstateManager = "estate manager" "管理处主任",
        /// Head of customer service (客服部经理).
        CsManager = "service manager" "客服部经理",
        /// Runs all posts of the department (客服主管).
        Supervisor = "supervisor" "客服主管",
        /// Leads the assistants of a shift (领班).
        TeamLeader = "team leader" "领班",
        /// Front desk, tickets, visits, patrol (客户助理).
        Assistant = "assistant" "客户助理",
        /// Owner files, keys, loans (档案室资料员).
        ArchiveClerk = "archive clerk" "档案室资料员",
        /// Visitors, calls, items passing the gate (来访登记员).
        VisitorRegistryClerk = "visitor registry" "来访登记员",
        /// Issue and return of IC cards (IC卡中心).
        IcCardClerk = "IC cards" "IC卡中心管理员",
        /// The telephone exchange (总机).
        SwitchboardOperator = "switchboard" "总机话务员",
        /// Attendance, papers, personnel tables (行政助理兼文员).
        AdminOfficer = "admin officer" "行政助理兼文员",
        /// Indicators, special inspection, appeals (人事主管).
        HrOfficer = "HR officer" "人事主管",
        /// Fees, ledgers, shared utilities (收费员).
        Cashier = "cashier" "收费员",
        /// Stock in, out and count (仓库管理员).
        WarehouseKeeper = "warehouse" "仓库管理员",
        /// Meetings, lounges, printers (会务接待).
        ConferenceAttendant = "conference" "会务接待",
        /// Repairs, night duty, move-in inspection (维修员).
        MaintenanceWorker = "maintenance" "维修员",
        /// Gate checks and patrol (安护员).
        SecurityGuard = "security guard" "安护员",
        /// Unannounced checks (专查员).
        Inspector = "inspector" "专查员",
    }
}

impl PostKind {
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
    use crate::words::Word as _;

    /// One word per value, the same in the database and in JSON, and one title each.
    fn words_agree<K>(title: fn(K) -> &'static str)
    where
        K: ActiveEnum<Value = String> + Iterable + serde::Serialize + Copy,
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
        words_agree(Occupancy::chinese);
        words_agree(RelationKind::chinese);
        words_agree(PostKind::chinese);
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
