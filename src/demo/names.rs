//! Names and numbers of people who do not exist, and the dice that choose them.

use std::collections::HashSet;
use std::ops::RangeInclusive;

use chrono::NaiveDate;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

const SURNAMES: [&str; 48] = [
    "陈", "林", "黄", "李", "王", "张", "刘", "吴", "郑", "何", "梁", "罗", "郭", "谢", "曾", "许",
    "冯", "邓", "叶", "潘", "杜", "苏", "卢", "蔡", "丁", "魏", "余", "吕", "沈", "姚", "傅", "钟",
    "汪", "田", "姜", "范", "方", "石", "廖", "邹", "熊", "陆", "孔", "白", "崔", "康", "毕", "龙",
];

const GIVEN_NAMES: [&str; 72] = [
    "建华", "志明", "国栋", "伟强", "俊杰", "永康", "文辉", "家豪", "浩然", "子轩", "宇航", "嘉乐",
    "启明", "振兴", "立新", "海波", "春生", "金水", "汉文", "少华", "德才", "庆丰", "树根", "卫东",
    "晓峰", "一鸣", "思远", "泽宇", "博文", "锦程", "丽华", "秀英", "美玲", "桂芳", "惠珍", "玉兰",
    "雪梅", "小燕", "婉婷", "嘉怡", "诗雨", "欣悦", "梓涵", "静怡", "佩珊", "月娥", "彩虹", "凤仪",
    "春桃", "淑贞", "慧敏", "丹", "琳", "芸", "倩", "晴", "磊", "涛", "峰", "斌", "勇", "超", "鹏",
    "刚", "毅", "洋", "晨", "欢", "萍", "莹", "珊", "岚",
];

/// Two of these make a given name where there are more people than names.
const FIRST_HALVES: [&str; 40] = [
    "建", "国", "志", "文", "家", "子", "晓", "海", "永", "俊", "思", "嘉", "雪", "美", "丽", "玉",
    "秀", "春", "慧", "婉", "佳", "雅", "静", "梦", "宇", "浩", "泽", "明", "振", "立", "少", "世",
    "伟", "锦", "启", "培", "彦", "若", "诗", "景",
];

const SECOND_HALVES: [&str; 40] = [
    "华", "强", "杰", "辉", "豪", "轩", "航", "峰", "远", "程", "英", "玲", "芳", "珍", "兰", "梅",
    "燕", "婷", "怡", "雨", "悦", "涵", "琴", "娟", "敏", "平", "军", "波", "林", "生", "荣", "贤",
    "安", "宁", "洁", "仪", "康", "良", "基", "媛",
];

/// Districts in whose numbers people are born.
const DISTRICTS: [&str; 6] = ["440681", "440604", "440605", "440606", "440607", "440608"];

const MOBILE_PREFIXES: [&str; 10] = [
    "130", "135", "136", "137", "138", "139", "150", "158", "186", "188",
];

/// How many people there must be names and numbers for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Crowd {
    /// Some hundred, of one district.
    Village,
    /// Some ten thousand.
    Town,
}

/// Dice that never give two people the same name, phone or identity number.
pub struct Cast {
    dice: StdRng,
    crowd: Crowd,
    names: HashSet<String>,
    phones: HashSet<String>,
    births: HashSet<(&'static str, NaiveDate)>,
}

impl Cast {
    pub fn new(seed: u64, crowd: Crowd) -> Self {
        Self {
            dice: StdRng::seed_from_u64(seed),
            crowd,
            names: HashSet::new(),
            phones: HashSet::new(),
            births: HashSet::new(),
        }
    }

    pub fn surname(&mut self) -> &'static str {
        self.pick(&SURNAMES)
    }

    /// A full name.
    pub fn person(&mut self, surname: &str) -> String {
        loop {
            let name = if self.crowd == Crowd::Town && self.chance(85) {
                let (first, second) = (self.pick(&FIRST_HALVES), self.pick(&SECOND_HALVES));
                format!("{surname}{first}{second}")
            } else {
                format!("{surname}{}", self.pick(&GIVEN_NAMES))
            };
            if self.names.insert(name.clone()) {
                return name;
            }
        }
    }

    /// A mobile with 0000 in the middle.
    pub fn phone(&mut self) -> String {
        loop {
            let phone = format!(
                "{}0000{:04}",
                self.pick(&MOBILE_PREFIXES),
                self.number(0..=9999)
            );
            if self.phones.insert(phone.clone()) {
                return phone;
            }
        }
    }

    /// The number of somebody born in these years. The order number 000 is never issued, and the checksum is wrong for
    /// most.
    pub fn identity_number(&mut self, born: RangeInclusive<i32>) -> String {
        loop {
            let district = match self.crowd {
                Crowd::Village => DISTRICTS[0],
                Crowd::Town => self.pick(&DISTRICTS),
            };
            let birthday = self.day(born.clone());
            if self.births.insert((district, birthday)) {
                return format!("{district}{}000X", birthday.format("%Y%m%d"));
            }
        }
    }

    /// A day in these years.
    pub fn day(&mut self, years: RangeInclusive<i32>) -> NaiveDate {
        let year = self.dice.random_range(years);
        let day_of_year = self.dice.random_range(1..=365);
        NaiveDate::from_yo_opt(year, day_of_year).unwrap_or_default()
    }

    pub fn number(&mut self, among: RangeInclusive<i64>) -> i64 {
        self.dice.random_range(among)
    }

    pub fn chance(&mut self, percent: i64) -> bool {
        self.number(1..=100) <= percent
    }

    /// One of a list that is not empty.
    pub fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.dice.random_range(0..list.len())]
    }

    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        list.shuffle(&mut self.dice);
    }
}
