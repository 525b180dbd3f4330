//! Pulls: all that there is for a new phone, and the little that changed.

use super::closed_loop::{repeat, run};
use super::measure::{Watch, load};
use super::phone::{Phone, Pulled, timed};
use super::report::{Table, range, short};
use super::stage::Stage;
use super::{Fault, say};

/// Connections that pull at a time.
const PHONES: usize = 4;

/// First syncs of the large community; answers with the cursor of somebody at the desk.
pub async fn first(stage: &Stage<'_>) -> Result<String, Fault> {
    say!("\n## First sync, one phone, pages of 1000\n");
    let table = Table::new(&[
        "who",
        "records",
        "seconds",
        "records/s",
        "pages",
        "MB",
        "server CPU s",
        "PG CPU s",
        "peak MB",
        "others (cores)",
    ]);
    let mut cursor = String::new();
    for account in ["c1-desk65", "c1-field1", "resident"] {
        let mut phone = Phone::new(&stage.address, account, "first")?;
        phone.sign_in().await?;
        let watch = Watch::begin(stage.processes())?;
        let (pulled, took) = timed(phone.pull(None, 1000)).await?;
        let figures = watch.end(vec![took])?;
        let (records, seconds) = (super::measure::number(pulled.records), took.as_secs_f64());
        table.add([
            account.to_owned(),
            pulled.records.to_string(),
            short(seconds),
            short(records / seconds),
            pulled.pages.to_string(),
            short(super::measure::number(pulled.bytes) / 1e6),
            short(figures.server_cpu),
            short(figures.postgres_cpu),
            short(figures.peak_mb),
            short(figures.others),
        ]);
        if cursor.is_empty() {
            cursor = pulled.cursor;
        }
    }
    let watch = Watch::begin(stage.limit())?;
    let (bytes, took) = timed(async { copy(stage) }).await?;
    let figures = watch.end(vec![took])?;
    table.add([
        "PostgreSQL alone, COPY as JSON".to_owned(),
        String::new(),
        short(took.as_secs_f64()),
        String::new(),
        String::new(),
        short(super::measure::number(bytes) / 1e6),
        String::new(),
        short(figures.postgres_cpu),
        String::new(),
        short(figures.others),
    ]);
    Ok(cursor)
}

/// Everything of the large community as lines of JSON.
fn copy(stage: &Stage<'_>) -> Result<usize, Fault> {
    let tables = [
        "zone",
        "building",
        "unit",
        "staff_member",
        "party",
        "party_relation",
        "patrol_point",
        "ticket",
        "ticket_event",
        "patrol_task",
        "patrol_result",
        "visit",
        "visit_event",
    ];
    let copies = tables.map(|table| {
        format!("COPY (SELECT row_to_json(t) FROM {table} AS t WHERE community_id = bench.id('community', 1, 0)) TO STDOUT;")
    });
    let mut bytes = 0;
    for copy in copies {
        bytes += stage.psql(&copy)?.len();
    }
    Ok(bytes)
}

/// Twenty records that changed, for somebody who sees the whole community.
pub async fn delta(stage: &Stage<'_>, cursor: &str, scale: u32) -> Result<(), Fault> {
    let since = stage.psql("SELECT seq FROM realm WHERE id = bench.id('community', 1, 0)")?;
    let mut other = Phone::new(&stage.address, "c1-desk64", "delta")?;
    other.sign_in().await?;
    other.edit(&mut stage.tickets(1, 11_000, 10)?).await?;
    say!(
        "\n## Pull of 20 records that changed, by {PHONES} phones, of {} records in all\n",
        75_000 * scale
    );
    let table = heads();
    let runs = repeat(stage.settings, || pull(stage, "c1-desk65", cursor, 20)).await?;
    table.row("server", &[], 1, &runs, &[range(&runs, |run| run.peak_mb)]);
    let runs = repeat(stage.settings, || async {
        stage.pgbench(LIMIT, PHONES, &[format!("since={since}")])
    })
    .await?;
    table.row("PostgreSQL alone", &[], 1, &runs, &[String::new()]);
    Ok(())
}

/// Three records that changed for a resident, among very many of others.
pub async fn resident(stage: &Stage<'_>) -> Result<(), Fault> {
    let mut phone = Phone::new(&stage.address, "resident", "resident")?;
    phone.sign_in().await?;
    let cursor = phone.pull(None, 1000).await?.cursor;
    let [first, second] = [11_000, 61_000].map(|from| others(from, from + 25_000));
    stage.psql(&first)?;
    let own = "SELECT id FROM bench.ticket WHERE c = 1 AND unit_id = bench.id('unit', 1, 1) ORDER BY n LIMIT 1";
    let own = stage.psql(own)?;
    let mut desk = Phone::new(&stage.address, "c1-desk64", "resident")?;
    desk.sign_in().await?;
    for note in ["已派工", "师傅下午到", "请留意来电"] {
        desk.send("ticket.note", &own, &serde_json::json!({ "note": note }))
            .await?;
    }
    stage.psql(&second)?;
    say!(
        "\n## Pull of 3 records that changed for a resident while 100 000 of others did, by {PHONES} phones\n"
    );
    let table = heads();
    let runs = repeat(stage.settings, || pull(stage, "resident", &cursor, 3)).await?;
    table.row("server", &[], 1, &runs, &[range(&runs, |run| run.peak_mb)]);
    Ok(())
}

fn heads() -> Table {
    say!("Load of the machine: {}.\n", load());
    Table::new(&[
        "who",
        "pulls/s",
        "p50 ms",
        "p99 ms",
        "server CPU ms",
        "PG CPU ms",
        "peak MB",
        "others (cores)",
    ])
}

/// Pulls with the same cursor again and again.
async fn pull(
    stage: &Stage<'_>,
    account: &str,
    cursor: &str,
    records: usize,
) -> Result<super::measure::Figures, Fault> {
    let mut phones = Vec::new();
    for place in 0..PHONES {
        let mut phone = Phone::new(&stage.address, account, &format!("pull-{place}"))?;
        phone.sign_in().await?;
        phones.push(phone);
    }
    let cursor = cursor.to_owned();
    run(stage, phones, async move |phone: &mut Phone| {
        let Pulled {
            records: pulled, ..
        } = phone.pull(Some(&cursor), 500).await?;
        if pulled == records {
            Ok(())
        } else {
            Err(format!("{pulled} records instead of {records}").into())
        }
    })
    .await
}

/// Each of these tickets gets an event, as an edit of each on its own would: two numbers, one entry for each audience.
fn others(from: u32, until: u32) -> String {
    let changed = format!(
        "FROM bench.ticket WHERE c = 1 AND n BETWEEN {from} + 1 AND {until} AND unit_id <> bench.id('unit', 1, 1)"
    );
    format!(
        "BEGIN; SET LOCAL session_replication_role = replica; \
         CREATE TEMP TABLE changed ON COMMIT DROP AS SELECT *, 2 * row_number() OVER (ORDER BY n) + \
           (SELECT seq FROM realm WHERE id = bench.id('community', 1, 0)) AS number {changed}; \
         UPDATE ticket SET seq = number - 1 FROM changed WHERE ticket.id = changed.id; \
         INSERT INTO ticket_event (id, community_id, ticket_id, kind, note, is_internal, author_account_id, author_name, \
           observed_at, observed_mark, received_at, seq, created_at) \
           SELECT gen_random_uuid(), community_id, id, 'edited', 'description', true, author_id, '员工', now(), 'wall', now(), number, now() FROM changed; \
         INSERT INTO feed (realm, audience, seq, kind, root_kind, root_id) SELECT community_id, audience, number, 'changed', 'ticket', id \
           FROM changed, LATERAL (VALUES ('office'), ('zone:' || zone_id), ('unit:' || unit_id), ('viewer:' || party_id), \
             ('viewer:' || recorder_id), ('viewer:' || assignee_id)) AS told (audience); \
         UPDATE realm SET seq = (SELECT max(number) FROM changed) WHERE id = bench.id('community', 1, 0); COMMIT"
    )
}

/// What the server must read: where the realm stands, the feed, the tickets it names, and what is new of them.
const LIMIT: &str = "
SELECT seq FROM realm WHERE id = bench.id('community', 1, 0);
SELECT * FROM feed WHERE realm = bench.id('community', 1, 0) AND audience = ANY (ARRAY['everyone', 'staff', 'office']) AND seq > :since ORDER BY seq LIMIT 503;
SELECT * FROM ticket WHERE id IN (SELECT root_id FROM feed WHERE realm = bench.id('community', 1, 0) AND audience = 'office' AND seq > :since);
SELECT * FROM ticket_event WHERE ticket_id IN (SELECT root_id FROM feed WHERE realm = bench.id('community', 1, 0) AND audience = 'office' AND seq > :since) AND seq > :since;
";
