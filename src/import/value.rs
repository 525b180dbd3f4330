//! What a spreadsheet holds in a cell, and the text that somebody meant by it.
//!
//! Whatever comes out is read by `cells`, as a cell of a CSV is.

use chrono::{Days, NaiveDate};

use super::columns::Kind;
use super::fault::Reason;
use super::table::shown::plain as written_out;
use super::typed::{half_width, typed};
use crate::text::names::plain;

/// A cell before anything is known of what it means.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    #[default]
    Empty,
    Text(String),
    Number(Number),
    /// A number that is formatted as a day or a time.
    Day(f64),
    /// A logical value.
    Flag(bool),
    /// A formula that came to nothing: `#N/A`.
    Failed(String),
    /// A formula whose result was never reckoned and stored: the program that wrote the file only wrote
    /// the formula.
    Unreckoned,
}

/// A number, and what its cell shows of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    pub stored: f64,
    /// None where something else is shown than is stored.
    pub shown: Option<String>,
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

    /// The cell as text: what is shown, a text as it was written, all else in plain characters.
    pub fn text(&self, kind: Kind, epoch: Epoch) -> Result<String, Reason> {
        match self {
            Self::Empty => Ok(String::new()),
            Self::Text(text) => {
                let text = typed(text, kind)?;
                Ok(match kind {
                    Kind::Text => half_width(&text),
                    _ => plain(&text),
                })
            }
            Self::Failed(_) => Err(Reason::FormulaFailed),
            Self::Unreckoned => Err(Reason::FormulaUnreckoned),
            Self::Flag(_) => Err(Reason::TurnedIntoFlag),
            Self::Day(serial) => match kind {
                Kind::Date => day(*serial, epoch).ok_or(Reason::NotADate),
                // `3-1` typed for a room has become 1 March; what was typed is lost.
                _ => Err(Reason::TurnedIntoDate),
            },
            Self::Number(number) => number.text(kind, epoch),
        }
    }

    /// The cell as a fault repeats it, where it could not be made text.
    pub fn raw(&self) -> String {
        match self {
            Self::Empty | Self::Unreckoned => String::new(),
            Self::Text(text) | Self::Failed(text) => text.clone(),
            Self::Flag(flag) => flag.to_string().to_uppercase(),
            Self::Number(Number { stored, .. }) | Self::Day(stored) => in_short(*stored),
        }
    }
}

impl Number {
    /// As it stands in a cell without a format.
    pub fn general(stored: f64) -> Self {
        Self {
            stored,
            shown: Some(in_short(stored)),
        }
    }

    fn text(&self, kind: Kind, epoch: Epoch) -> Result<String, Reason> {
        if matches!(kind, Kind::Date) && self.stored >= FIRST_SERIAL && self.stored.fract() == 0.0 {
            return Ok(day(self.stored, epoch).unwrap_or_else(|| in_short(self.stored)));
        }
        if self.stored.abs() >= ROUNDED_FROM {
            return Err(Reason::RoundedBySpreadsheet);
        }
        let shown = self.shown.as_deref().ok_or(Reason::ShownOtherwise)?;
        match kind {
            // `3层` and `1,204.50` are numbers that a format dresses.
            Kind::Number if shown.contains('%') => Err(Reason::ShownOtherwise),
            Kind::Number => Ok(in_short(self.stored)),
            _ => Ok(shown.to_owned()),
        }
    }
}

/// A number written out, and as `4.4068E+17` where digits are lost.
fn in_short(number: f64) -> String {
    if number.abs() >= ROUNDED_FROM {
        return format!("{number:E}").replacen('E', "E+", 1);
    }
    written_out(number)
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
