//! The name of a party as it is compared and looked for: the same however somebody types it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{FromQueryResult as _, JsonValue};
use unicode_normalization::UnicodeNormalization as _;

use crate::table::required;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Parties that are folded at a time.
const AT_ONCE: u64 = 500;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = required("name_key").text().default("").to_owned();
        let party = Table::alter().table("party").add_column(column).to_owned();
        manager.alter_table(party).await?;
        fold(manager).await
    }
}

async fn fold(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let backend = manager.get_database_backend();
    loop {
        // Every name has a key, so what is folded does not come again.
        let unfolded = Query::select()
            .distinct()
            .column("name")
            .from("party")
            .and_where(Expr::col("name_key").eq(""))
            .and_where(Expr::col("name").ne(""))
            .limit(AT_ONCE)
            .to_owned();
        let names = JsonValue::find_by_statement(backend.build(&unfolded));
        let names = names.all(connection).await?;
        if names.is_empty() {
            return Ok(());
        }
        for name in names.iter().filter_map(|row| row["name"].as_str()) {
            let fold = Query::update()
                .table("party")
                .value("name_key", key(name))
                .and_where(Expr::col("name").eq(name))
                .and_where(Expr::col("name_key").eq(""))
                .to_owned();
            manager.execute(fold).await?;
        }
    }
}

/// As the server folded names when this step was written. A name of nothing that is seen keeps itself.
fn key(name: &str) -> String {
    let seen = name.chars().filter(|c| !is_hidden(*c));
    let lower = seen.nfkc().flat_map(char::to_lowercase);
    let kept = lower.filter(|c| !c.is_whitespace() && !is_hidden(*c));
    let key: String = kept
        .map(|c| match c {
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            '\u{2022}' | '\u{2027}' | '\u{2219}' | '\u{22C5}' | '\u{30FB}' => '\u{B7}',
            '\u{2018}' | '\u{2019}' | '\u{2BC}' => '\'',
            c => c,
        })
        .collect();
    if key.is_empty() { name.to_owned() } else { key }
}

fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{AD}'
                | '\u{34F}'
                | '\u{61C}'
                | '\u{115F}'
                | '\u{1160}'
                | '\u{17B4}'
                | '\u{17B5}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200B}'..='\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{3164}'
                | '\u{FDD0}'..='\u{FDEF}'
                | '\u{FE00}'..='\u{FE0F}'
                | '\u{FEFF}'
                | '\u{FFA0}'
                | '\u{FFF0}'..='\u{FFFC}'
                | '\u{1BCA0}'..='\u{1BCA3}'
                | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
        || u32::from(c) & 0xFFFE == 0xFFFE
}
