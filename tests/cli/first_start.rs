//! From an empty folder to the first sign-in, as the program itself says it is done.

use std::path::Path;
use std::process::Output;

use serde_json::json;
use tempfile::TempDir;

use super::{Server, data, err, folder, out, run, xunfang};

/// Runs a command with a password at hand.
fn run_with_password(folder: &TempDir, args: &[&str]) -> Output {
    let mut command = xunfang(folder, args);
    command.env("XUNFANG_PASSWORD", "geheim-1234");
    command.output().unwrap()
}

#[tokio::test]
async fn the_hints_of_a_first_start_work_as_they_stand() {
    let folder = folder();
    let hints = Server::start(&folder, &[]).lines_until("fill it in");
    let hints: Vec<&str> = hints
        .lines()
        .filter_map(|line| line.strip_prefix("  xunfang "))
        .collect();
    assert_eq!(hints.len(), 3);
    for hint in hints {
        let args: Vec<&str> = hint.split_whitespace().collect();
        let done = run_with_password(&folder, &args);
        assert!(done.status.success(), "{hint}: {}", err(&done));
    }
    let post = ["--community", "云栖花园", "--post", "maintenance_worker"];
    let add = ["staff", "add", "--account", "li", "--name", "李师傅"];
    let added = run_with_password(&folder, &[&add[..], &post[..]].concat());
    assert!(added.status.success(), "{}", err(&added));

    let server = Server::start(&folder, &[]);
    let chief = server.sign_in("chief", "geheim-1234").await;
    let token = chief["data"]["signIn"]["accessToken"].as_str().unwrap();
    let seen = server.post(token, "{ communities { code name } }").await;
    let all = json!([{ "code": "yunxi", "name": "云栖花园" }]);
    assert_eq!(seen["data"]["communities"], all);
}

#[test]
fn a_code_that_was_made_up_is_told_and_serves_as_a_name() {
    let folder = folder();
    let units = data("units.csv");
    let list = ["--units", &units, "--language", "en"];
    let import = |community: &str| {
        let args = ["import", "--community", community];
        run(&folder, &[&args[..], &list].concat())
    };
    let taken = out(&import("云栖花园"));
    let (_, code) = taken.split_once("none was given: ").unwrap();
    let code = code.lines().next().unwrap();
    for known in [code, &code.to_uppercase(), " 云栖花园", "云栖花园"] {
        let again = import(known);
        let said = out(&again);
        assert!(said.starts_with("units: 120 read, 0 created"), "{said}");
    }
}

#[test]
fn a_mistyped_community_is_refused_with_the_nearest_unless_a_new_one_is_asked_for() {
    let folder = folder();
    let units = data("units.csv");
    let import = |args: &[&str]| {
        let list = ["import", "--units", &units, "--language", "en"];
        run(&folder, &[&list[..], args].concat())
    };
    let first = import(&["--community", "云栖花园", "--code", "yunxi"]);
    assert!(first.status.success(), "{}", err(&first));
    for mistyped in ["云西花园", "yunxl", "another"] {
        let refused = import(&["--community", mistyped, "--code", "other"]);
        assert_eq!(refused.status.code(), Some(1), "{mistyped}");
        let why = err(&refused);
        assert!(why.contains("did you mean 云栖花园 (yunxi)?"), "{why}");
        assert!(why.contains("--new"), "{why}");
        let export = ["export", "copy.xlsx", "--community", mistyped];
        let add = ["staff", "add", "--account", "li", "--name", "李师傅"];
        let post = ["--community", mistyped, "--post", "cashier"];
        for other in [&export[..], &[&add[..], &post[..]].concat()] {
            let refused = run_with_password(&folder, other);
            assert_eq!(refused.status.code(), Some(1), "{other:?}");
            let why = err(&refused);
            assert!(why.contains("did you mean 云栖花园 (yunxi)?"), "{why}");
        }
    }
    let second = import(&["--community", "云西花园", "--code", "yunxi2", "--new"]);
    assert!(out(&second).starts_with("the community is new\n"));
    let again = import(&["--community", "云西花园", "--code", "yunxi2", "--new"]);
    assert!(out(&again).starts_with("units: 120 read, 0 created"));
}

#[test]
fn nothing_is_imported_into_the_demo() {
    let folder = folder();
    let units = data("units.csv");
    drop(Server::start(&folder, &["--demo", "small"]));
    let import = |args: &[&str]| {
        let list = ["import", "--units", &units, "--language", "en"];
        run(&folder, &[&list[..], args].concat())
    };
    for args in [
        &["--community", "碧江花园"][..],
        &["--community", "云栖花园", "--new"],
        &["--community", "云栖花园", "--new", "--dry-run"],
    ] {
        let refused = import(args);
        assert_eq!(refused.status.code(), Some(1), "{args:?}");
        assert!(err(&refused).contains("demo"), "{}", err(&refused));
    }
}

/// The permissions of a folder and of all that lies in it.
#[cfg(unix)]
fn permissions(path: &Path, found: &mut Vec<(String, u32)>) {
    use std::os::unix::fs::PermissionsExt as _;
    let known = path.symlink_metadata().unwrap();
    let mode = known.permissions().mode() & 0o777;
    found.push((path.display().to_string(), mode));
    if known.is_dir() {
        for entry in path.read_dir().unwrap() {
            permissions(&entry.unwrap().path(), found);
        }
    }
}

#[cfg(unix)]
#[tokio::test]
async fn what_lies_in_the_data_folder_is_for_its_owner_alone() {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;
    let (folder, photo) = (
        folder(),
        [b"\x89PNG\r\n\x1a\n".as_slice(), &[0; 64]].concat(),
    );
    let data = folder.path().join("data");
    let open_to_all = |path: &Path, mode| {
        std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    };
    std::fs::create_dir(&data).unwrap();
    open_to_all(&data, 0o755);
    for round in 0..2 {
        let server = Server::start(&folder, &["--demo", "small"]);
        let signed_in = server.sign_in("supervisor", "xunfang-demo").await;
        let token = signed_in["data"]["signIn"]["accessToken"].as_str().unwrap();
        server.put_photo(token, &photo).await;
        let mut found = Vec::new();
        permissions(&data, &mut found);
        for (path, mode) in &found {
            let is_folder = Path::new(path).is_dir();
            let right = if is_folder { 0o700 } else { 0o600 };
            assert_eq!(*mode, right, "{round}: {path} {mode:o}");
        }
        let has = |end: &str| found.iter().any(|(path, _)| path.ends_with(end));
        for end in [".db", ".db-wal", ".lock", ".key", "attachments/whole"] {
            assert!(has(end), "{end}: {found:?}");
        }
        drop(server);
        open_to_all(&data, 0o755);
        for file in [
            "xunfang.db",
            "xunfang.db-wal",
            "xunfang.lock",
            "xunfang.key",
        ] {
            open_to_all(&data.join(file), 0o644);
        }
    }
}

#[cfg(unix)]
#[test]
fn a_folder_that_holds_other_things_stays_as_it_is() {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder();
    std::fs::write(folder.path().join("notes"), "for all").unwrap();
    std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
    let files = ["--database-url", "sqlite:x.db", "--key-file", "x.key"];
    let done = run(&folder, &[&["migrate"][..], &files].concat());
    assert!(done.status.success(), "{}", err(&done));
    let mut found = Vec::new();
    permissions(folder.path(), &mut found);
    let modes: Vec<u32> = found.iter().map(|(_, mode)| *mode).collect();
    assert_eq!(found[0].1, 0o755);
    assert!(modes.contains(&0o600), "{found:?}");
}

#[cfg(unix)]
#[test]
fn a_database_is_taken_once_whatever_it_is_called() {
    use std::os::unix::fs::symlink;
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    let server = Server::start(&folder, &[]);
    symlink("data/xunfang.db", at("linked.db")).unwrap();
    symlink(at("linked.db"), at("twice.db")).unwrap();
    symlink("data", at("folder")).unwrap();
    let absolute = at("data/xunfang.db").display().to_string();
    let names = [
        "data/xunfang.db",
        "./data/xunfang.db",
        "data/../data/xunfang.db",
        "linked.db",
        "twice.db",
        "folder/xunfang.db",
        &absolute,
    ];
    let migrate = |name: &str| {
        let url = format!("sqlite:{name}");
        run(&folder, &["migrate", "--database-url", &url])
    };
    for name in names {
        let refused = migrate(name);
        assert_eq!(refused.status.code(), Some(1), "{name}");
        let why = err(&refused);
        assert!(why.contains("another process is using"), "{name}: {why}");
    }
    std::fs::hard_link(at("data/xunfang.db"), at("other.db")).unwrap();
    for name in ["other.db", "data/xunfang.db"] {
        let refused = migrate(name);
        assert!(err(&refused).contains("hard link"), "{}", err(&refused));
    }
    std::fs::remove_file(at("other.db")).unwrap();
    drop(server);
    for name in names {
        let done = migrate(name);
        assert!(done.status.success(), "{name}: {}", err(&done));
    }
    // A link to what is not there yet is a name of it too.
    symlink("data/new.db", at("new.db")).unwrap();
    assert!(migrate("new.db").status.success());
    assert!(at("data/new.db").exists() && at("data/new.lock").exists());
}
