//! Faults planted in rounds, handovers and visits.

use super::*;

#[test]
fn a_report_that_is_lost_or_doubled_is_found() {
    finds(
        10,
        &[
            ("another code", |it| {
                in_both(it, "patrol_result", "res1", |result| {
                    result["codeRead"] = json!("XF-2");
                });
            }),
            ("twice", |it| {
                let again = json!({ "taskId": "r1", "pointId": "p1" });
                put_in_both(it, "patrol_result", "res2", &again);
            }),
            ("kept out, and there", |it| {
                made(it, "m8").outcome = Some(Outcome::Quarantined);
            }),
        ],
    );
}

#[test]
fn a_round_that_is_judged_wrong_is_found() {
    finds(
        11,
        &[
            ("not done", |it| {
                in_both(it, "patrol_task", "r1", |round| {
                    round["state"] = json!("missed");
                });
            }),
            ("seen too late", |it| {
                in_both(it, "patrol_result", "res1", |result| {
                    result["observedAt"] = json!("2026-01-01T09:00:01Z");
                });
            }),
            ("another code", |it| {
                in_both(it, "patrol_result", "res1", |result| {
                    result["codeRead"] = json!("XF-2");
                });
            }),
            ("done at another time", |it| {
                in_both(it, "patrol_task", "r1", |round| {
                    round["finishedAt"] = json!("2026-01-01T08:31:00Z");
                });
            }),
        ],
    );
}

#[test]
fn a_responsibility_that_passed_at_another_time_is_found() {
    finds(
        12,
        &[
            ("by the earlier signature", |it| {
                in_both(it, "handover", "h1", |handover| {
                    handover["passedAt"] = json!("2026-01-01T08:25:00Z");
                });
            }),
            ("not in order", |it| {
                in_both(it, "handover_event", "h1c", |event| {
                    event["kind"] = json!("rejected");
                });
            }),
            ("signed before a look", |it| {
                in_both(it, "handover_event", "h1d", |event| {
                    event["observedAt"] = json!("2026-01-01T08:19:00Z");
                });
            }),
        ],
    );
}

#[test]
fn a_record_out_of_reach_is_found() {
    finds(
        13,
        &[
            ("of another zone", |it| {
                in_both(it, "patrol_task", "r1", |round| {
                    round["zoneId"] = json!("z2");
                });
            }),
            ("of others", |it| {
                in_both(it, "handover", "h1", |handover| {
                    handover["outgoingId"] = json!("w3");
                });
            }),
        ],
    );
}
