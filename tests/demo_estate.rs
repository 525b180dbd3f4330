//! The demo estate is made of what an office could bring.

use entity::words::Word;
use xunfang::demo::{DemoSize, demo_estate};
use xunfang::import::{read_parties, read_units};

#[test]
fn the_import_takes_every_line_of_it() {
    let small = (0..20).map(|seed| demo_estate(DemoSize::Small, seed));
    for estate in small.chain([demo_estate(DemoSize::Full, 1)]) {
        for community in &estate.communities {
            let mut units = vec!["楼栋,楼层,房号,户型,建筑面积,居住状态".to_owned()];
            for unit in &community.units {
                let (metres, rest) = (unit.area_centi_m2 / 100, unit.area_centi_m2 % 100);
                let occupancy = unit.occupancy.chinese();
                units.push(format!(
                    "{},{},{},{},{metres}.{rest:02},{occupancy}",
                    unit.building, unit.floor, unit.room_number, unit.layout
                ));
            }
            let read = read_units(units.join("\n").as_bytes());
            assert_eq!(
                (read.faults, read.rows.len()),
                (vec![], community.units.len())
            );
            for (row, unit) in read.rows.iter().zip(&community.units) {
                assert_eq!(
                    (row.floor.number, row.area_centi_m2),
                    (unit.floor, Some(unit.area_centi_m2))
                );
                assert_eq!(
                    (row.room_number.as_str(), row.occupancy),
                    (unit.room_number.as_str(), unit.occupancy)
                );
            }

            let mut parties =
                vec!["楼栋,房号,姓名,身份,手机,证件号码,起始日期,结束日期".to_owned()];
            for party in &community.parties {
                let identity_number = party.identity_number.as_deref().unwrap_or_default();
                let ends_on = party.ends_on.map(|day| day.to_string()).unwrap_or_default();
                let relation = party.relation.chinese();
                parties.push(format!(
                    "{},{},{},{relation},{},{identity_number},{},{ends_on}",
                    party.building, party.room_number, party.name, party.phone, party.starts_on
                ));
            }
            let read = read_parties(parties.join("\n").as_bytes());
            assert_eq!(
                (read.faults, read.rows.len()),
                (vec![], community.parties.len())
            );
            for (row, party) in read.rows.iter().zip(&community.parties) {
                assert_eq!((&row.name, row.relation), (&party.name, party.relation));
                assert_eq!(
                    (row.phone.as_ref(), &row.identity_number),
                    (Some(&party.phone), &party.identity_number)
                );
                assert_eq!(
                    (row.starts_on, row.ends_on),
                    (Some(party.starts_on), party.ends_on)
                );
            }
        }
    }
}
