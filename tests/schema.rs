//! The published API, and what phones carry in rows, are what the program serves.

#[test]
fn the_published_schema_is_current() {
    assert!(
        xunfang::areas::sdl() == include_str!("../schema.graphql"),
        "schema.graphql is stale; run `scripts/update`"
    );
}

#[test]
fn the_rows_that_the_client_helpers_are_generated_from_are_current() {
    assert!(
        xunfang::areas::rows() == include_str!("../clients/rows.json"),
        "clients/rows.json is stale; run `scripts/update`"
    );
}
