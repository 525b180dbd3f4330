use super::*;

#[test]
fn a_relation_cannot_end_before_it_starts() {
    let sheet = parties(&[
        "A,1,赵一,租户,,,2026-03-01,2026-02-28",
        "A,1,钱二,租户,,,2026-03-01,2026-03-01",
        "A,1,孙三,租户,,,,2020-01-01",
    ]);
    assert_eq!(
        zh(&sheet.faults),
        ["第 2 行 结束日期「2026-02-28」：早于起始日期 2026-03-01"]
    );
    assert_eq!(sheet.rows.len(), 2);
}

#[test]
fn a_unit_twice_is_told_also_where_the_first_is_refused() {
    let sheet = units(&[
        "A,1,1,,约,长住",
        "A,1,1,,,长住",
        "A,1,1,,,错",
        "A,1,01,,,长住",
        "B,1,1,,,长住",
    ]);
    assert_eq!(
        sheet.rows.iter().map(|unit| unit.row).collect::<Vec<_>>(),
        [5, 6]
    );
    assert_eq!(
        sheet
            .faults
            .iter()
            .map(|fault| (fault.row, fault.reason.clone()))
            .collect::<Vec<_>>(),
        [
            (2, Reason::NotAnArea),
            (3, Reason::DuplicateUnit { first_row: 2 }),
            (4, Reason::UnknownOccupancy),
            (4, Reason::DuplicateUnit { first_row: 2 }),
        ]
    );
}

#[test]
fn the_same_party_entry_twice_is_told_however_it_is_written() {
    let sheet = parties(&[
        "A,1,赵一,业主,138 0000 1234,,2014-10-04,",
        "A,1,赵一,业主,13800001234,,2014年10月4日,",
        "A,1,赵一,业主,,,2014-10-04,",
        "A,1,赵一,房东,,,,",
        "A,1,赵一,房东,,,,",
    ]);
    assert_eq!(
        sheet.rows.iter().map(|party| party.row).collect::<Vec<_>>(),
        [2, 4]
    );
    assert_eq!(
        sheet
            .faults
            .iter()
            .map(|fault| (fault.row, fault.reason.clone()))
            .collect::<Vec<_>>(),
        [
            (3, Reason::DuplicateParty { first_row: 2 }),
            (5, Reason::UnknownRelation),
            (6, Reason::UnknownRelation),
            (6, Reason::DuplicateParty { first_row: 5 }),
        ]
    );
}
