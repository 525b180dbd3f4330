//! The diagrams of states are drawn from the tables that the commands go by.

use std::fmt::Write as _;
use std::fs;

use entity::tickets::TicketKind;
use entity::visits::{VisitKind, VisitState};
use entity::words::Word;
use sea_orm::Iterable as _;
use xunfang::areas::tickets::rules::kinds::{By, Needs, Path, Step};
use xunfang::areas::visits::VisitPolicy;
use xunfang::areas::visits::rules::{leads_on, step};

use super::{page, root};

const PAGE: &str = "docs/states.md";

#[test]
fn the_diagrams_of_states_are_drawn_from_the_tables() {
    for (kind, heading) in [
        (TicketKind::Repair, "## A repair (报修)"),
        (TicketKind::Complaint, "## A complaint (投诉)"),
    ] {
        let path = Path::of(kind);
        let states: Vec<_> = path.order.iter().copied().flatten().copied().collect();
        let steps = path.steps.iter().flat_map(|step| {
            let label = label(step);
            step.from
                .iter()
                .map(move |from| (*from, step.to, label.clone()))
        });
        holds(heading, &diagram(&states, &steps.collect::<Vec<_>>()));
    }
    for (kind, heading) in [
        (VisitKind::Home, "## A home visit (走访)"),
        (VisitKind::Return, "## A return visit (回访)"),
    ] {
        let policy = VisitPolicy::default();
        let states: Vec<_> = VisitState::iter().collect();
        let pairs = states
            .iter()
            .flat_map(|from| states.iter().map(|to| (*from, *to)));
        let leads = pairs.filter(|(from, to)| {
            // What may be said again moves nothing.
            from != to && step(&policy, kind, *from, *to).is_ok() && leads_on(kind, *from, *to)
        });
        let steps: Vec<_> = leads.map(|(from, to)| (from, to, String::new())).collect();
        let reached: Vec<_> = states
            .iter()
            .copied()
            .filter(|state| {
                *state == VisitState::Planned || steps.iter().any(|(_, to, _)| to == state)
            })
            .collect();
        holds(heading, &diagram(&reached, &steps));
    }
}

/// What a step needs, in a few words.
fn label(step: &Step) -> String {
    let mut words = vec![match step.by {
        By::Office => "office",
        By::Handler => "handler",
    }];
    words.extend(match step.needs {
        Needs::Nothing => None,
        Needs::Note => Some("with a note"),
        Needs::Assignee => Some("to a worker"),
        Needs::Command => Some("by a command of its own"),
    });
    words.extend(step.reopens.then_some("opens it again"));
    words.extend(step.if_anonymous.then_some("only of an anonymous one"));
    words.join(", ")
}

/// A diagram in the language of Mermaid; the first state is where it begins.
fn diagram<S: Word>(states: &[S], steps: &[(S, S, String)]) -> String {
    let name = |state: S| state.to_value();
    let mut text = String::from("stateDiagram-v2\n");
    let mut line = |line: std::fmt::Arguments<'_>| writeln!(text, "    {line}").expect("memory");
    for state in states {
        let (word, english, chinese) = (name(*state), state.english(), state.chinese());
        line(format_args!("{word} : {english} {chinese}"));
    }
    if let Some(first) = states.first() {
        line(format_args!("[*] --> {}", name(*first)));
    }
    for (from, to, label) in steps.iter().filter(|(from, to, _)| from != to) {
        let label = if label.is_empty() {
            String::new()
        } else {
            format!(" : {label}")
        };
        line(format_args!("{} --> {}{label}", name(*from), name(*to)));
    }
    for state in states.iter().filter(|state| {
        !steps
            .iter()
            .any(|(from, to, _)| from == *state && to != *state)
    }) {
        line(format_args!("{} --> [*]", name(*state)));
    }
    text
}

/// Whether the page has this diagram under this heading; `scripts/update` puts it there.
fn holds(heading: &str, diagram: &str) {
    let text = page(PAGE);
    let (before, rest) = text
        .split_once(&format!("{heading}\n"))
        .unwrap_or_else(|| panic!("{PAGE} lacks {heading}"));
    let (between, rest) = rest.split_once("```mermaid\n").expect("a diagram");
    let (old, after) = rest.split_once("```").expect("its end");
    if old == diagram {
        return;
    }
    assert!(
        std::env::var_os("XUNFANG_UPDATE").is_some(),
        "{PAGE} is stale under {heading}; run `scripts/update`, or put in:\n{diagram}"
    );
    let text = format!("{before}{heading}\n{between}```mermaid\n{diagram}```{after}");
    fs::write(root().join(PAGE), text).expect("the page can be written");
}
