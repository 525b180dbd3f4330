//! What a spreadsheet holds in a cell, and the text that somebody meant by it.
//!
//! Whatever comes out is read by `cells`, as a cell of a CSV is.

use chrono::{Days, NaiveDate};

use super::columns::Kind;
use super::fault::Reason;
use crate::names::plain as folded;

/// A cell before anything is known of what it means.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    #[default]
    Empty,
    Text(String),
    Number(f64),
    /// A number that is formatted as a day.
    Day(f64),
    /// A formula that came to nothing: `#N/A`.
    Failed(String),
    /// A formula whose result was never reckoned and stored: the program that wrote the file only wrote
    /// the formula.
    Unreckoned,
}

/// The day from which a workbook counts its days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Epoch {
    #[default]
    Of1900,
    /// As workbooks made on old Macs.
    Of1904,
}

/// A plain number below is no day: it is a year, or a slip. The first is in 1927.
const FIRST_SERIAL: f64 = 10_000.0;

/// Spreadsheets keep 15 digits of a number; what is longer has lost its end.
const ROUNDED_FROM: f64 = 1e15;

impl Value {
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => text.chars().all(char::is_whitespace),
            _ => false,
        }
    }

    /// The cell as text, normalised.
    pub fn text(&self, kind: Kind, epoch: Epoch) -> Result<String, Reason> {
        match self {
            Self::Empty => Ok(String::new()),
            Self::Text(text) => Ok(folded(text)),
            Self::Failed(_) => Err(Reason::FormulaFailed),
            Self::Unreckoned => Err(Reason::FormulaUnreckoned),
            Self::Day(serial) => match kind {
                Kind::Date => day(*serial, epoch).ok_or(Reason::NotADate),
                // `3-1` typed for a room has become 1 March; what was typed is lost.
                _ => Err(Reason::TurnedIntoDate),
            },
            Self::Number(number) => {
                let serial = match kind {
                    Kind::Date if *number >= FIRST_SERIAL && number.fract() == 0.0 => {
                        day(*number, epoch)
                    }
                    _ => None,
                };
                Ok(serial.unwrap_or_else(|| plain(*number)))
            }
        }
    }

    /// The cell as a fault repeats it, where it could not be made text.
    pub fn raw(&self) -> String {
        match self {
            Self::Empty | Self::Unreckoned => String::new(),
            Self::Text(text) | Self::Failed(text) => text.clone(),
            Self::Number(number) | Self::Day(number) => plain(*number),
        }
    }
}

/// A number as the spreadsheet shows it: `101`, `90.47`, and `4.4068E+17` where digits are lost.
fn plain(number: f64) -> String {
    if number.abs() >= ROUNDED_FROM {
        return format!("{number:E}").replacen('E', "E+", 1);
    }
    // Sums leave a tail behind the fifteenth digit: 0.1 + 0.2.
    let shown = format!("{number:.14e}").parse().unwrap_or(number);
    format!("{shown}")
}

/// The day of a serial number, as `2024-03-01`.
fn day(serial: f64, epoch: Epoch) -> Option<String> {
    let whole = serial.trunc();
    if !(0.0..200_000.0).contains(&whole) {
        return None;
    }
    // The fraction is a time of day, and the range fits.
    let days: u64 = format!("{whole}").parse().ok()?;
    let first = match epoch {
        Epoch::Of1904 => NaiveDate::from_ymd_opt(1904, 1, 1)?,
        // Excel believes in a 29 February 1900.
        Epoch::Of1900 if days < 60 => NaiveDate::from_ymd_opt(1899, 12, 31)?,
        Epoch::Of1900 => NaiveDate::from_ymd_opt(1899, 12, 30)?,
    };
    let day = first.checked_add_days(Days::new(days))?;
    Some(day.format("%Y-%m-%d").to_string())
}
