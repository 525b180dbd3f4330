//! The pure parts that the requests of phones go through, each alone.

use divan::{Bencher, black_box};
use entity::ids::AccountId;
use entity::stamps::{FieldStamp, FieldStamps};
use entity::tickets::ticket;
use serde_json::{Map, Value, json};
use uuid::Uuid;
use xunfang::auth::password;
use xunfang::command::merge::{Edit, merge};
use xunfang::command::record::editable;
use xunfang::database::Audience;
use xunfang::database::sealed::{Keyring, Purpose};
use xunfang::sync::cursor::{Cursor, Standing};

fn main() {
    divan::main();
}

#[expect(clippy::expect_used, reason = "the key is 32 bytes in base64")]
fn keys() -> Keyring {
    Keyring::from_base64("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=").expect("a key")
}

fn fields(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// An edit of three fields, one of which somebody else has changed.
#[divan::bench]
fn merge_an_edit(bencher: Bencher) {
    let stored = fields(
        json!({ "summary": "厨房水管漏水", "description": "接口渗水", "convenientTime": "下午",
        "priority": "normal", "repairClass": null, "place": "", "personConcerned": "", "departmentsConcerned": "", "demand": "" }),
    );
    let changes = fields(
        json!({ "description": "已换密封圈", "priority": "high", "convenientTime": "上午" }),
    );
    let stamp = FieldStamp {
        seq: 9,
        session: Uuid::from_u128(1),
    };
    let mut stamps = FieldStamps::default();
    stamps.0.insert("priority".to_owned(), stamp);
    let edit = Edit {
        session: Uuid::from_u128(2),
        base_seq: 5,
        base: None,
        changes: &changes,
    };
    let editable = editable::<ticket::Model>();
    bencher.bench(|| merge(&editable, black_box(&stored), &stamps, black_box(&edit)));
}

/// A phone number, as tickets carry it.
#[divan::bench]
fn seal_a_number(bencher: Bencher) {
    let keys = keys();
    bencher.bench(|| keys.seal(Purpose::Phone, black_box("13000003336")));
}

#[divan::bench]
fn open_a_number(bencher: Bencher) {
    let keys = keys();
    let Ok(sealed) = keys.seal(Purpose::Phone, "13000003336") else {
        return;
    };
    bencher.bench(|| keys.open(Purpose::Phone, black_box(&sealed)));
}

/// The cursor of somebody at the desk of two communities.
fn cursor() -> Cursor {
    let epoch = Uuid::from_u128(7);
    let mut cursor = Cursor::fresh(
        epoch,
        AccountId(Uuid::from_u128(8)),
        std::iter::empty().collect(),
        chrono::DateTime::UNIX_EPOCH,
    );
    for realm in 1..=2 {
        let mut standing = Standing {
            at: 70_000,
            base: 70_000,
            ..Standing::default()
        };
        let audiences = [
            Audience::Everyone,
            Audience::Staff,
            Audience::Office,
            Audience::Viewer(epoch),
        ];
        standing
            .reach
            .extend(audiences.map(|audience| (audience, None)));
        cursor.realms.insert(Uuid::from_u128(realm), standing);
    }
    cursor
}

#[divan::bench]
fn seal_a_cursor(bencher: Bencher) {
    let (keys, cursor) = (keys(), cursor());
    bencher.bench(|| keys.seal_token(Purpose::Cursor, black_box(&cursor)));
}

#[divan::bench]
fn open_a_cursor(bencher: Bencher) {
    let keys = keys();
    let Ok(token) = keys.seal_token(Purpose::Cursor, &cursor()) else {
        return;
    };
    bencher.bench(|| keys.open_token::<Cursor>(Purpose::Cursor, black_box(&token)));
}

/// What each sign-in costs on purpose.
#[divan::bench(sample_count = 20)]
fn hash_a_password(bencher: Bencher) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() else {
        return;
    };
    bencher.bench_local(|| {
        let hash = password::hash("xunfang-bench".to_owned());
        runtime.block_on(hash).map_err(|error| error.causes())
    });
}
