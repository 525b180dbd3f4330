//! The master key: compared with the database at each start, changed by `xunfang key`.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Server, err, folder, out, run};

fn key_file(folder: &TempDir) -> std::path::PathBuf {
    folder.path().join("data/xunfang.key")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// A key that nothing is sealed with.
const OTHER: &str = "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

#[test]
fn a_wrong_or_missing_key_is_refused_and_changes_nothing() {
    let folder = folder();
    drop(Server::start(&folder, &["--demo", "small"]));
    let file = key_file(&folder);
    let right = read(&file);
    let commands = [
        &["serve", "--listen", "127.0.0.1:0"][..],
        &["serve", "--demo", "small", "--listen", "127.0.0.1:0"],
        &["export", "copy.xlsx", "--community", "bijiang"],
        &["key", "rotate"],
    ];
    std::fs::write(&file, OTHER).unwrap();
    for command in commands {
        let refused = run(&folder, command);
        assert_eq!(refused.status.code(), Some(1), "{command:?}");
        let why = err(&refused);
        assert!(why.contains("Put the right key back"), "{why}");
    }
    std::fs::remove_file(&file).unwrap();
    for command in commands {
        let refused = run(&folder, command);
        assert_eq!(refused.status.code(), Some(1), "{command:?}");
        assert!(err(&refused).contains("Put it back"), "{}", err(&refused));
        assert!(!file.exists(), "no key is made for a database that has one");
    }
    std::fs::write(&file, right).unwrap();
    drop(Server::start(&folder, &["--demo", "small"]));
}

#[tokio::test]
async fn a_database_from_before_the_note_takes_the_key_that_opens_its_values() {
    use sea_orm::ConnectionTrait as _;
    use xunfang::database::Database;
    use xunfang::database::connect::PoolSizes;
    let folder = folder();
    drop(Server::start(&folder, &["--demo", "small"]));
    let url = format!("sqlite:{}", folder.path().join("data/xunfang.db").display());
    let db = Database::open(&url, PoolSizes::default()).await.unwrap();
    let forget = "DELETE FROM installation WHERE key = 'keys'";
    db.writer().execute_unprepared(forget).await.unwrap();
    db.close().await.unwrap();

    let file = key_file(&folder);
    let right = read(&file);
    std::fs::write(&file, OTHER).unwrap();
    let refused = run(&folder, &["serve", "--listen", "127.0.0.1:0"]);
    assert!(
        err(&refused).contains("opens none of them"),
        "{}",
        err(&refused)
    );
    std::fs::remove_file(&file).unwrap();
    let refused = run(&folder, &["serve", "--listen", "127.0.0.1:0"]);
    assert!(err(&refused).contains("Put it back"), "{}", err(&refused));
    std::fs::write(&file, right).unwrap();
    drop(Server::start(&folder, &["--demo", "small"]));
    std::fs::write(&file, OTHER).unwrap();
    let refused = run(&folder, &["serve", "--listen", "127.0.0.1:0"]);
    assert!(
        err(&refused).contains("sealed with the key"),
        "{}",
        err(&refused)
    );
}

/// What a clerk of the demo finds by the last digits of an owner's phone.
async fn found(server: &Server, token: &str) -> Value {
    let communities = server.post(token, "{ communities { id } }").await;
    let community = &communities["data"]["communities"][0]["id"];
    let query = "query ($id: UUID!, $search: String, $first: Int!) {
        parties(communityId: $id, search: $search, first: $first) { nodes { name phoneMasked } }
    }";
    let any = json!({ "id": community, "first": 1 });
    let any = server.post_with(token, query, any).await;
    let masked = &any["data"]["parties"]["nodes"][0]["phoneMasked"];
    let digits = &masked.as_str().unwrap()[7..];
    let found = json!({ "id": community, "search": digits, "first": 50 });
    let found = server.post_with(token, query, found).await;
    let found = found["data"]["parties"]["nodes"].clone();
    assert!(found.is_array(), "{found}");
    found
}

#[tokio::test]
async fn a_key_is_changed_and_nobody_notices() {
    let folder = folder();
    let demo = ["--demo", "small"];
    let server = Server::start(&folder, &demo);
    let signed_in = server.sign_in("supervisor", "xunfang-demo").await;
    let token = signed_in["data"]["signIn"]["accessToken"].as_str().unwrap();
    let pull = "{ syncPull(limit: 10) { cursor } }";
    let pulled = server.post(token, pull).await;
    let cursor = pulled["data"]["syncPull"]["cursor"].as_str().unwrap();
    let before = found(&server, token).await;
    assert_ne!(before, json!([]));
    drop(server);
    let file = key_file(&folder);
    let old = read(&file);

    let rotated = run(&folder, &["key", "rotate"]);
    assert!(rotated.status.success(), "{}", err(&rotated));
    let (both, said) = (read(&file), out(&rotated));
    assert!(both.lines().count() == 2 && both.ends_with(&old), "{both}");
    assert!(!said.starts_with("0 values"), "{said}");
    let again = run(&folder, &["key", "reseal"]);
    assert!(out(&again).starts_with("0 values"), "{}", out(&again));

    let server = Server::start(&folder, &demo);
    assert_eq!(found(&server, token).await, before);
    let next = format!(r#"{{ syncPull(cursor: "{cursor}", limit: 10) {{ resetRequired }} }}"#);
    let went_on = server.post(token, &next).await;
    assert_eq!(went_on["data"]["syncPull"]["resetRequired"], false);
    drop(server);

    // Nothing hangs on the old key but what was handed out under it.
    let forgotten = run(&folder, &["key", "forget"]);
    assert!(forgotten.status.success(), "{}", err(&forgotten));
    assert!(both.starts_with(&read(&file)), "the new one is left");
    let server = Server::start(&folder, &demo);
    let refused = server.post(token, pull).await;
    assert_eq!(
        refused["errors"][0]["extensions"]["code"],
        "UNAUTHENTICATED"
    );
    let signed_in = server.sign_in("supervisor", "xunfang-demo").await;
    let token = signed_in["data"]["signIn"]["accessToken"].as_str().unwrap();
    assert_eq!(found(&server, token).await, before);
    let went_on = server.post(token, &next).await;
    assert_eq!(went_on["data"]["syncPull"]["resetRequired"], true);
    drop(server);
    std::fs::write(&file, old).unwrap();
    let refused = run(&folder, &["serve", "--listen", "127.0.0.1:0"]);
    assert!(
        err(&refused).contains("sealed with the key"),
        "{}",
        err(&refused)
    );
}

#[tokio::test]
async fn a_key_that_was_prepared_is_the_one_that_is_taken() {
    let folder = folder();
    drop(Server::start(&folder, &["--demo", "small"]));
    let file = key_file(&folder);
    let old = read(&file);
    assert!(run(&folder, &["key", "prepare"]).status.success());
    let prepared = read(&file);
    assert!(prepared.starts_with(&old));
    drop(Server::start(&folder, &["--demo", "small"]));
    assert!(run(&folder, &["key", "rotate"]).status.success());
    let lines: Vec<String> = prepared.lines().rev().map(str::to_owned).collect();
    assert_eq!(read(&file), format!("{}\n", lines.join("\n")));
}

#[tokio::test]
async fn a_key_that_is_lost_costs_what_it_sealed_and_nothing_else() {
    let folder = folder();
    drop(Server::start(&folder, &["--demo", "small"]));
    std::fs::remove_file(key_file(&folder)).unwrap();
    let begun = run(&folder, &["key", "lost"]);
    assert!(begun.status.success(), "{}", err(&begun));
    let server = Server::start(&folder, &["--demo", "small"]);
    let signed_in = server.sign_in("supervisor", "xunfang-demo").await;
    let token = signed_in["data"]["signIn"]["accessToken"].as_str().unwrap();
    let communities = server.post(token, "{ communities { id } }").await;
    let community = communities["data"]["communities"][0]["id"]
        .as_str()
        .unwrap();
    let parties = format!(
        r#"{{ parties(communityId: "{community}", first: 1) {{ nodes {{ id phoneMasked }} }} }}"#
    );
    let parties = server.post(token, &parties).await;
    let party = &parties["data"]["parties"]["nodes"][0];
    assert!(party["phoneMasked"].as_str().unwrap().contains("****"));
    let id = party["id"].as_str().unwrap();
    let reveal = format!(
        r#"mutation {{ revealPartyPhone(input: {{partyId: "{id}", reason: "call back"}}) {{ phone }} }}"#
    );
    let revealed = server.post(token, &reveal).await;
    let nothing = json!({ "data": { "revealPartyPhone": { "phone": null } } });
    assert_eq!(revealed, nothing);
}
