//! Five hundred phones come back at the same moment: they sign in, pull what they missed and push 20 edits.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::measure::{Figures, Watch, load, percentile};
use super::phone::{Known, Phone, timed};
use super::report::{Table, short};
use super::stage::Stage;
use super::{Fault, say};

const PHONES: usize = 500;
const ZONES: usize = 20;
const EDITS: usize = 20;

pub async fn storm(stage: &Stage<'_>) -> Result<(), Fault> {
    say!(
        "\n## {PHONES} phones of field workers come back at once: sign in, pull, push {EDITS} edits\n"
    );
    say!("Load of the machine: {}.\n", load());
    let cursors = cursors(stage).await?;
    let table = Table::new(&[
        "",
        "seconds until all are done",
        "phone p50 ms",
        "phone p99 ms",
        "sign in p50 / p99",
        "pull p50 / p99",
        "push p50 / p99",
        "records pulled",
        "told to wait",
        "server CPU s",
        "PG CPU s",
        "peak MB",
        "others (cores)",
    ]);
    let mut phones = Vec::new();
    for signs_in in [true, false] {
        let mut zones = Vec::new();
        for zone in 1..=ZONES {
            zones.push(stage.tickets_of_zone(zone, 0, PHONES / ZONES * EDITS)?);
        }
        let of_phone = |place: usize| {
            let tickets = zones
                .get(place % ZONES)
                .map(Vec::as_slice)
                .unwrap_or_default();
            let own = tickets.iter().skip(place / ZONES * EDITS).take(EDITS);
            own.cloned().collect::<Vec<Known>>()
        };
        let tickets: Vec<_> = (0..PHONES).map(of_phone).collect();
        if phones.is_empty() {
            for place in 0..PHONES {
                phones.push(Phone::new(
                    &stage.address,
                    &format!("c1-field{}", 1 + place % ZONES),
                    &format!("storm-{place}"),
                )?);
            }
        }
        let watch = Watch::begin(stage.processes())?;
        let mut crowd = JoinSet::new();
        for (place, (phone, tickets)) in phones.drain(..).zip(tickets).enumerate() {
            let cursor = cursors.get(place % ZONES).cloned().unwrap_or_default();
            crowd.spawn_local(come_back(phone, cursor, tickets, signs_in));
        }
        let mut steps = Vec::new();
        let mut figures = Figures::default();
        while let Some(back) = crowd.join_next().await {
            steps.push(back??);
        }
        let all: Vec<Duration> = steps.iter().map(|back| back.whole).collect();
        figures.clone_from(&watch.end(all)?);
        let both = |step: fn(&Back) -> Duration| {
            let took: Vec<Duration> = steps.iter().map(step).collect();
            format!(
                "{} / {}",
                short(percentile(&took, 0.5)),
                short(percentile(&took, 0.99))
            )
        };
        table.add([
            if signs_in {
                "with sign-in"
            } else {
                "with the token they had"
            }
            .to_owned(),
            short(figures.lasted),
            short(figures.percentile(0.5)),
            short(figures.percentile(0.99)),
            both(|back| back.sign_in),
            both(|back| back.pull),
            both(|back| back.push),
            steps
                .iter()
                .map(|back| back.records)
                .sum::<usize>()
                .to_string(),
            steps
                .iter()
                .map(|back| back.phone.waits)
                .sum::<u64>()
                .to_string(),
            short(figures.server_cpu),
            short(figures.postgres_cpu),
            short(figures.peak_mb),
            short(figures.others),
        ]);
        phones = steps.into_iter().map(|back| back.phone).collect();
        phones.sort_by_key(Phone::place);
    }
    Ok(())
}

/// Where a phone of each zone stood before it went away, and 10 edits in each zone since.
async fn cursors(stage: &Stage<'_>) -> Result<Vec<String>, Fault> {
    let mut cursors = Vec::new();
    for zone in 1..=ZONES {
        let mut phone = Phone::new(&stage.address, &format!("c1-field{zone}"), "before")?;
        phone.sign_in().await?;
        cursors.push(phone.pull(None, 1000).await?.cursor);
    }
    let mut desk = Phone::new(&stage.address, "c1-desk1", "storm")?;
    desk.sign_in().await?;
    for zone in 1..=ZONES {
        desk.edit(&mut stage.tickets_of_zone(zone, PHONES / ZONES * EDITS, 10)?)
            .await?;
    }
    Ok(cursors)
}

struct Back {
    phone: Phone,
    records: usize,
    sign_in: Duration,
    pull: Duration,
    push: Duration,
    whole: Duration,
}

async fn come_back(
    mut phone: Phone,
    cursor: String,
    mut tickets: Vec<Known>,
    is_signed_out: bool,
) -> Result<Back, Fault> {
    let began = Instant::now();
    phone.reconnect()?;
    phone.waits = 0;
    let ((), sign_in) = timed(async {
        if is_signed_out {
            phone.sign_in().await
        } else {
            Ok(())
        }
    })
    .await?;
    let (page, pull) = timed(phone.pull(Some(&cursor), 500)).await?;
    let ((), push) = timed(phone.edit(&mut tickets)).await?;
    Ok(Back {
        records: page.records,
        sign_in,
        pull,
        push,
        whole: began.elapsed(),
        phone,
    })
}
