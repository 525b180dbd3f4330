//! The units of the demo estate, and who owns, rents and lives in them.

use std::ops::RangeInclusive;

use chrono::{Months, NaiveDate};
use entity::kinds::{Occupancy, RelationKind};

use super::estate::{DemoBuilding, DemoCommunity, DemoParty, DemoUnit};
use super::names::Cast;

/// Floors of a building that are alike.
pub struct Block {
    pub zone: &'static str,
    pub building: &'static str,
    pub floors: RangeInclusive<i16>,
    /// Layout and hundredths of a square metre of each unit of a floor.
    pub flats: &'static [(&'static str, i64)],
    /// How many units are occupied how; dealt out by chance.
    pub deck: &'static [(usize, Occupancy)],
    pub lettings: Lettings,
    pub doors: Doors,
}

/// How the doors of a block are numbered.
#[derive(Clone, Copy)]
pub enum Doors {
    /// Floor and door: `1203`.
    OfTheFloor,
    /// Two on each landing of a staircase: `2单元301`.
    OfStaircases,
}

impl Doors {
    /// `door` counts from 1 on each floor.
    fn room_number(self, floor: i16, door: usize) -> String {
        match self {
            Self::OfTheFloor => format!("{floor:02}{door:02}"),
            Self::OfStaircases => {
                let (staircase, door) = (door.div_ceil(2), (door - 1) % 2 + 1);
                format!("{staircase}单元{floor}{door:02}")
            }
        }
    }
}

/// How many of a hundred homes have such people on file besides their owner or tenant.
#[derive(Clone, Copy)]
pub struct Rates {
    pub partners: i64,
    pub children: i64,
    pub representatives: i64,
    /// Where the owner lives elsewhere.
    pub former_tenants: i64,
    /// Where another tenant lives now.
    pub tenants_before: i64,
    pub occupants: i64,
    pub tenants_children: i64,
}

impl Rates {
    pub const VILLAGE: Self = Self {
        partners: 65,
        children: 55,
        representatives: 40,
        former_tenants: 30,
        tenants_before: 40,
        occupants: 50,
        tenants_children: 30,
    };
}

/// What a unit of a block is let as.
#[derive(Clone, Copy)]
pub enum Lettings {
    Homes,
    DormitoryRooms,
    /// To these firms, in this order.
    Premises(&'static [&'static str]),
}

/// 120 homes.
pub const BIJIANG_BLOCKS: [Block; 3] = [
    Block {
        zone: "江畔苑",
        building: "江畔1栋",
        floors: 1..=12,
        flats: &[
            ("三房两厅", 9047),
            ("两房一厅", 7820),
            ("三房两厅", 9635),
            ("四房两厅", 12_840),
        ],
        deck: &HIGH_RISE,
        lettings: Lettings::Homes,
        doors: Doors::OfTheFloor,
    },
    Block {
        zone: "江畔苑",
        building: "江畔2栋",
        floors: 1..=12,
        flats: &[
            ("两房一厅", 7655),
            ("三房两厅", 10_218),
            ("三房两厅", 9890),
            ("四房两厅", 13_175),
        ],
        deck: &HIGH_RISE,
        lettings: Lettings::Homes,
        doors: Doors::OfTheFloor,
    },
    Block {
        zone: "翠堤苑",
        building: "翠堤3栋",
        floors: 1..=6,
        flats: &[
            ("四房两厅", 14_236),
            ("三房两厅", 11_580),
            ("三房两厅", 11_412),
            ("四房两厅", 14_700),
        ],
        deck: &[
            (11, Occupancy::OwnerResident),
            (4, Occupancy::OwnerNotResident),
            (4, Occupancy::Vacant),
            (3, Occupancy::Entrusted),
            (2, Occupancy::Let),
        ],
        lettings: Lettings::Homes,
        doors: Doors::OfTheFloor,
    },
];

/// Of 48 homes.
pub const HIGH_RISE: [(usize, Occupancy); 5] = [
    (20, Occupancy::OwnerResident),
    (8, Occupancy::OwnerNotResident),
    (8, Occupancy::Vacant),
    (5, Occupancy::Entrusted),
    (7, Occupancy::Let),
];

/// 12 workshops, 3 shops and 15 dormitory rooms.
pub const CUIHU_BLOCKS: [Block; 3] = [
    Block {
        zone: "厂房区",
        building: "A座厂房",
        floors: 1..=4,
        flats: &[
            ("标准厂房", 120_000),
            ("标准厂房", 96_000),
            ("标准厂房", 120_000),
        ],
        deck: &[(10, Occupancy::Let), (2, Occupancy::Vacant)],
        lettings: Lettings::Premises(&[
            "翠湖恒顺五金厂",
            "翠湖宏泰塑胶厂",
            "翠湖联丰电子厂",
            "翠湖佳美包装厂",
            "翠湖永盛模具厂",
            "翠湖新誉灯饰厂",
            "翠湖瑞昌家具厂",
            "翠湖德信印刷厂",
            "翠湖嘉禾食品厂",
            "翠湖精诚数控加工厂",
        ]),
        doors: Doors::OfTheFloor,
    },
    Block {
        zone: "生活区",
        building: "1号宿舍楼",
        floors: 1..=1,
        flats: &[("商铺", 4860), ("商铺", 6240), ("商铺", 4860)],
        deck: &[(3, Occupancy::Let)],
        lettings: Lettings::Premises(&["翠湖便利店", "翠湖小厨", "翠湖劳保用品店"]),
        doors: Doors::OfTheFloor,
    },
    Block {
        zone: "生活区",
        building: "1号宿舍楼",
        floors: 2..=6,
        flats: &[("四人间", 3200), ("四人间", 3200), ("双人间", 2450)],
        deck: &[(12, Occupancy::Let), (3, Occupancy::Vacant)],
        lettings: Lettings::DormitoryRooms,
        doors: Doors::OfTheFloor,
    },
];

/// Adds the units of a block and the parties of each.
pub fn settle(cast: &mut Cast, block: &Block, rates: &Rates, community: &mut DemoCommunity) {
    if !community.zones.contains(&block.zone) {
        community.zones.push(block.zone);
    }
    if community
        .buildings
        .iter()
        .all(|building| building.name != block.building)
    {
        community.buildings.push(DemoBuilding {
            zone: block.zone,
            name: block.building,
        });
    }
    let mut deck: Vec<Occupancy> = block
        .deck
        .iter()
        .flat_map(|(count, occupancy)| std::iter::repeat_n(*occupancy, *count))
        .collect();
    cast.shuffle(&mut deck);
    let mut firms = match block.lettings {
        Lettings::Premises(firms) => firms.iter(),
        Lettings::Homes | Lettings::DormitoryRooms => [].iter(),
    };
    let rooms = block.floors.clone().flat_map(|floor| {
        (1..)
            .zip(block.flats)
            .map(move |(door, flat)| (floor, door, flat))
    });
    for ((floor, door, (layout, area_centi_m2)), occupancy) in rooms.zip(deck) {
        let room_number = block.doors.room_number(floor, door);
        let mut home = Home {
            cast,
            rates,
            building: block.building,
            room_number: room_number.clone(),
            parties: &mut community.parties,
        };
        match (occupancy, block.lettings) {
            (Occupancy::Vacant, _) => {}
            (Occupancy::Let, Lettings::Homes) => home.let_to_tenant(),
            (Occupancy::Let, Lettings::DormitoryRooms) => home.let_as_dormitory(),
            (Occupancy::Let, Lettings::Premises(_)) => firms
                .next()
                .into_iter()
                .for_each(|firm| home.let_to_firm(firm)),
            (occupancy, _) => home.owned(occupancy),
        }
        community.units.push(DemoUnit {
            building: block.building,
            floor,
            room_number,
            layout,
            area_centi_m2: *area_centi_m2,
            occupancy,
        });
    }
}

/// One unit whose people are being written down.
struct Home<'a> {
    cast: &'a mut Cast,
    rates: &'a Rates,
    building: &'static str,
    room_number: String,
    parties: &'a mut Vec<DemoParty>,
}

impl Home<'_> {
    /// An owner with his family, or with somebody who acts for him while he is away.
    fn owned(&mut self, occupancy: Occupancy) {
        let (surname, since) = self.owner();
        match occupancy {
            Occupancy::OwnerResident => {
                if self.cast.chance(self.rates.partners) {
                    let other = self.cast.surname();
                    self.person(other, RelationKind::FamilyMember, since, None);
                }
                if self.cast.chance(self.rates.children) {
                    self.child(surname, since);
                }
            }
            Occupancy::Entrusted => {
                if self.cast.chance(self.rates.representatives) {
                    let other = self.cast.surname();
                    let from = self.cast.day(2024..=2025);
                    self.person(other, RelationKind::Representative, from, None);
                }
            }
            _ => {
                if self.cast.chance(self.rates.former_tenants) {
                    self.former_tenant();
                }
            }
        }
    }

    fn let_to_tenant(&mut self) {
        self.owner();
        if self.cast.chance(self.rates.tenants_before) {
            self.former_tenant();
        }
        let (surname, from, to) = self.lease(RelationKind::Tenant);
        if self.cast.chance(self.rates.occupants) {
            let other = self.cast.surname();
            self.person(other, RelationKind::Occupant, from, Some(to));
        }
        if self.cast.chance(self.rates.tenants_children) {
            self.add(surname, RelationKind::FamilyMember, None, from, Some(to));
        }
    }

    /// A firm, and the person who signs for it. The park owns the unit itself.
    fn let_to_firm(&mut self, firm: &str) {
        let (from, to) = self.present_term();
        let phone = self.cast.phone();
        self.parties.push(DemoParty {
            building: self.building,
            room_number: self.room_number.clone(),
            name: firm.to_owned(),
            relation: RelationKind::Merchant,
            phone,
            identity_number: None,
            starts_on: from,
            ends_on: Some(to),
        });
        let surname = self.cast.surname();
        self.person(surname, RelationKind::Representative, from, Some(to));
    }

    fn let_as_dormitory(&mut self) {
        let (_, from, to) = self.lease(RelationKind::Tenant);
        for _ in 0..self.cast.number(0..=2) {
            let surname = self.cast.surname();
            self.person(surname, RelationKind::Occupant, from, Some(to));
        }
    }

    fn owner(&mut self) -> (&'static str, NaiveDate) {
        let surname = self.cast.surname();
        let since = self.cast.day(2006..=2024);
        self.person(surname, RelationKind::Owner, since, None);
        (surname, since)
    }

    fn former_tenant(&mut self) {
        let surname = self.cast.surname();
        let (from, to) = (self.cast.day(2023..=2023), self.cast.day(2024..=2024));
        self.person(surname, RelationKind::Tenant, from, Some(to));
    }

    fn lease(&mut self, relation: RelationKind) -> (&'static str, NaiveDate, NaiveDate) {
        let surname = self.cast.surname();
        let (from, to) = self.present_term();
        self.person(surname, relation, from, Some(to));
        (surname, from, to)
    }

    /// Three years from a day in 2025.
    fn present_term(&mut self) -> (NaiveDate, NaiveDate) {
        let from = self.cast.day(2025..=2025);
        let to = from
            .checked_add_months(Months::new(36))
            .and_then(|day| day.pred_opt());
        (from, to.unwrap_or(from))
    }

    fn child(&mut self, surname: &str, since: NaiveDate) {
        self.add(surname, RelationKind::FamilyMember, None, since, None);
    }

    fn person(
        &mut self,
        surname: &str,
        relation: RelationKind,
        from: NaiveDate,
        to: Option<NaiveDate>,
    ) {
        let identity_number = self.cast.identity_number(1955..=1985);
        self.add(surname, relation, Some(identity_number), from, to);
    }

    fn add(
        &mut self,
        surname: &str,
        relation: RelationKind,
        identity_number: Option<String>,
        starts_on: NaiveDate,
        ends_on: Option<NaiveDate>,
    ) {
        self.parties.push(DemoParty {
            building: self.building,
            room_number: self.room_number.clone(),
            name: self.cast.person(surname),
            relation,
            phone: self.cast.phone(),
            identity_number,
            starts_on,
            ends_on,
        });
    }
}
