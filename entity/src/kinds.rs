//! The closed lists that many tables share: how a unit is lived in, what a party is to a unit, which post a person holds.
//!
//! Stored and sent as `snake_case` words, so that a value means the same in the database, in JSON and on a phone.

words! {
    /// How a unit is lived in (居住状态).
    Occupancy {
        /// The owner lives here for most of the year (长住).
        OwnerResident,
        /// The owner keeps the unit but lives elsewhere (非长住).
        OwnerNotResident,
        /// Nobody has moved in (空置).
        Vacant,
        /// In the care of the company (托管).
        Entrusted,
        /// Let to a tenant or a merchant (出租).
        Let,
    }
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

words! {
    /// What a party is to a unit for the time the relation lasts (身份).
    RelationKind {
        /// Holds the title (业主).
        Owner,
        /// Belongs to the owner's or the tenant's family (家属).
        FamilyMember,
        /// Uses the unit without owning or leasing it (住户).
        Occupant,
        /// Leases the unit to live in (租户).
        Tenant,
        /// Leases or owns the unit to do business (商户).
        Merchant,
        /// Acts for the owner or the firm by power of attorney (受托人).
        Representative,
    }
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

words! {
    /// A post in the customer-service department (岗位).
    #[graphql(name = "Post")]
    PostKind {
        /// Head of the management office (管理处主任).
        EstateManager,
        /// Head of customer service (客服部经理).
        CsManager,
        /// Runs all posts of the department (客服主管).
        Supervisor,
        /// Leads the assistants of a shift (领班).
        TeamLeader,
        /// Front desk, tickets, visits, patrol (客户助理).
        Assistant,
        /// Owner files, keys, loans (档案室资料员).
        ArchiveClerk,
        /// Visitors, calls, items passing the gate (来访登记员).
        VisitorRegistryClerk,
        /// Issue and return of IC cards (IC卡中心).
        IcCardClerk,
        /// The telephone exchange (总机).
        SwitchboardOperator,
        /// Attendance, papers, personnel tables (行政助理兼文员).
        AdminOfficer,
        /// Indicators, special inspection, appeals (人事主管).
        HrOfficer,
        /// Fees, ledgers, shared utilities (收费员).
        Cashier,
        /// Stock in, out and count (仓库管理员).
        WarehouseKeeper,
        /// Meetings, lounges, printers (会务接待).
        ConferenceAttendant,
        /// Repairs, night duty, move-in inspection (维修员).
        MaintenanceWorker,
        /// Gate checks and patrol (安护员).
        SecurityGuard,
        /// Unannounced checks (专查员).
        Inspector,
    }
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
