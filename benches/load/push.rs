//! Fifty edits a push, by 1, 8 and 64 phones, all in one community or spread over twenty.

use super::closed_loop::{repeat, run};
use super::phone::Phone;
use super::report::{Table, range};
use super::stage::Stage;
use super::{EDITS, Fault, say};

const PHONES: [usize; 3] = [1, 8, 64];

pub async fn push(stage: &Stage<'_>) -> Result<(), Fault> {
    say!("\n## Push of {EDITS} edits in one request\n");
    let table = Table::new(&[
        "who",
        "communities",
        "phones",
        "edits/s",
        "p50 ms",
        "p99 ms",
        "server CPU ms/push",
        "PG CPU ms/push",
        "peak MB",
        "others (cores)",
    ]);
    for communities in [1, 20] {
        for phones in PHONES {
            let runs = repeat(stage.settings, || async {
                let phones = phones_of(stage, communities, phones).await?;
                run(stage, phones, async |(phone, tickets)| {
                    phone.edit(tickets).await
                })
                .await
            })
            .await?;
            table.row(
                "server",
                &[communities, phones],
                EDITS,
                &runs,
                &[range(&runs, |run| run.peak_mb)],
            );
        }
        for phones in PHONES {
            let edits = format!(
                "DROP TABLE IF EXISTS bench.edit; CREATE TABLE bench.edit AS SELECT phone, \
                 row_number() OVER (PARTITION BY phone ORDER BY id) AS place, made.* FROM generate_series(0, {phones} - 1) AS phone, \
                 LATERAL (SELECT * FROM bench.ticket WHERE c = 1 + phone % {communities} AND \
                 n > {EDITS} * (phone / {communities}) ORDER BY n LIMIT {EDITS}) AS made; \
                 CREATE INDEX ON bench.edit (phone); ANALYZE bench.edit"
            );
            stage.psql(&edits)?;
            let runs = repeat(stage.settings, || async {
                stage.pgbench(LIMIT, phones, &[])
            })
            .await?;
            table.row(
                "PostgreSQL alone",
                &[communities, phones],
                EDITS,
                &runs,
                &[String::new()],
            );
        }
    }
    Ok(())
}

type Editor = (Phone, Vec<super::phone::Known>);

async fn phones_of(
    stage: &Stage<'_>,
    communities: usize,
    count: usize,
) -> Result<Vec<Editor>, Fault> {
    let mut phones = Vec::new();
    for place in 0..count {
        let (community, nth) = (1 + place % communities, place / communities);
        let account = format!("c{community}-desk{}", nth + 1);
        let mut phone = Phone::new(&stage.address, &account, "push")?;
        phone.sign_in().await?;
        phones.push((phone, stage.tickets(community, nth * EDITS, EDITS)?));
    }
    Ok(phones)
}

/// The rows that the server writes for a push, in the same batches: locks first, the counter last.
const LIMIT: &str = "
BEGIN;
SELECT ticket.* FROM ticket JOIN bench.edit USING (id) WHERE edit.phone = :client_id ORDER BY id FOR NO KEY UPDATE OF ticket;
UPDATE realm SET seq = seq + 100 WHERE id = (SELECT community_id FROM bench.edit WHERE phone = :client_id LIMIT 1) RETURNING seq AS head \\gset
UPDATE ticket SET description = '现场已处理，等待业主确认，更换了密封圈并清理了现场，后续回访。' || :head::bigint,
  field_seq = jsonb_build_object('description', jsonb_build_object('seq', :head::bigint - 101 + 2 * edit.place, 'session', gen_random_uuid())),
  seq = :head::bigint - 101 + 2 * edit.place, updated_at = now()
  FROM bench.edit WHERE edit.phone = :client_id AND ticket.id = edit.id;
INSERT INTO ticket_event (id, community_id, ticket_id, kind, note, is_internal, author_account_id, author_name, observed_at,
    observed_mark, received_at, seq, created_at)
  SELECT gen_random_uuid(), community_id, id, 'edited', 'description', true, author_id, '员工', now(), 'monotonic', now(),
    :head::bigint - 100 + 2 * place, now() FROM bench.edit WHERE phone = :client_id;
INSERT INTO feed (realm, audience, seq, kind, root_kind, root_id)
  SELECT community_id, audience, :head::bigint - 100 + 2 * place, 'changed', 'ticket', id
  FROM bench.edit, LATERAL (VALUES ('office'), ('zone:' || zone_id), ('unit:' || unit_id), ('viewer:' || party_id),
    ('viewer:' || recorder_id), ('viewer:' || assignee_id)) AS told (audience) WHERE phone = :client_id;
INSERT INTO audit (id, realm, at, account_id, session_id, why, subject, record_id, before, after)
  SELECT gen_random_uuid(), community_id, now(), author_id, author_id, 'push', 'ticket', id,
    jsonb_build_object('description', '现场已处理，等待业主确认，更换了密封圈并清理了现场，后续回访。', 'field_seq', '{}', 'seq', 1, 'updated_at', now()),
    jsonb_build_object('description', '现场已处理，等待业主确认，更换了密封圈并清理了现场，后续回访。', 'field_seq', '{}', 'seq', 1, 'updated_at', now())
  FROM bench.edit WHERE phone = :client_id;
INSERT INTO sync_mutation (session_id, mutation_id, community_id, author_account_id, kind, record_id, position, envelope, outcome,
    seq, deliveries, received_at, resolved_at)
  SELECT author_id, gen_random_uuid()::text, community_id, author_id, 'ticket.edit', id::text, place,
    decode(repeat(md5(id::text), 24), 'hex'), 'applied', :head::bigint, 1, now(), now() FROM bench.edit WHERE phone = :client_id;
COMMIT;
";
