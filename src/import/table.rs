//! Bytes to a table: encoding, header, rows and clean cells, before anything is known of what they mean.

use std::borrow::Cow;

use encoding_rs::{DecoderResult, GB18030};
use unicode_normalization::UnicodeNormalization;

use super::fault::{Fault, Reason};

/// The longest cell that is taken, in characters.
pub const CELL_LIMIT: usize = 200;

/// How much of a refused cell a fault repeats, in characters.
const SHOWN: usize = 60;

const UTF8_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The readable rows of a file and the faults of the others.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub records: Vec<Record>,
    pub faults: Vec<Fault>,
}

/// One row that is not blank.
#[derive(Debug, PartialEq, Eq)]
pub struct Record {
    /// Row as the spreadsheet shows it; the header is row 1.
    pub row: usize,
    cells: Vec<(&'static str, Option<String>)>,
}

impl Record {
    /// The cell under a header; `None` if it was refused and its fault is already in the table.
    pub fn cell(&self, column: &str) -> Option<&str> {
        let (_, cell) = self.cells.iter().find(|(name, _)| *name == column)?;
        cell.as_deref()
    }

    /// All cells in the order in which the columns were asked for.
    pub fn cells(&self) -> impl Iterator<Item = Option<&str>> {
        self.cells.iter().map(|(_, cell)| cell.as_deref())
    }
}

/// Reads a CSV whose header holds exactly these columns, in any order.
///
/// UTF-8 with or without its mark, else GB18030. Blank rows are skipped but counted. Without a usable header no row
/// is read; an unknown column is a fault but hides no other.
pub fn read_table(bytes: &[u8], columns: &[&'static str]) -> Table {
    let text = match decode(bytes) {
        Ok(text) => text,
        Err(fault) => {
            return Table {
                records: Vec::new(),
                faults: vec![fault],
            };
        }
    };
    let mut table = Table::default();
    let mut header: Option<Header> = None;
    let mut row = 0;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut line = csv::StringRecord::new();
    loop {
        let from = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        match reader.read_record(&mut line) {
            Ok(true) => row += 1 + blank_lines(text.as_bytes(), from),
            Ok(false) => break,
            // The text is valid UTF-8 in memory and rows may be ragged, so nothing is left that could fail.
            Err(_) => {
                table.faults.push(not_text(text.as_bytes(), from));
                break;
            }
        }
        let cells: Vec<String> = line.iter().map(normalise).collect();
        if cells.iter().all(String::is_empty) {
            continue;
        }
        match &header {
            None => match Header::read(row, &cells, columns, &mut table.faults) {
                Some(found) => header = Some(found),
                None => return table,
            },
            Some(header) => header.take(row, cells, &mut table),
        }
    }
    if header.is_none() && table.faults.is_empty() {
        table.faults.push(Fault {
            row: 1,
            column: None,
            value: String::new(),
            reason: Reason::EmptyFile,
        });
    }
    table
}

/// The beginning of a cell on one line, as a fault repeats it.
pub fn shown(cell: &str) -> String {
    let rest = cell.chars().nth(SHOWN).map(|_| '…');
    cell.chars()
        .take(SHOWN)
        .map(|character| if is_hidden(character) { ' ' } else { character })
        .chain(rest)
        .collect()
}

/// Where each asked column stands in the file.
struct Header {
    width: usize,
    places: Vec<(&'static str, usize)>,
}

impl Header {
    /// `None` if a column is missing or doubtful; every fault of the header is noted.
    fn read(
        row: usize,
        cells: &[String],
        columns: &[&'static str],
        faults: &mut Vec<Fault>,
    ) -> Option<Self> {
        let mut refuse = |column: Option<&str>, reason| {
            faults.push(Fault {
                row,
                column: column.map(shown),
                value: String::new(),
                reason,
            });
        };
        let mut is_usable = true;
        let mut places = Vec::new();
        for &column in columns {
            let mut found = (0..).zip(cells).filter(|(_, cell)| *cell == column);
            match (found.next(), found.next()) {
                (Some((place, _)), None) => places.push((column, place)),
                (None, _) => {
                    is_usable = false;
                    refuse(Some(column), Reason::MissingHeader);
                }
                (Some(_), Some(_)) => {
                    is_usable = false;
                    refuse(Some(column), Reason::DuplicateHeader);
                }
            }
        }
        for (position, cell) in (1..).zip(cells) {
            if cell.is_empty() {
                refuse(None, Reason::UnnamedHeader { position });
            } else if !columns.contains(&cell.as_str()) {
                refuse(Some(cell), Reason::UnknownHeader);
            }
        }
        is_usable.then_some(Self {
            width: cells.len(),
            places,
        })
    }

    fn take(&self, row: usize, mut cells: Vec<String>, table: &mut Table) {
        if cells.len() != self.width {
            table.faults.push(Fault {
                row,
                column: None,
                value: String::new(),
                reason: Reason::Ragged {
                    expected: self.width,
                    found: cells.len(),
                },
            });
            return;
        }
        let mut taken = Vec::with_capacity(self.places.len());
        for &(column, place) in &self.places {
            let cell = std::mem::take(&mut cells[place]);
            match uncleanness(&cell) {
                None => taken.push((column, Some(cell))),
                Some(reason) => {
                    table.faults.push(Fault {
                        row,
                        column: Some(column.to_owned()),
                        value: shown(&cell),
                        reason,
                    });
                    taken.push((column, None));
                }
            }
        }
        table.records.push(Record { row, cells: taken });
    }
}

/// Full-width digits and letters become plain ones, blanks around are dropped, blanks inside stay.
fn normalise(cell: &str) -> String {
    cell.nfkc().collect::<String>().trim().to_owned()
}

fn uncleanness(cell: &str) -> Option<Reason> {
    if let Some(character) = cell.chars().find(|character| is_hidden(*character)) {
        return Some(match character {
            '\n' | '\r' | '\u{2028}' | '\u{2029}' => Reason::LineBreak,
            _ => Reason::HiddenCharacter { character },
        });
    }
    cell.chars()
        .nth(CELL_LIMIT)
        .map(|_| Reason::TooLong { limit: CELL_LIMIT })
}

/// Control characters, and those that make two cells look alike which are not, or show that an earlier program has
/// lost a character.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{AD}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{FEFF}'
                | '\u{FFF9}'..='\u{FFFD}'
        )
}

fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Fault> {
    if let Some(marked) = bytes.strip_prefix(UTF8_MARK) {
        return std::str::from_utf8(marked)
            .map(Cow::Borrowed)
            .map_err(|error| not_text(bytes, UTF8_MARK.len() + error.valid_up_to()));
    }
    let utf8 = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(Cow::Borrowed(text)),
        Err(error) => error.valid_up_to(),
    };
    // Chinese in GB18030 is never a whole line of UTF-8 by chance, but broken UTF-8 often passes for GB18030.
    let header = bytes
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    if utf8 >= header.len() && !header.is_ascii() {
        return Err(not_text(bytes, utf8));
    }
    // Whichever encoding reached further is the one the file was meant to be in.
    decode_gb18030(bytes)
        .map(Cow::Owned)
        .map_err(|gb18030| not_text(bytes, utf8.max(gb18030)))
}

/// The text, or the byte at which it stops being GB18030.
fn decode_gb18030(bytes: &[u8]) -> Result<String, usize> {
    let mut decoder = GB18030.new_decoder_without_bom_handling();
    let room = decoder
        .max_utf8_buffer_length_without_replacement(bytes.len())
        .ok_or(0_usize)?;
    let mut text = String::with_capacity(room);
    match decoder.decode_to_string_without_replacement(bytes, &mut text, true) {
        (DecoderResult::InputEmpty, _) => Ok(text
            .strip_prefix('\u{FEFF}')
            .map(str::to_owned)
            .unwrap_or(text)),
        (DecoderResult::Malformed(length, after), read) => {
            Err(read.saturating_sub(usize::from(length) + usize::from(after)))
        }
        (DecoderResult::OutputFull, read) => Err(read),
    }
}

/// The byte is counted from 0, as an editor of bytes shows it.
fn not_text(bytes: &[u8], byte: usize) -> Fault {
    let before = bytes.get(..byte).unwrap_or(bytes);
    Fault {
        row: before.split(|byte| *byte == b'\n').count(),
        column: None,
        value: String::new(),
        reason: Reason::NotText { byte },
    }
}

/// Empty lines at this place, which the CSV reader passes over without a word.
fn blank_lines(bytes: &[u8], from: usize) -> usize {
    let mut rest = bytes.get(from..).unwrap_or_default();
    // The reader may stop between the two halves of a line end.
    if from > 0 && bytes.get(from - 1) == Some(&b'\r') {
        rest = rest.strip_prefix(b"\n").unwrap_or(rest);
    }
    let mut count = 0;
    loop {
        rest = match rest {
            [b'\r', b'\n', after @ ..] | [b'\r' | b'\n', after @ ..] => after,
            _ => return count,
        };
        count += 1;
    }
}
