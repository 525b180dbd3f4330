//! What was released stays: its migrations as they are, and what its databases hold. `tests/released` has a small
//! database of each release that changed the schema, for each engine.

#![expect(
    clippy::expect_used,
    reason = "a test program may panic in its helpers too"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use entity::{
    accounts, attachments, duty, estate, households, jobs, ledger, organisation, patrol, sync,
    tickets, visits,
};
use migration::{Migrator, MigratorTrait as _};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, EntityTrait, Statement};
use tempfile::TempDir;
use xunfang::database::Database;
use xunfang::database::connect::PoolSizes;
use xunfang::database::unusable::OpenError;
use xunfang::sha256::Sha256;

/// The released migrations, and `table.rs`, which they are made with; a new shape of columns goes into another file.
const FROZEN: &str = "
m20261130_000001_ledger 4d3645925822794f0ecc418c87210658785b7550bc271182c745912787f83aa3
m20261130_000002_accounts 1bee01e036e1d65651a07b7cf8b59bad40b026fd41ab7642f43a8c1a30da4ec0
m20261130_000003_estate 191caa6242cd33eef52ff72245ea8f242080d033219676f3a1e2ed3a6f1afca9
m20261130_000004_organisation 66ca993b3ddc494ce9feed2b0f406db78139f74cf53cede951167fad129bff72
m20261130_000005_households 711fdbf20354ac473e6f6674e2e3ef5b2f52a731d8d70f74164dcf9540168595
m20261130_000006_tickets 8e12e12806b56f1e7f8d187f62ec28c718ad9e924379ec3b86857cf35333c513
m20261130_000007_visits a7a1da40d6aafef414cc1c68c9b0645407f40414704cdd2da3e833ec4f5bf4fd
m20261130_000008_patrol e7c82f5adbf54448eb932e8eee0409af6901fa9dacb6a36cbb0de07e0bc9a98a
m20261130_000009_duty 75ab50458521f8bb69c6852cd10aeb778fabd52fdd60642b345e4407386c5d79
m20261130_000010_attachments 89749165d6d5629f15de69e045a9bde9fa5c880a12919f372eb92568b32125c3
m20261130_000011_sync f349ea22fb03658fa311df192ba28c63264295fef061fcf57dbcce4f12b47c67
m20261130_000012_jobs bd524668aeb3209602a37cd7a5adac4af510b029d5d85fceeaba150cd956ab32
table 4fd144fd6137874bc5bad522b323392a7e525eca63d54d1d8c669bdddacefef2
";

#[test]
fn a_released_migration_is_not_changed() {
    for (file, sum) in frozen() {
        let text = fs::read(root().join("migration/src").join(format!("{file}.rs")));
        let text = text.expect("a released migration stays where it is");
        assert_eq!(
            Sha256::of(&text).as_str(),
            sum,
            "{file}.rs: a released migration is not changed, because databases have taken it as it was: write a new one"
        );
    }
}

#[test]
fn every_step_of_a_released_database_is_frozen() {
    let frozen = frozen();
    for folder in releases() {
        let text = fs::read_to_string(folder.join("sqlite.sql")).expect("it can be read");
        let steps = text
            .lines()
            .filter(|line| line.starts_with("INSERT INTO seaql_migrations"));
        let steps: Vec<_> = steps.filter_map(|line| line.split('\'').nth(1)).collect();
        assert!(!steps.is_empty(), "{}", folder.display());
        for step in steps {
            assert!(
                frozen.contains_key(step),
                "{step} was released: add its sum to FROZEN"
            );
        }
    }
}

#[tokio::test]
async fn a_released_database_is_brought_up_to_date_and_keeps_its_rows() {
    for engine in engines() {
        let empty = Place::new(engine).await;
        let fresh = empty
            .open()
            .await
            .expect("an empty one is brought up to date");
        let new = schema(fresh.writer()).await;
        fresh.close().await.expect("it closes");
        empty.remove().await;
        for folder in releases() {
            let place = Place::of_release(engine, &folder).await;
            let before = place.connect().await;
            let tables = tables(&before).await;
            let held = counts(&before, &tables).await;
            before.close().await.expect("it closes");

            let release = format!("{} {engine:?}", folder.display());
            let db = place.open().await.expect(&release);
            let pending = Migrator::get_pending_migrations(db.writer()).await;
            assert_eq!(pending.expect(&release).len(), 0, "{release}");
            assert_eq!(counts(db.writer(), &tables).await, held, "{release}");
            assert_eq!(schema(db.writer()).await, new, "{release}");
            assert_eq!(read_all(db.writer()).await, held, "{release}");
            db.close().await.expect("it closes");
            place.remove().await;
        }
    }
}

#[tokio::test]
async fn a_database_with_steps_that_are_not_known_is_refused_and_left_alone() {
    for engine in engines() {
        let place = Place::new(engine).await;
        place
            .open()
            .await
            .expect("a new one")
            .close()
            .await
            .expect("it closes");
        let later = "INSERT INTO seaql_migrations VALUES ('m29991231_000001_fees', 0)";
        place.run(later).await;
        let refused = place.open().await.expect_err("it is of a later version");
        assert!(
            matches!(&refused, OpenError::Newer { step } if step == "m29991231_000001_fees"),
            "{refused}"
        );
        // As the versions before 0.2.0 began.
        for early in [
            "DELETE FROM seaql_migrations",
            "INSERT INTO seaql_migrations VALUES ('m20261121_000001_lay_the_ledger', 0)",
            "DROP TABLE job",
        ] {
            place.run(early).await;
        }
        let refused = place.open().await.expect_err("it is of an early version");
        assert!(matches!(refused, OpenError::Early), "{refused}");
        let connection = place.connect().await;
        assert!(!tables(&connection).await.contains("job"));
        connection.close().await.expect("it closes");
        place.remove().await;
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Engine {
    Sqlite,
    Postgres,
}

/// SQLite always, PostgreSQL where the tests are given one.
fn engines() -> Vec<Engine> {
    let kind = std::env::var("XUNFANG_TEST_DATABASE").unwrap_or_default();
    match kind.as_str() {
        "postgres" => vec![Engine::Sqlite, Engine::Postgres],
        _ => vec![Engine::Sqlite],
    }
}

/// Where a database of one's own is.
enum Place {
    Sqlite(TempDir),
    Postgres { server: String, name: String },
}

impl Place {
    async fn new(engine: Engine) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(1);
        if engine == Engine::Sqlite {
            return Self::Sqlite(TempDir::new().expect("a folder can be made"));
        }
        let server = std::env::var("XUNFANG_TEST_POSTGRES_URL")
            .expect("XUNFANG_TEST_POSTGRES_URL names a server where databases may be made");
        let (process, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let name = format!("xunfang_released_{process}_{count}");
        execute(&server, &format!("DROP DATABASE IF EXISTS {name}")).await;
        execute(&server, &format!("CREATE DATABASE {name}")).await;
        Self::Postgres { server, name }
    }

    async fn of_release(engine: Engine, folder: &Path) -> Self {
        let place = Self::new(engine).await;
        let file = match engine {
            Engine::Sqlite => "sqlite.sql",
            Engine::Postgres => "postgres.sql",
        };
        let text = fs::read_to_string(folder.join(file)).expect("a release has both files");
        place.run(&text).await;
        place
    }

    fn url(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite:{}", folder.path().join("x.db").display()),
            Self::Postgres { server, name } => {
                let (address, options) = server.split_once('?').unwrap_or((server, ""));
                let (host, _) = address.rsplit_once('/').expect("it names a database");
                format!("{host}/{name}?{options}")
            }
        }
    }

    async fn open(&self) -> Result<Database, OpenError> {
        Database::open(&self.url(), PoolSizes::default()).await
    }

    async fn connect(&self) -> DatabaseConnection {
        let mode = if matches!(self, Self::Sqlite(_)) {
            "?mode=rwc"
        } else {
            ""
        };
        let url = format!("{}{mode}", self.url());
        sea_orm::Database::connect(url).await.expect("it opens")
    }

    async fn run(&self, statements: &str) {
        let connection = self.connect().await;
        let done = connection.execute_unprepared(statements).await;
        done.expect("it is a whole database");
        connection.close().await.expect("it closes");
    }

    async fn remove(self) {
        if let Self::Postgres { server, name } = self {
            execute(&server, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

async fn execute(server: &str, statement: &str) {
    let connection = sea_orm::Database::connect(server)
        .await
        .expect("the server is there");
    connection
        .execute_unprepared(statement)
        .await
        .expect("it may be done");
    connection.close().await.expect("it closes");
}

/// Answers of one column.
async fn ask(connection: &DatabaseConnection, [sqlite, postgres]: [&str; 2]) -> Vec<String> {
    let backend = connection.get_database_backend();
    let question = match backend {
        DbBackend::Postgres => postgres,
        _ => sqlite,
    };
    let rows = connection
        .query_all_raw(Statement::from_string(backend, question))
        .await;
    let rows = rows.expect("it is asked well");
    let answers = rows.iter().map(|row| row.try_get_by_index::<String>(0));
    answers
        .collect::<Result<_, _>>()
        .expect("it answers with texts")
}

/// All but the list of the steps.
async fn tables(connection: &DatabaseConnection) -> BTreeSet<String> {
    let tables = [
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'seaql_migrations'",
        "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'seaql_migrations'",
    ];
    ask(connection, tables).await.into_iter().collect()
}

async fn counts(
    connection: &DatabaseConnection,
    tables: &BTreeSet<String>,
) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for table in tables {
        let question = format!("SELECT CAST(count(*) AS TEXT) FROM {table}");
        let answer = ask(connection, [&question, &question]).await;
        let count = answer[0].parse().expect("it is a number");
        assert!(count > 0, "{table} is empty: nothing of it would be tested");
        counts.insert(table.clone(), count);
    }
    counts
}

/// All columns and indexes.
async fn schema(connection: &DatabaseConnection) -> Vec<String> {
    let columns = [
        "SELECT m.name || ' ' || c.cid || ' ' || c.name || ' ' || c.type || ' ' || c.\"notnull\" || ' ' ||
            coalesce(c.dflt_value, '') || ' ' || c.pk
            FROM sqlite_master AS m, pragma_table_xinfo(m.name) AS c WHERE m.type = 'table' ORDER BY m.name, c.cid",
        "SELECT concat_ws(' ', table_name, column_name, udt_name, is_nullable, column_default)
            FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, ordinal_position",
    ];
    let keys = [
        "SELECT m.name || ' ' || f.\"from\" || ' ' || f.\"table\" || ' ' || f.\"to\" AS key
            FROM sqlite_master AS m, pragma_foreign_key_list(m.name) AS f WHERE m.type = 'table' ORDER BY key",
        "SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS key
            FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY key",
    ];
    let indexes = [
        "SELECT m.name || ' ' || i.name || ' ' || i.\"unique\" || ' ' || coalesce(s.sql, '')
            FROM sqlite_master AS m, pragma_index_list(m.name) AS i JOIN sqlite_master AS s ON s.name = i.name
            WHERE m.type = 'table' ORDER BY m.name, i.name",
        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY indexname",
    ];
    let mut schema = Vec::new();
    for part in [columns, keys, indexes] {
        schema.extend(ask(connection, part).await);
    }
    schema
}

/// How many rows the program of today reads of each table.
async fn read_all(connection: &DatabaseConnection) -> BTreeMap<String, u64> {
    macro_rules! read {
        ($($area:ident: $($table:ident)*;)*) => {
            BTreeMap::from([$($(
                (stringify!($table).to_owned(), read::<$area::$table::Entity>(connection).await)
            ),*),*])
        };
    }
    read! {
        accounts: account session;
        attachments: attachment attachment_holder attachment_link attachment_upload;
        duty: duty handover handover_event shift;
        estate: building community unit zone;
        households: party party_relation;
        jobs: job;
        ledger: audit feed installation realm;
        organisation: staff_member;
        patrol: patrol_point patrol_result patrol_route patrol_task;
        sync: sync_cursor sync_issue sync_mutation;
        tickets: ticket ticket_clock ticket_event;
        visits: visit visit_event;
    }
}

async fn read<E: EntityTrait>(connection: &DatabaseConnection) -> u64 {
    let rows = E::find()
        .all(connection)
        .await
        .expect("its rows can be read");
    rows.len().try_into().expect("they are few")
}

/// The sums by the names of the files.
fn frozen() -> BTreeMap<&'static str, &'static str> {
    let lines = FROZEN.lines().filter(|line| !line.is_empty());
    lines.filter_map(|line| line.split_once(' ')).collect()
}

fn releases() -> Vec<PathBuf> {
    let folders = fs::read_dir(root().join("tests/released")).expect("the folder is there");
    let mut folders: Vec<_> = folders
        .map(|entry| entry.expect("it can be read").path())
        .collect();
    folders.sort();
    folders
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
