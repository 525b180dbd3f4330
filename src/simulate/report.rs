//! What is told after a run.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use super::Plan;
use super::checks::Verdict;
use super::company::Company;
use super::evidence::Evidence;
use super::phone::Phone;
use super::queue::Outcome;
use super::tales::tales;

/// The most broken things that are told per law.
const MOST_TOLD: usize = 12;

/// A run, as a text and as a verdict.
#[derive(Clone, Debug)]
pub struct Report {
    /// Table, rates and story.
    pub text: String,
    pub verdicts: Vec<Verdict>,
}

impl Report {
    pub(super) fn new(
        plan: &Plan,
        company: &Company,
        evidence: &Evidence,
        verdicts: Vec<Verdict>,
        lasted: Duration,
    ) -> Self {
        let mut text = String::new();
        text.push_str(&table(evidence));
        text.push_str(&rates(&company.phones, lasted));
        text.push_str(&story(company, evidence));
        text.push_str(&tales(evidence));
        text.push_str(&verdict(plan, &verdicts));
        Self { text, verdicts }
    }

    /// Whether every law held.
    pub fn holds(&self) -> bool {
        self.verdicts.iter().all(Verdict::holds)
    }
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{line}");
}

fn table(evidence: &Evidence) -> String {
    let mut text = String::new();
    line(
        &mut text,
        format_args!(
            "{:<34} {:>5} {:>9} {:>5} {:>7} {:>6} {:>5} {:>8} {:>11}",
            "phone",
            "made",
            "delivered",
            "twice",
            "applied",
            "merged",
            "kept",
            "deferred",
            "quarantined"
        ),
    );
    for phone in &evidence.phones {
        let books = phone.ledger.unwrap_or_default();
        line(
            &mut text,
            format_args!(
                "{:<34} {:>5} {:>9} {:>5} {:>7} {:>6} {:>5} {:>8} {:>11}",
                phone.name,
                phone.queue.made.len(),
                books.deliveries,
                books.duplicates,
                books.applied,
                books.merged,
                books.conflict_kept,
                books.deferred,
                books.quarantined
            ),
        );
    }
    text
}

fn rates(phones: &[Phone], lasted: Duration) -> String {
    let all = |of: fn(&Phone) -> &Vec<f64>| -> Vec<f64> {
        let mut all: Vec<f64> = phones
            .iter()
            .flat_map(|phone| of(phone).iter().copied())
            .collect();
        all.sort_by(f64::total_cmp);
        all
    };
    let (pushes, pulls) = (
        all(|phone| &phone.log.push_ms),
        all(|phone| &phone.log.pull_ms),
    );
    let made: usize = phones.iter().map(|phone| phone.queue.made.len()).sum();
    let per_second = |count: usize| {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        f64::from(count) / lasted.as_secs_f64().max(0.001)
    };
    let mut text = String::new();
    line(
        &mut text,
        format_args!(
            "\n{:.1} s at work: {:.0} mutations/s, {:.0} pushes/s, {:.0} pulls/s",
            lasted.as_secs_f64(),
            per_second(made),
            per_second(pushes.len()),
            per_second(pulls.len())
        ),
    );
    line(
        &mut text,
        format_args!(
            "push {:.1} ms (p50), {:.1} ms (p99); pull {:.1} ms (p50), {:.1} ms (p99)",
            percentile(&pushes, 50),
            percentile(&pushes, 99),
            percentile(&pulls, 50),
            percentile(&pulls, 99)
        ),
    );
    text
}

/// Of sorted values.
fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let place = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(place).copied().unwrap_or(0.0)
}

fn story(company: &Company, evidence: &Evidence) -> String {
    let phones = &company.phones;
    let sum = |of: fn(&Phone) -> u64| -> u64 { phones.iter().map(of).sum() };
    let count = |what: fn(Outcome) -> bool| -> usize {
        let made = evidence
            .phones
            .iter()
            .flat_map(|phone| phone.queue.made.values());
        made.filter(|made| made.outcome.is_some_and(what)).count()
    };
    let mut text = String::new();
    line(
        &mut text,
        format_args!(
            "\n{} steps, {} of them without a network; {} restarts, {} crashes in the middle of a pull",
            sum(|it| it.log.steps),
            sum(|it| it.log.offline_steps),
            sum(|it| it.log.restarts),
            sum(|it| it.log.crashes)
        ),
    );
    line(
        &mut text,
        format_args!(
            "{} answers to pushes were lost, {} pushes were cut off, {} of {} refreshed tokens never arrived",
            sum(|it| it.log.lost_answers),
            sum(|it| it.log.cuts),
            sum(|it| it.session.lost_refreshes),
            sum(|it| it.session.refreshes + it.session.lost_refreshes)
        ),
    );
    line(
        &mut text,
        format_args!(
            "{} requests found nobody, or nobody who could answer, and were asked again",
            sum(|it| it.session.lost()) + company.office.session.lost()
        ),
    );
    line(
        &mut text,
        format_args!(
            "{} mutations took effect, {} wait for what never came, {} were kept out and lie in sync issues",
            count(Outcome::took_effect),
            count(|it| it == Outcome::Deferred),
            count(|it| it == Outcome::Quarantined)
        ),
    );
    line(
        &mut text,
        format_args!("kept out were: {}", listed(&kept_out(evidence))),
    );
    line(
        &mut text,
        format_args!("the supervisor meanwhile: {}", listed(&company.office.done)),
    );
    let mut errors: BTreeMap<String, u64> = BTreeMap::new();
    for (error, times) in phones.iter().flat_map(|phone| &phone.log.errors) {
        *errors.entry(error.clone()).or_default() += times;
    }
    if !errors.is_empty() {
        line(
            &mut text,
            format_args!("requests that failed: {}", listed(&errors)),
        );
    }
    text
}

/// What was kept out, and why.
fn kept_out(evidence: &Evidence) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    let made = evidence
        .phones
        .iter()
        .flat_map(|phone| phone.queue.made.values());
    for made in made.filter(|made| made.outcome == Some(Outcome::Quarantined)) {
        let code = made.code.as_deref().unwrap_or("?");
        *counts.entry(format!("{} {code}", made.kind)).or_default() += 1;
    }
    counts
}

fn listed(counts: &BTreeMap<String, u64>) -> String {
    let listed: Vec<String> = counts
        .iter()
        .map(|(what, times)| format!("{what} ×{times}"))
        .collect();
    listed.join(", ")
}

fn verdict(plan: &Plan, verdicts: &[Verdict]) -> String {
    let mut text = String::from("\n");
    for verdict in verdicts {
        let sign = if verdict.holds() { '✓' } else { '✗' };
        line(
            &mut text,
            format_args!("{sign} {} ({} looked at)", verdict.law, verdict.looked_at),
        );
        for broken in verdict.broken.iter().take(MOST_TOLD) {
            line(&mut text, format_args!("    {broken}"));
        }
        if let Some(more) = verdict
            .broken
            .len()
            .checked_sub(MOST_TOLD)
            .filter(|more| *more > 0)
        {
            line(&mut text, format_args!("    and {more} more"));
        }
    }
    if verdicts.iter().any(|verdict| !verdict.holds()) {
        let serial = if plan.is_serial { " --serial" } else { "" };
        line(
            &mut text,
            format_args!(
                "\nseed {} with {} phones and {} rounds{serial} broke a law",
                plan.seed, plan.phones, plan.rounds
            ),
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_of_few_values_stay_inside() {
        assert!(percentile(&[], 99).abs() < f64::EPSILON);
        assert!((percentile(&[1.0], 99) - 1.0).abs() < f64::EPSILON);
        assert!((percentile(&[1.0, 2.0, 3.0, 4.0], 50) - 3.0).abs() < f64::EPSILON);
    }
}
