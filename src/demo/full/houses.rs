//! The houses of the large estate, the workshops and dormitories of its park.

use std::sync::LazyLock;

use entity::kinds::Occupancy;

use super::kept;
use crate::demo::homes::{Block, Doors, HIGH_RISE, Lettings};

pub const GARDENS: [&str; 10] = [
    "江畔苑",
    "翠堤苑",
    "云山苑",
    "荷塘苑",
    "松涛苑",
    "桂香苑",
    "竹影苑",
    "海棠苑",
    "听雨苑",
    "观澜苑",
];

/// How many towers, tall slabs, slabs and garden houses (洋房) each garden has, in the order of `GARDENS`.
const HOUSES: [[usize; 4]; 10] = [
    [5, 1, 2, 0],
    [0, 0, 4, 16],
    [5, 0, 2, 0],
    [4, 0, 3, 2],
    [5, 0, 2, 0],
    [3, 0, 3, 6],
    [4, 0, 2, 4],
    [5, 0, 2, 0],
    [0, 0, 3, 14],
    [5, 1, 2, 0],
];

/// Floors that are alike, and who lives behind the doors of a house.
struct House {
    floors: i16,
    flats: &'static [(&'static str, i64)],
    deck: &'static [(usize, Occupancy)],
    doors: Doors,
}

/// In the order of the columns of `HOUSES`: 192, 136, 72 and 48 homes.
const KINDS: [House; 4] = [
    House {
        floors: 32,
        flats: &[
            ("三房两厅", 9047),
            ("两房一厅", 7820),
            ("两房两厅", 8215),
            ("两房一厅", 7655),
            ("三房两厅", 9635),
            ("四房两厅", 12_840),
        ],
        deck: &[
            (80, Occupancy::OwnerResident),
            (32, Occupancy::OwnerNotResident),
            (32, Occupancy::Vacant),
            (20, Occupancy::Entrusted),
            (28, Occupancy::Let),
        ],
        doors: Doors::OfTheFloor,
    },
    House {
        floors: 34,
        flats: &[
            ("四房两厅", 13_175),
            ("三房两厅", 10_218),
            ("三房两厅", 9890),
            ("四房两厅", 14_236),
        ],
        deck: &[
            (57, Occupancy::OwnerResident),
            (23, Occupancy::OwnerNotResident),
            (22, Occupancy::Vacant),
            (14, Occupancy::Entrusted),
            (20, Occupancy::Let),
        ],
        doors: Doors::OfTheFloor,
    },
    House {
        floors: 18,
        flats: &[
            ("三房两厅", 11_580),
            ("三房两厅", 10_432),
            ("三房两厅", 10_432),
            ("四房两厅", 13_608),
        ],
        deck: &[
            (30, Occupancy::OwnerResident),
            (12, Occupancy::OwnerNotResident),
            (12, Occupancy::Vacant),
            (8, Occupancy::Entrusted),
            (10, Occupancy::Let),
        ],
        doors: Doors::OfTheFloor,
    },
    House {
        floors: 6,
        flats: &[
            ("四房两厅", 14_236),
            ("三房两厅", 11_412),
            ("三房两厅", 11_412),
            ("四房两厅", 14_236),
            ("四房两厅", 14_236),
            ("三房两厅", 11_412),
            ("三房两厅", 11_412),
            ("四房两厅", 14_700),
        ],
        deck: &HIGH_RISE,
        doors: Doors::OfStaircases,
    },
];

/// 11 000 homes in 105 houses, numbered in each garden from 1.
pub static BIJIANG: LazyLock<Vec<Block>> = LazyLock::new(|| {
    let mut blocks = Vec::new();
    for (zone, counts) in GARDENS.iter().zip(HOUSES) {
        let stem = zone.trim_end_matches('苑');
        let kinds = KINDS.iter().zip(counts);
        let kinds = kinds.flat_map(|(house, count)| std::iter::repeat_n(house, count));
        for (number, house) in (1..).zip(kinds) {
            blocks.push(Block {
                zone,
                building: kept(format!("{stem}{number}栋")),
                floors: 1..=house.floors,
                flats: house.flats,
                deck: house.deck,
                lettings: Lettings::Homes,
                doors: house.doors,
            });
        }
    }
    blocks
});

const FIRM_STEMS: [&str; 24] = [
    "恒顺", "宏泰", "联丰", "佳美", "永盛", "新誉", "瑞昌", "德信", "嘉禾", "精诚", "兴业", "广源",
    "协和", "盛达", "鸿图", "百利", "金马", "华艺", "明辉", "科创", "通达", "天成", "万丰", "顺景",
];

const FIRM_TRADES: [&str; 18] = [
    "五金厂",
    "塑胶厂",
    "电子厂",
    "包装厂",
    "模具厂",
    "灯饰厂",
    "家具厂",
    "印刷厂",
    "食品厂",
    "数控加工厂",
    "电器厂",
    "纺织厂",
    "陶瓷厂",
    "涂料厂",
    "机械厂",
    "玩具厂",
    "物流公司",
    "检测公司",
];

/// One for each let workshop; no two have both words in common.
static FIRMS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let firm = |number: usize| {
        let stem = FIRM_STEMS[number % FIRM_STEMS.len()];
        let trade = FIRM_TRADES[(number + number / FIRM_STEMS.len()) % FIRM_TRADES.len()];
        kept(format!("翠湖{stem}{trade}"))
    };
    (0..72).map(firm).collect()
});

const SHOPS: [[&str; 3]; 4] = [
    ["翠湖便利店", "翠湖小厨", "翠湖劳保用品店"],
    ["翠湖理发店", "翠湖药房", "翠湖水果店"],
    ["翠湖快餐", "翠湖手机维修店", "翠湖洗衣店"],
    ["翠湖早餐店", "翠湖快递站", "翠湖文具店"],
];

/// 90 workshops, 12 shops and 200 dormitory rooms.
pub static CUIHU: LazyLock<Vec<Block>> = LazyLock::new(|| {
    let mut blocks = Vec::new();
    let halls = [
        "A座厂房",
        "B座厂房",
        "C座厂房",
        "D座厂房",
        "E座厂房",
        "F座厂房",
    ];
    for (building, firms) in halls.into_iter().zip(FIRMS.chunks(12)) {
        blocks.push(Block {
            zone: "厂房区",
            building,
            floors: 1..=5,
            flats: &[
                ("标准厂房", 120_000),
                ("标准厂房", 96_000),
                ("标准厂房", 120_000),
            ],
            deck: &[(12, Occupancy::Let), (3, Occupancy::Vacant)],
            lettings: Lettings::Premises(firms),
            doors: Doors::OfTheFloor,
        });
    }
    let dormitories = ["1号宿舍楼", "2号宿舍楼", "3号宿舍楼", "4号宿舍楼"];
    for (building, shops) in dormitories.into_iter().zip(&SHOPS) {
        blocks.push(Block {
            zone: "生活区",
            building,
            floors: 1..=1,
            flats: &[("商铺", 4860), ("商铺", 6240), ("商铺", 4860)],
            deck: &[(3, Occupancy::Let)],
            lettings: Lettings::Premises(shops),
            doors: Doors::OfTheFloor,
        });
        blocks.push(Block {
            zone: "生活区",
            building,
            floors: 2..=6,
            flats: &[
                ("四人间", 3200),
                ("四人间", 3200),
                ("四人间", 3200),
                ("四人间", 3200),
                ("四人间", 3200),
                ("四人间", 3200),
                ("四人间", 3200),
                ("四人间", 3200),
                ("双人间", 2450),
                ("双人间", 2450),
            ],
            deck: &[(41, Occupancy::Let), (9, Occupancy::Vacant)],
            lettings: Lettings::DormitoryRooms,
            doors: Doors::OfTheFloor,
        });
    }
    blocks
});
