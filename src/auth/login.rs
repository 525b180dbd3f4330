//! The name that is typed to sign in.

use entity::accounts::account;
use sea_orm::{ColumnTrait, Condition};

use crate::text::names::plain;

/// More characters than any login has.
const LONGEST: usize = 500;

/// One spelling for every way of typing a login: trimmed, lower case, full-width letters (as
/// Chinese keyboards type them) made plain.
pub fn normalised(login: &str) -> String {
    // Nobody's login is longer: what is typed beyond it finds nobody, and costs nothing.
    let typed: String = login.trim().chars().take(LONGEST).collect();
    plain(&typed).to_lowercase()
}

/// The accounts with these logins, however they were typed.
pub fn accounts_of<'a>(typed: impl IntoIterator<Item = &'a str>) -> Condition {
    let logins = typed.into_iter().map(normalised);
    Condition::all().add(account::Column::Login.is_in(logins))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_one_however_it_is_typed() {
        for typed in [
            "li.wei",
            " Li.Wei ",
            "LI.WEI",
            "ｌｉ．ｗｅｉ",
            "\u{3000}li.wei",
            "\u{FEFF}li.wei\u{200B}\0",
        ] {
            assert_eq!(normalised(typed), "li.wei", "{typed:?}");
        }
    }
}
