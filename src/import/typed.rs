//! What somebody typed into a cell of text, behind what programs wrote around it or made of it.

use super::columns::Kind;
use super::fault::Reason;
use crate::text::names::plain;
use crate::text::{LINE, TEXT};

/// What spreadsheets show where a formula came to nothing; `####` where a column is too narrow.
const FAILED: [&str; 10] = [
    "#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!",
    "#FIELD!",
];

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// The text without what hides in it, without the marks by which programs keep `0101` from becoming a
/// number (`="0101"`, `'0101`); refused if a spreadsheet has made something else of it.
pub fn typed(text: &str, kind: Kind) -> Result<String, Reason> {
    // A line break inside a CSV may be a quotation mark that is never closed: it is told later. Two phones
    // may stand below each other.
    let is_broken = text.contains(['\n', '\r']) && !matches!(kind, Kind::Personal);
    let size = if is_broken { TEXT } else { LINE };
    let text = unmarked(&size.clean(text));
    let seen = plain(&text);
    let is_narrow = seen.len() > 1 && seen.chars().all(|c| c == '#');
    if is_narrow || FAILED.contains(&seen.to_uppercase().as_str()) {
        return Err(Reason::FormulaFailed);
    }
    if seen.len() > 1 && seen.starts_with('=') {
        return Err(Reason::FormulaUnreckoned);
    }
    if !matches!(kind, Kind::Text) {
        return Ok(text);
    }
    if is_power(&seen) {
        return Err(Reason::RoundedBySpreadsheet);
    }
    if is_day(&seen) {
        return Err(Reason::TurnedIntoDate);
    }
    if matches!(seen.as_str(), "TRUE" | "FALSE") {
        return Err(Reason::TurnedIntoFlag);
    }
    Ok(text)
}

fn unmarked(text: &str) -> String {
    let quoted = text.strip_prefix("=\"").and_then(|it| it.strip_suffix('"'));
    if let Some(quoted) = quoted.filter(|it| !it.replace("\"\"", "").contains('"')) {
        return quoted.replace("\"\"", "\"").trim().to_owned();
    }
    match text.strip_prefix('\'') {
        Some(rest) => rest.trim().to_owned(),
        None => text.to_owned(),
    }
}

/// `1.00E+03`: a sign behind the E is written by spreadsheets only.
fn is_power(text: &str) -> bool {
    let Some((number, power)) = text.split_once(['E', 'e']) else {
        return false;
    };
    let is_number = are_digits(&number.trim_start_matches('-').replacen('.', "", 1));
    is_number && power.strip_prefix(['+', '-']).is_some_and(are_digits)
}

/// `3月1日`, `Jan-01`, `1-Jan-24`, `2024/3/1`: what spreadsheets leave of `3-1`.
fn is_day(text: &str) -> bool {
    let day = text.split(' ').next().unwrap_or_default();
    if let Some((year, rest)) = day.split_once('年') {
        return is_number(year, 1900, 2199) && (is_month_and_day(rest) || is_month(rest));
    }
    let parts: Vec<&str> = day.split(['-', '/']).collect();
    let is_word = |part: &&str| MONTHS.contains(&part.to_lowercase().as_str());
    match parts.as_slice() {
        [month] => is_month_and_day(month),
        [one, other] => {
            is_word(one) && are_digits(other) && other.len() != 3
                || is_word(other) && is_number(one, 1, 31)
        }
        [year, month, day] => {
            let is_written = is_number(year, 1900, 2199) && is_number(month, 1, 12);
            is_written && is_number(day, 1, 31)
                || is_word(month) && is_number(year, 1, 31) && are_digits(day)
        }
        _ => false,
    }
}

fn is_month_and_day(text: &str) -> bool {
    let parts = text.strip_suffix('日').and_then(|it| it.split_once('月'));
    parts.is_some_and(|(month, day)| is_number(month, 1, 12) && is_number(day, 1, 31))
}

fn is_month(text: &str) -> bool {
    let month = text.strip_suffix('月');
    month.is_some_and(|month| is_number(month, 1, 12))
}

fn is_number(text: &str, least: u32, most: u32) -> bool {
    are_digits(text)
        && text
            .parse()
            .is_ok_and(|number| (least..=most).contains(&number))
}

fn are_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Figures and letters as Chinese keyboards type them by mistake; brackets stay as they were written.
pub fn half_width(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{FF10}'..='\u{FF19}' | '\u{FF21}'..='\u{FF3A}' | '\u{FF41}'..='\u{FF5A}' => {
            char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c)
        }
        '\u{3000}' => ' ',
        c => c,
    };
    text.chars().map(narrow).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marks_that_keep_a_text_a_text_are_no_part_of_it() {
        for (cell, meant) in [
            ("=\"0101\"", "0101"),
            ("'0102", "0102"),
            ("\t0103", "0103"),
            ("=\"3\"\"A\"", "3\"A"),
            ("1-101", "1-101"),
            ("3E5", "3E5"),
            ("#1", "#1"),
            ("12-1-1", "12-1-1"),
            ("3-1", "3-1"),
            ("Mars-1", "Mars-1"),
            ("5月花", "5月花"),
        ] {
            assert_eq!(typed(cell, Kind::Text).as_deref(), Ok(meant), "{cell}");
        }
        for (cell, reason) in [
            ("1.00E+03", Reason::RoundedBySpreadsheet),
            ("1E+10", Reason::RoundedBySpreadsheet),
            ("3月1日", Reason::TurnedIntoDate),
            ("２０２４年３月", Reason::TurnedIntoDate),
            ("2024年3月1日", Reason::TurnedIntoDate),
            ("2024/3/1 0:00", Reason::TurnedIntoDate),
            ("Jan-01", Reason::TurnedIntoDate),
            ("1-Mar", Reason::TurnedIntoDate),
            ("01-Mar-24", Reason::TurnedIntoDate),
            ("#REF!", Reason::FormulaFailed),
            ("#N/A", Reason::FormulaFailed),
            ("####", Reason::FormulaFailed),
            ("=A1&B1", Reason::FormulaUnreckoned),
            ("TRUE", Reason::TurnedIntoFlag),
        ] {
            assert_eq!(typed(cell, Kind::Text), Err(reason), "{cell}");
        }
        assert_eq!(typed("2024/3/1", Kind::Date).as_deref(), Ok("2024/3/1"));
        assert_eq!(half_width("Ａ座（东）０１"), "A座（东）01");
    }
}
