//! Relay pages from `database::page`.

use async_graphql::OutputType;
use async_graphql::connection::{Connection, Edge, EmptyFields};

use crate::database::page::{MOST, Page, Place};
use crate::error::ApiError;

/// Checks the arguments of a list: how many (50 when left out), and after which cursor.
pub fn page_arguments(
    first: Option<i32>,
    after: Option<&str>,
) -> Result<(u64, Option<Place>), ApiError> {
    let limit = match first {
        None => 50,
        Some(first) => u64::try_from(first)
            .ok()
            .filter(|first| (1..=MOST).contains(first))
            .ok_or_else(|| ApiError::invalid("first", "must be 1 to 200", "须在 1 至 200 之间"))?,
    };
    let after = after.map(|text| {
        Place::decode(text).ok_or_else(|| {
            ApiError::invalid("after", "is no cursor of this list", "不是该列表的游标")
        })
    });
    Ok((limit, after.transpose()?))
}

/// A connection from a page, with the place of each item as its cursor.
pub fn page_of<R, T: OutputType>(
    page: Page<R>,
    has_previous: bool,
    place: impl Fn(&R) -> Place,
    node: impl Fn(R) -> T,
) -> Connection<String, T, EmptyFields, EmptyFields> {
    let mut connection = Connection::new(has_previous, page.has_more);
    connection.edges = page
        .items
        .into_iter()
        .map(|item| Edge::new(place(&item).encode(), node(item)))
        .collect();
    connection
}
