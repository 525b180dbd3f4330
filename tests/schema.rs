//! The published API is the one that the program serves.

#[test]
fn the_published_schema_is_current() {
    assert!(
        xunfang::areas::sdl() == include_str!("../schema.graphql"),
        "schema.graphql is stale; run `cargo run -- schema --write`"
    );
}
