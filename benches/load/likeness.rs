//! Whether the filled data is what `Write` would have made: a ticket of it beside one made through the API.

use serde_json::json;

use super::phone::Phone;
use super::stage::Stage;
use super::{Fault, say};

pub async fn compare(stage: &Stage<'_>) -> Result<(), Fault> {
    let mut desk = Phone::new(&stage.address, "c20-desk1", "likeness")?;
    desk.sign_in().await?;
    desk.pull(None, 1000).await?;
    let filled = stage.psql("SELECT id FROM bench.ticket WHERE c = 20 AND n = 7")?;
    let of = |column: &str| {
        stage.psql(&format!(
            "SELECT {column} FROM bench.ticket WHERE id = '{filled}'"
        ))
    };
    let made = stage.psql("SELECT bench.id('likeness', 20, 1)")?;
    let opened = json!({ "communityId": of("community_id")?, "unitId": of("unit_id")?, "reporterPartyId": of("party_id")?,
        "summary": "厨房水管漏水", "contactName": "李女士" });
    desk.send("ticket.open", &made, &opened).await?;
    desk.send("ticket.advance", &made, &json!({ "to": "ordered" }))
        .await?;
    desk.send(
        "ticket.assign",
        &made,
        &json!({ "assigneeId": of("assignee_id")? }),
    )
    .await?;
    let [filled, made] = [filled, made].map(|id| traces(stage, &id));
    let (filled, made) = (filled?, made?);
    if filled != made {
        return Err(format!(
            "the filled data is not what the program makes:\n{filled}\n--\n{made}"
        )
        .into());
    }
    say!(
        "\nA filled ticket and one made through the API leave the same {} rows and feed entries.",
        made.lines().count()
    );
    Ok(())
}

/// The rows and feed entries of a ticket, counted from its first number.
fn traces(stage: &Stage<'_>, id: &str) -> Result<String, Fault> {
    stage.psql(&format!(
        "WITH told AS (SELECT *, min(seq) OVER () - 2 AS before FROM feed WHERE root_id = '{id}') \
         SELECT concat_ws(' ', seq - before, kind, root_kind, split_part(audience, ':', 1)) FROM told \
         UNION ALL SELECT concat_ws(' ', seq - (SELECT min(before) FROM told), 'ticket', kind, state, priority) FROM ticket WHERE id = '{id}' \
         UNION ALL SELECT concat_ws(' ', seq - (SELECT min(before) FROM told), 'event', kind, coalesce(from_state, '-'), to_state) \
           FROM ticket_event WHERE ticket_id = '{id}' ORDER BY 1"
    ))
}
