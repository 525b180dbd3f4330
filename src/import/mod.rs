//! Reading the office's own lists: the units and the people of an estate, as a spreadsheet program wrote them.
//!
//! Reading is pure: bytes in, typed rows and faults out. Every fault of a file is reported, so that the office mends it in one go;
//! nothing is guessed, because a wrong phone number in an owner file is worse than a refused row.

pub mod columns;
pub mod export;
pub mod fault;
pub mod office;
pub mod report;
pub mod rows;
pub mod table;
pub mod template;
pub mod value;

mod book;
mod cells;
mod people;
#[cfg(test)]
mod tests;
mod typed;

pub use fault::{Fault, ImportError, List, ListFault, Reason};
pub use office::{ImportReport, Lists, import_estate};
pub use report::{ImportOrder, run};
pub use rows::{PartyRow, Sheet, UnitRow, read_parties, read_units};
