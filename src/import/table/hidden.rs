//! Which rows of a workbook its reader does not see: hidden by hand, or filtered out. The library that
//! reads the cells does not tell, so the tags of the rows are looked through here.

use std::collections::{BTreeMap, BTreeSet};

/// The numbers of the hidden rows by the place of their sheet among all sheets; `part` gives the content of
/// a part of the workbook.
pub fn hidden_rows(part: impl Fn(&str) -> Option<String>) -> Vec<BTreeSet<usize>> {
    let (Some(workbook), Some(links)) =
        (part("xl/workbook.xml"), part("xl/_rels/workbook.xml.rels"))
    else {
        return Vec::new();
    };
    let targets: BTreeMap<&str, &str> = tags(&links, "Relationship")
        .filter_map(|tag| Some((attribute(tag, "Id")?, attribute(tag, "Target")?)))
        .collect();
    let sheets = tags(&workbook, "sheet").map(|tag| {
        let target = attribute(tag, "r:id").and_then(|id| targets.get(id))?;
        let path = target.strip_prefix('/').map_or_else(
            || format!("xl/{}", target.trim_start_matches("./")),
            str::to_owned,
        );
        Some(rows_of(&part(&path)?))
    });
    sheets.map(Option::unwrap_or_default).collect()
}

fn rows_of(sheet: &str) -> BTreeSet<usize> {
    let mut hidden = BTreeSet::new();
    let mut row = 0;
    for tag in tags(sheet, "row") {
        let number = attribute(tag, "r").and_then(|number| number.parse().ok());
        row = number.unwrap_or(row + 1);
        if matches!(attribute(tag, "hidden"), Some("1" | "true")) {
            hidden.insert(row);
        }
    }
    hidden
}

/// What stands in the opening tags of this name, with or without a prefix.
fn tags<'a>(xml: &'a str, name: &'static str) -> impl Iterator<Item = &'a str> {
    xml.split('<').skip(1).filter_map(move |tag| {
        let tag = tag.split('>').next()?;
        let (called, attributes) = tag.split_once([' ', '\t', '\r', '\n'])?;
        let called = called.rsplit(':').next()?;
        (called == name).then_some(attributes)
    })
}

/// The value of an attribute as it is written.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = tag;
    loop {
        let (before, after) = rest.split_once('=')?;
        let quote = after
            .trim_start()
            .chars()
            .next()
            .filter(|c| matches!(c, '"' | '\''))?;
        let mut parts = after.trim_start().splitn(3, quote).skip(1);
        let value = parts.next()?;
        if before.trim() == name {
            return Some(value);
        }
        rest = parts.next()?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_are_hidden_are_found_by_their_sheet() {
        let part = |name: &str| {
            let content = match name {
                "xl/workbook.xml" => {
                    "<workbook><sheets><sheet name=\"说明 a=b\" sheetId=\"1\" r:id=\"rId2\"/><sheet name='房屋' r:id='rId1'/></sheets></workbook>"
                }
                "xl/_rels/workbook.xml.rels" => {
                    "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/><Relationship Target=\"/xl/worksheets/sheet2.xml\" Id=\"rId2\"/></Relationships>"
                }
                "xl/worksheets/sheet1.xml" => {
                    "<sheetData><row r=\"1\"/><row r=\"3\" spans=\"1:6\" hidden=\"1\"><c/></row><x:row hidden='true'/><row r=\"9\" hidden=\"0\"/></sheetData>"
                }
                "xl/worksheets/sheet2.xml" => "<sheetData/>",
                _ => return None,
            };
            Some(content.to_owned())
        };
        assert_eq!(hidden_rows(part), [BTreeSet::new(), BTreeSet::from([3, 4])]);
        assert!(hidden_rows(|_| None).is_empty());
    }
}
