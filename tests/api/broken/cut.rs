//! A connection to `PostgreSQL` that is cut, at every message of a change.

use chrono::TimeDelta;
use entity::estate::unit;
use entity::kinds::PostKind;
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
use serde_json::json;
use xunfang::error::{Coded as _, ErrorCode};
use xunfang::import::{Lists, import_estate};

use super::{
    notes_saying, nothing_is_quarantined, open_at_desk, pushed, sessions_of, tickets,
    tickets_called, tickets_there, zones_named,
};
use crate::jobs::{LeaveZone, ask, worker};
use crate::support::proxy::{Cut, Proxy};
use crate::support::{PASSWORD, TestApp};

/// Does something while its connection is cut at one message ever later, before the database hears it or
/// after it has answered, until it is done before that message. `act` says with which code it was refused;
/// then `done` sees that it is there once.
async fn at_every_message(
    proxy: &Proxy,
    mut act: impl AsyncFnMut(u32) -> Result<(), String>,
    mut is_there_once: impl AsyncFnMut(u32, Result<(), String>),
) {
    let mut number = 0;
    for cut in [Cut::BeforeItIsHeard, Cut::AfterItIsAnswered] {
        let mut is_reached = true;
        let mut message = 0;
        while is_reached {
            message += 1;
            number += 1;
            proxy.cut(message, cut);
            let acted = act(number).await;
            is_reached = proxy.is_cut();
            proxy.let_pass();
            if let Err(code) = &acted {
                assert_eq!(code, "OVERLOADED", "message {message}, {cut:?}");
            }
            is_there_once(number, acted).await;
        }
        assert!(message > 5, "{message}: {cut:?}");
    }
}

/// The code of an answer that is none.
fn told(code: &str) -> Result<(), String> {
    if code.is_empty() {
        Ok(())
    } else {
        Err(code.to_owned())
    }
}

#[tokio::test]
async fn a_push_is_applied_once_wherever_its_connection_is_cut() {
    let Some((app, proxy)) = TestApp::behind_a_proxy(|_| {}).await else {
        return;
    };
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let phone = app.sign_in("li", "d1").await;
    at_every_message(
        &proxy,
        async |n| pushed(&phone.push(tickets(n, &bijiang)).await),
        async |n, acted| {
            let there = tickets_there(app.app.db().reader(), n).await;
            assert!(acted.is_err() || there == (5, 5), "{n}: {there:?}");
            assert_eq!(pushed(&phone.push(tickets(n, &bijiang)).await), Ok(()));
            assert_eq!(tickets_there(app.app.db().reader(), n).await, (5, 5), "{n}");
        },
    )
    .await;
    nothing_is_quarantined(&app).await;
}

#[tokio::test]
async fn a_sign_in_makes_one_session_wherever_its_connection_is_cut() {
    let Some((app, proxy)) =
        TestApp::behind_a_proxy(|settings| settings.sign_in.attempts = 10_000).await
    else {
        return;
    };
    app.account("li").await;
    at_every_message(
        &proxy,
        async |n| {
            told(
                app.try_sign_in("li", PASSWORD, &format!("d{n}"))
                    .await
                    .code(),
            )
        },
        async |n, _| {
            let device = format!("d{n}");
            let mut phone = app.sign_in("li", &device).await;
            assert_eq!(sessions_of(app.app.db().reader(), &device).await, 1, "{n}");
            phone.refresh().await;
            phone.session_id().await;
        },
    )
    .await;
}

#[tokio::test]
async fn a_refresh_signs_nobody_out_wherever_its_connection_is_cut() {
    let Some((app, proxy)) = TestApp::behind_a_proxy(|_| {}).await else {
        return;
    };
    app.account("li").await;
    let phone = std::cell::RefCell::new(app.sign_in("li", "d1").await);
    at_every_message(
        &proxy,
        async |_| {
            let held = phone.borrow().clone();
            let answer = held.try_refresh(&held.refresh_token).await;
            told(answer.code())
        },
        async |_, _| {
            let mut held = phone.borrow().clone();
            held.refresh().await;
            phone.replace(held);
        },
    )
    .await;
}

#[tokio::test]
async fn what_the_desk_does_is_done_once_wherever_its_connection_is_cut() {
    let Some((app, proxy)) = TestApp::behind_a_proxy(|_| {}).await else {
        return;
    };
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    let phone = app.sign_in("li", "d1").await;
    let summary = |n: u32| format!("漏水 {n}");
    at_every_message(
        &proxy,
        async |n| told(open_at_desk(&phone, &bijiang, &summary(n)).await.code()),
        async |n, acted| {
            let there = tickets_called(&app, &summary(n)).await;
            assert_eq!(there, u64::from(acted.is_ok()), "{n}: {acted:?}");
        },
    )
    .await;
    let answer = open_at_desk(&phone, &bijiang, "漏水").await;
    let ticket = answer.text("openTicket.ticket.id");
    at_every_message(
        &proxy,
        async |n| {
            let operation = "mutation ($input: NoteTicketInput!) {
                noteTicket(input: $input) { ticket { id } }
            }";
            let input = json!({ "id": ticket, "note": format!("看过 {n}") });
            let answer = phone.run(operation, json!({ "input": input })).await;
            told(answer.code())
        },
        async |n, acted| {
            let there = notes_saying(&app, &format!("看过 {n}")).await;
            assert_eq!(there, u64::from(acted.is_ok()), "{n}: {acted:?}");
        },
    )
    .await;
}

#[tokio::test]
async fn a_job_is_done_once_wherever_its_connection_is_cut() {
    let Some((app, proxy)) = TestApp::behind_a_proxy(|_| {}).await else {
        return;
    };
    let bijiang = app.community("bijiang").await;
    let worker = worker(&app.app);
    // Asked for beforehand, so that only the work of it is cut.
    let keys: Vec<String> = (0..200).map(|n| format!("{n:03}")).collect();
    at_every_message(
        &proxy,
        async |n| {
            let key = &keys[n as usize];
            proxy
                .pausing(ask::<LeaveZone>(&app, &bijiang, &[key]))
                .await;
            let outcome = worker.work_off().await;
            outcome
                .map(drop)
                .map_err(|error| error.code().as_str().to_owned())
        },
        async |n, _| {
            app.wait(TimeDelta::hours(2));
            worker.work_off().await.unwrap();
            let key = &keys[n as usize];
            assert_eq!(zones_named(app.app.db().reader(), key).await, 1, "{n}");
        },
    )
    .await;
}

#[tokio::test]
async fn an_import_is_taken_once_wherever_its_connection_is_cut() {
    let Some((app, proxy)) = TestApp::behind_a_proxy(|_| {}).await else {
        return;
    };
    let units = include_bytes!("../../data/estate/units.csv");
    for (message, n) in (1..).step_by(4).zip(1..) {
        let (name, code) = (format!("碧江{n}"), format!("bijiang{n}"));
        let lists = Lists {
            community: &name,
            code: Some(&code),
            units: Some(units),
            parties: None,
            workbook: None,
            may_be_new: true,
            dry_run: false,
        };
        proxy.cut(message, Cut::AfterItIsAnswered);
        let report = import_estate(&app.app, lists).await.unwrap();
        let is_reached = proxy.is_cut();
        proxy.let_pass();
        assert_eq!(report.units.unwrap().created, 120, "{n}");
        let units = unit::Entity::find().count(app.app.db().reader());
        assert_eq!(units.await.unwrap(), 120 * n, "{n}");
        if !is_reached {
            break;
        }
    }
}

#[tokio::test]
async fn what_the_database_cannot_do_at_the_moment_is_no_fault_of_a_change() {
    let Some((app, _)) = TestApp::behind_a_proxy(|_| {}).await else {
        return;
    };
    for (state, code, is_transient) in [
        ("57P01", "OVERLOADED", true),
        ("57P02", "OVERLOADED", true),
        ("57P03", "OVERLOADED", true),
        ("57014", "OVERLOADED", true),
        ("08006", "OVERLOADED", true),
        ("53100", "OVERLOADED", true),
        ("53300", "OVERLOADED", true),
        ("55P03", "OVERLOADED", true),
        ("58030", "OVERLOADED", true),
        ("40001", "OVERLOADED", true),
        ("40P01", "OVERLOADED", true),
        ("25P03", "OVERLOADED", true),
        ("XX001", "OVERLOADED", false),
        ("23505", "INTERNAL", true),
        ("23503", "INTERNAL", false),
        ("22003", "INTERNAL", false),
        ("42P01", "INTERNAL", false),
    ] {
        let raise = format!("DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '{state}'; END $$");
        let raised = app.app.db().writer().execute_unprepared(&raise).await;
        let error = raised.unwrap_err();
        assert_eq!(error.code().as_str(), code, "{state}");
        assert_eq!(error.is_transient(), is_transient, "{state}");
        let waits = error.retry_after_ms().is_some();
        assert_eq!(waits, error.code() == ErrorCode::OVERLOADED, "{state}");
    }
}
