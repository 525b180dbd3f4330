//! What one clean cell means. Every function takes the cell as the table gives it: trimmed, not empty, and in plain
//! characters unless its column holds a text.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate};
use entity::kinds::{Occupancy, PostKind, RelationKind, every};
use entity::words::Word;

use super::fault::Reason;
use crate::areas::households;
use crate::auth::login;
use crate::text::names::drawn_together;

const LOWEST_FLOOR: i16 = -20;
const HIGHEST_FLOOR: i16 = 200;

const ACCOUNT_LIMIT: usize = 100;

/// Larger than any hall; a slip of the decimal point is not.
const AREA_LIMIT_M2: i64 = 1_000_000;

/// A floor as a list names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Floor {
    /// Below ground is negative; there is no floor 0.
    pub number: i16,
    /// None where it is the number.
    pub name: Option<String>,
}

/// `3`, `三`, `十二`, `3层`, `第三楼`, `3F`, `首层`; below ground `-1`, `B1`, `地下一`, `负一层`. `3A` stands for 4, as
/// `12A` does for 13; a mezzanine is counted with the floor under it, `夹层` with the first. These two keep their names.
pub fn floor(cell: &str) -> Result<Floor, Reason> {
    let cell: String = cell.split_whitespace().collect();
    let cell = cell.strip_prefix('第').unwrap_or(&cell);
    let bare = cell.strip_suffix(['层', '楼']).unwrap_or(cell);
    let name = if cell.ends_with("夹层") {
        Some(cell.to_owned())
    } else if bare.ends_with(['A', 'a']) {
        Some(bare.to_ascii_uppercase())
    } else {
        None
    };
    floor_number(cell).map(|number| Floor { number, name })
}

fn floor_number(cell: &str) -> Result<i16, Reason> {
    let lower = cell.strip_suffix("夹层");
    let cell = lower.unwrap_or(cell);
    let number = cell.strip_suffix(['层', '楼', 'F', 'f']).unwrap_or(cell);
    let number = number.strip_prefix(['F', 'f', 'L', 'l']).unwrap_or(number);
    let below = ["地下", "负", "-", "\u{2212}", "B", "b"]
        .iter()
        .find_map(|prefix| number.strip_prefix(prefix));
    let count = match (below, number) {
        (None, "首" | "底" | "地面") | (Some("室"), _) => Some(1),
        (None, "") if lower.is_some() => Some(1),
        (Some(depth), _) => whole_number(depth).or_else(|| chinese_number(depth)),
        (None, number) => match number.strip_suffix(['A', 'a']) {
            Some(lower) => whole_number(lower).and_then(|lower| lower.checked_add(1)),
            None => whole_number(number).or_else(|| chinese_number(number)),
        },
    };
    let count = count.ok_or(Reason::NotAFloor)?;
    i16::try_from(count)
        .ok()
        .map(|count| if below.is_some() { -count } else { count })
        .filter(|floor| *floor != 0 && (LOWEST_FLOOR..=HIGHEST_FLOOR).contains(floor))
        .ok_or(Reason::FloorOutOfRange {
            lowest: LOWEST_FLOOR,
            highest: HIGHEST_FLOOR,
        })
}

/// Square metres with at most two decimals, in hundredths.
pub fn area_centi_m2(cell: &str) -> Result<i64, Reason> {
    let (metres, decimals) = match cell.split_once('.') {
        Some((metres, decimals)) if is_digits(decimals) => (metres, decimals),
        Some(_) => return Err(Reason::NotAnArea),
        None => (cell, ""),
    };
    if !is_digits(metres) {
        return Err(Reason::NotAnArea);
    }
    let decimals = decimals.trim_end_matches('0');
    let hundredths = match decimals.as_bytes() {
        [] => 0,
        [tenths] => i64::from(tenths - b'0') * 10,
        [tenths, rest] => i64::from(tenths - b'0') * 10 + i64::from(rest - b'0'),
        _ => return Err(Reason::AreaTooPrecise),
    };
    metres
        .parse::<i64>()
        .ok()
        .and_then(|metres| metres.checked_mul(100)?.checked_add(hundredths))
        .filter(|area| (1..=AREA_LIMIT_M2 * 100).contains(area))
        .ok_or(Reason::AreaOutOfRange {
            limit: AREA_LIMIT_M2,
        })
}

pub fn occupancy(cell: &str) -> Result<Occupancy, Reason> {
    match cell {
        "长住" => Ok(Occupancy::OwnerResident),
        "非长住" => Ok(Occupancy::OwnerNotResident),
        "空置" => Ok(Occupancy::Vacant),
        "托管" => Ok(Occupancy::Entrusted),
        "出租" => Ok(Occupancy::Let),
        _ => Err(Reason::UnknownOccupancy),
    }
}

/// A name, without the blanks that spread short ones over the column: 张　伟 is 张伟.
#[expect(
    clippy::unnecessary_wraps,
    reason = "has the shape of the other cell readers"
)]
pub fn name(cell: &str) -> Result<String, Reason> {
    Ok(drawn_together(cell))
}

/// The title on the badge, or another that the handbooks have for the post.
pub fn post(cell: &str) -> Result<PostKind, Reason> {
    let post = match cell {
        "管理处经理" | "屋村经理" | "屋村管理处经理" | "管理处负责人" => {
            PostKind::EstateManager
        }
        "客服经理" => PostKind::CsManager,
        "主管" | "客服主任" | "客户服务部主管" => PostKind::Supervisor,
        "前台" | "前台客户助理" | "客服管理员" | "客户专员" | "客服专员" => {
            PostKind::Assistant
        }
        "资料员" | "档案员" | "档案负责人" => PostKind::ArchiveClerk,
        "来访登记" => PostKind::VisitorRegistryClerk,
        "IC卡管理员" => PostKind::IcCardClerk,
        "话务员" | "总机" => PostKind::SwitchboardOperator,
        "行政助理" | "行政主管" | "文员" => PostKind::AdminOfficer,
        "财物管理员" => PostKind::Cashier,
        "仓管员" => PostKind::WarehouseKeeper,
        "会务服务员" => PostKind::ConferenceAttendant,
        "维修工" | "水电维修员" => PostKind::MaintenanceWorker,
        "保安" | "保安员" => PostKind::SecurityGuard,
        title => return titled(title).ok_or(Reason::UnknownPost),
    };
    Ok(post)
}

fn titled(title: &str) -> Option<PostKind> {
    every::<PostKind>().find(|post| post.chinese() == title)
}

/// What is typed to sign in.
pub fn account(cell: &str) -> Result<String, Reason> {
    let account = login::normalised(cell);
    if account.chars().any(char::is_whitespace) || account.chars().count() > ACCOUNT_LIMIT {
        return Err(Reason::NotAnAccount {
            limit: ACCOUNT_LIMIT,
        });
    }
    Ok(account)
}

/// The handbooks have two words for an occupant, a merchant and a representative; both are read.
pub fn relation(cell: &str) -> Result<RelationKind, Reason> {
    match cell {
        "业主" => Ok(RelationKind::Owner),
        "家属" => Ok(RelationKind::FamilyMember),
        "租户" => Ok(RelationKind::Tenant),
        "住户" | "使用人" => Ok(RelationKind::Occupant),
        "商户" | "商家" => Ok(RelationKind::Merchant),
        "受托人" | "代办人" => Ok(RelationKind::Representative),
        _ => Err(Reason::UnknownRelation),
    }
}

/// As the desk takes them: a mobile as its 11 digits, a landline as `0757-22334455`, with `转801` where there is an
/// extension, several with `/` between them.
pub fn phone(cell: &str) -> Result<String, Reason> {
    if is_rounded(cell) {
        return Err(Reason::RoundedBySpreadsheet);
    }
    households::phone(cell).map_err(|_| Reason::NotAPhone)
}

/// The papers that the desk takes, and of an identity card a birth date that exists.
///
/// The checksum in the last place of an identity card is not checked: the fictitious numbers of samples and trainings
/// fail it on purpose, so that they can be nobody's.
pub fn identity_number(cell: &str) -> Result<String, Reason> {
    if is_rounded(cell) {
        return Err(Reason::RoundedBySpreadsheet);
    }
    let number = households::identity_number(cell).map_err(|_| Reason::NotAnIdentityNumber)?;
    let is_born = |number: &str| {
        let born = number.get(6..14)?;
        calendar_day(born.get(..4)?, born.get(4..6)?, born.get(6..)?)
    };
    let is_card = number.len() == 18 && number.get(..17).is_some_and(is_digits);
    if is_card && !households::is_firm_code(&number) && is_born(&number).is_none() {
        return Err(Reason::ImpossibleBirthDate);
    }
    Ok(number)
}

/// `2014-10-14`, `2014/10/14`, `2014.10.14`, `2014年10月14日` (also without leading zeros) or `20141014`; a time or a
/// day of the week behind it is passed over. A moment with its zone is the day that it was in China.
pub fn date(cell: &str) -> Result<NaiveDate, Reason> {
    const HOURS_OF_CHINA: i32 = 8;
    if let Ok(moment) = DateTime::parse_from_rfc3339(&cell.replacen(' ', "T", 1))
        && let Some(china) = FixedOffset::east_opt(HOURS_OF_CHINA * 3600)
    {
        let day = moment.with_timezone(&china).date_naive();
        return Some(day)
            .filter(|day| (1900..2200).contains(&day.year()))
            .ok_or(Reason::NotADate);
    }
    let cell = without_time(cell).ok_or(Reason::NotADate)?;
    let parts = if cell.len() == 8 && is_digits(cell) {
        cell.split_at_checked(4)
            .and_then(|(year, rest)| Some((year, rest.split_at_checked(2)?)))
    } else if let Some(written) = cell.strip_suffix('日') {
        written
            .split_once('年')
            .and_then(|(year, rest)| Some((year, rest.split_once('月')?)))
    } else {
        ['-', '/', '.'].iter().find_map(|mark| {
            let (year, rest) = cell.split_once(*mark)?;
            Some((year, rest.split_once(*mark)?))
        })
    };
    parts
        .and_then(|(year, (month, day))| calendar_day(year, month, day))
        .ok_or(Reason::NotADate)
}

/// A day without the time and the day of the week that are written behind it; none where something else stands there.
fn without_time(cell: &str) -> Option<&str> {
    let is_day = |c: char| c.is_ascii_digit() || matches!(c, '-' | '/' | '.' | '年' | '月' | '日');
    let end = cell.find(|c| !is_day(c)).unwrap_or(cell.len());
    let (day, behind) = cell.split_at_checked(end)?;
    let words = behind
        .trim_start_matches('T')
        .split([' ', ':', '.', '时', '分', '秒', ',']);
    let mut words = words.filter(|word| !word.is_empty());
    words.all(is_of_a_time).then_some(day)
}

fn is_of_a_time(word: &str) -> bool {
    const WORDS: [&str; 8] = ["上午", "下午", "中午", "晚上", "凌晨", "AM", "PM", "早上"];
    let day_of_week = word
        .strip_prefix("星期")
        .or_else(|| word.strip_prefix("周"))
        .or_else(|| word.strip_prefix("礼拜"));
    if let Some(day) = day_of_week {
        return matches!(day, "一" | "二" | "三" | "四" | "五" | "六" | "日" | "天");
    }
    let upper = word.to_uppercase();
    let number = WORDS
        .iter()
        .find_map(|it| upper.strip_prefix(it))
        .unwrap_or(&upper);
    let number = WORDS
        .iter()
        .find_map(|it| number.strip_suffix(it))
        .unwrap_or(number);
    number.is_empty() || is_digits(number) && number.len() <= 3
}

fn calendar_day(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let is_written_out = year.len() == 4 && month.len() <= 2 && day.len() <= 2;
    let number = |digits: &str| is_digits(digits).then(|| digits.parse::<u32>().ok())?;
    let year = i32::try_from(number(year)?).ok()?;
    NaiveDate::from_ymd_opt(year, number(month)?, number(day)?)
        .filter(|day| is_written_out && (1900..2200).contains(&day.year()))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `1.38E+10`: what a spreadsheet leaves of a long number in a cell that is not text.
fn is_rounded(cell: &str) -> bool {
    cell.split_once(['E', 'e']).is_some_and(|(number, power)| {
        is_digits(&number.replacen('.', "", 1)) && is_digits(power.trim_start_matches('+'))
    })
}

fn whole_number(text: &str) -> Option<u32> {
    is_digits(text).then(|| text.parse().ok())?
}

/// Numbers up to 199 as they are spoken: 三, 十二, 二十, 一百零二, 一百一十.
fn chinese_number(text: &str) -> Option<u32> {
    let (hundreds, rest) = match text.split_once('百') {
        Some(("一", "")) => return Some(100),
        Some(("一", rest)) => (100, rest),
        Some(_) => return None,
        None => (0, text),
    };
    let below_hundred = match (rest.split_once('十'), rest.strip_prefix('零')) {
        (Some((tens, ones)), _) => {
            let tens = if tens.is_empty() {
                1
            } else {
                chinese_digit(tens)?
            };
            let ones = if ones.is_empty() {
                0
            } else {
                chinese_digit(ones)?
            };
            tens * 10 + ones
        }
        (None, Some(ones)) if hundreds > 0 => chinese_digit(ones)?,
        (None, None) if hundreds == 0 => chinese_digit(rest)?,
        _ => return None,
    };
    Some(hundreds + below_hundred)
}

fn chinese_digit(text: &str) -> Option<u32> {
    (1..)
        .zip(["一", "二", "三", "四", "五", "六", "七", "八", "九"])
        .find_map(|(value, digit)| (digit == text).then_some(value))
}
