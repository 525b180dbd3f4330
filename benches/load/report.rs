//! Tables in Markdown.

use super::measure::{Figures, number};
use super::say;

/// A table, told row by row.
pub struct Table {
    width: usize,
}

impl Table {
    pub fn new(heads: &[&str]) -> Self {
        say!("| {} |", heads.join(" | "));
        say!("|{}", " --- |".repeat(heads.len()));
        Self { width: heads.len() }
    }

    pub fn add(&self, row: impl IntoIterator<Item = String>) {
        let row: Vec<String> = row.into_iter().take(self.width).collect();
        say!("| {} |", row.join(" | "));
    }

    /// Who; of what; how often `times` of them were done in a second; latencies; processor time;
    /// more; others.
    pub fn row(&self, who: &str, what: &[usize], times: usize, runs: &[Figures], more: &[String]) {
        let times = number(times);
        let mut row = vec![who.to_owned()];
        row.extend(what.iter().map(ToString::to_string));
        row.extend([
            range(runs, |run| run.rate() * times),
            range(runs, |run| run.percentile(0.5)),
            range(runs, |run| run.percentile(0.99)),
            range(runs, |run| run.cpu_of_one().0),
            range(runs, |run| run.cpu_of_one().1),
        ]);
        row.extend(more.iter().cloned());
        row.push(range(runs, |run| run.others));
        self.add(row);
    }
}

/// The median, and in brackets from the least to the most.
pub fn range(runs: &[Figures], figure: impl Fn(&Figures) -> f64) -> String {
    let mut all: Vec<f64> = runs.iter().map(figure).collect();
    all.sort_by(f64::total_cmp);
    let median = all
        .get(all.len().saturating_sub(1) / 2)
        .copied()
        .unwrap_or(0.0);
    match (all.first(), all.last()) {
        (Some(least), Some(most)) if all.len() > 1 => {
            format!("{} ({}–{})", short(median), short(*least), short(*most))
        }
        _ => short(median),
    }
}

/// Three digits that count.
pub fn short(figure: f64) -> String {
    let places = match figure {
        big if big >= 100.0 => 0,
        some if some >= 10.0 => 1,
        _ => 2,
    };
    format!("{figure:.places$}")
}
