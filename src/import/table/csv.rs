//! A CSV file to a table: its encoding, its lines.

use std::borrow::Cow;

use encoding_rs::{DecoderResult, GB18030};

use super::workbook::FILE_LIMIT;
use super::{Table, TableReader};
use crate::import::columns::Column;
use crate::import::fault::{Fault, Reason};
use crate::import::value::{Epoch, Value};

const UTF8_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Reads a CSV whose header holds exactly these columns, in any order.
///
/// UTF-8 with or without its mark, else GB18030. Blank rows are skipped but counted. Without a usable header no row
/// is read; an unknown column is a fault but hides no other.
pub fn read_table(bytes: &[u8], columns: &[Column]) -> Table {
    if bytes.len() > FILE_LIMIT {
        let limit_mib = (FILE_LIMIT >> 20) as u64;
        return Table::refused(Fault::of_file(Reason::FileTooLarge { limit_mib }));
    }
    let text = match decode(bytes) {
        Ok(text) => text,
        Err(fault) => return Table::refused(fault),
    };
    let mut table = TableReader::new(columns, Epoch::default());
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
                table.refuse(not_text(text.as_bytes(), from));
                break;
            }
        }
        let cells = line.iter().map(|cell| Value::Text(cell.to_owned()));
        let cells: Vec<Value> = cells.collect();
        if table.take(row, &cells).is_err() {
            break;
        }
    }
    table.finish()
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
