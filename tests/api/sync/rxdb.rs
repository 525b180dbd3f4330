//! Rows as RxDB sends and pulls them.

use chrono::TimeDelta;
use entity::kinds::PostKind;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Answer, Community, Phone, TestApp};

/// A ticket as RxDB inserts it.
pub fn inserted(ticket: Uuid, at: &Community) -> Value {
    json!({
        "id": ticket, "communityId": at.id, "kind": "repair", "state": "recorded", "priority": "normal",
        "summary": "厨房水管漏水", "description": "", "convenientTime": "下午", "deleted": false,
    })
}

/// The row with some columns written anew.
#[expect(
    clippy::needless_pass_by_value,
    reason = "tests write the columns where they call it"
)]
pub fn with(row: &Value, columns: Value) -> Value {
    let mut row = row.clone();
    let columns = columns.as_object().unwrap().clone();
    row.as_object_mut().unwrap().extend(columns);
    row
}

fn step(event: Uuid, ticket: Uuid, columns: Value) -> Value {
    let event = json!({ "id": event, "ticketId": ticket, "note": "", "isInternal": false, "deleted": false });
    json!({ "newDocumentState": with(&event, columns) })
}

pub fn insert(row: &Value) -> Value {
    json!({ "newDocumentState": row })
}

pub fn change(before: &Value, after: &Value) -> Value {
    json!({ "assumedMasterState": before, "newDocumentState": after })
}

impl Phone<'_> {
    pub async fn push_rows(&self, collection: &str, rows: Vec<Value>) -> Vec<Value> {
        let upper = format!("{}{}", collection[..1].to_uppercase(), &collection[1..]);
        let operation = format!(
            "mutation Push($rows: [{upper}InputPushRow!]) {{
                push{upper}({collection}PushRow: $rows) {{ {} }} }}",
            columns(collection)
        );
        let answer = self.run(&operation, json!({ "rows": rows })).await;
        let rows = answer.data(&format!("push{upper}"));
        rows.as_array().unwrap().clone()
    }

    pub async fn pull_rows(
        &self,
        collection: &str,
        checkpoint: Option<&Value>,
        limit: i32,
    ) -> Answer {
        let upper = format!("{}{}", collection[..1].to_uppercase(), &collection[1..]);
        let operation = format!(
            "query Pull($checkpoint: {upper}InputCheckpoint, $limit: Int!) {{
                pull{upper}(checkpoint: $checkpoint, limit: $limit) {{
                    documents {{ {} }} checkpoint {{ cursor epoch }} }} }}",
            columns(collection)
        );
        self.run(
            &operation,
            json!({ "checkpoint": checkpoint, "limit": limit }),
        )
        .await
    }

    /// The row as a pull from the start gives it.
    pub async fn row(&self, collection: &str, id: Uuid) -> Value {
        let upper = format!("{}{}", collection[..1].to_uppercase(), &collection[1..]);
        let answer = self.pull_rows(collection, None, 1_000).await;
        let rows = answer.data(&format!("pull{upper}.documents"));
        let mut rows = rows.as_array().unwrap().iter();
        let row = rows.find(|row| row["id"] == id.to_string());
        row.unwrap_or_else(|| panic!("no {collection} {id}"))
            .clone()
    }

    /// Pulls as a client does that asks for so many and goes on while it gets a hundred.
    async fn sizes_of_pages(&self, limit: i32) -> Vec<usize> {
        let mut checkpoint: Option<Value> = None;
        let mut sizes = Vec::new();
        while sizes.last().is_none_or(|size| *size >= 100) {
            let answer = self.pull_rows("ticket", checkpoint.as_ref(), limit).await;
            let rows = answer.data("pullTicket.documents").as_array().unwrap();
            sizes.push(rows.len());
            checkpoint = Some(answer.data("pullTicket.checkpoint").clone());
        }
        sizes
    }

    pub async fn issues(&self) -> Vec<Value> {
        let answer = self.pull_rows("syncIssue", None, 100).await;
        answer
            .data("pullSyncIssue.documents")
            .as_array()
            .unwrap()
            .clone()
    }
}

pub fn columns(collection: &str) -> &'static str {
    match collection {
        "ticket" => {
            "id deleted seq communityId kind state priority summary description convenientTime unitId
             contactName assigneeId observedAt"
        }
        "ticketEvent" => "id deleted seq ticketId kind fromState toState assigneeId note observedAt observedMark",
        "patrolTask" => "id deleted seq name state missedPointIds",
        "patrolResult" => {
            "id deleted seq taskId pointId answers finding photos codeRead codeMatches isInWindow isNear isOnRound
             missingEvidence observedAt observedMark"
        }
        "visit" => {
            "id deleted seq communityId kind state purpose unitId ticketId appointedAt visitorId companionId
             isInside channel opinion handling result outcome signature dueAt"
        }
        "visitEvent" => {
            "id deleted seq visitId kind fromState toState note details photos signature isInternal"
        }
        "party" | "community" | "zone" | "building" | "staffMember" => "id deleted seq name",
        "partyRelation" => "id deleted seq partyId unitId relation isCurrent",
        "shift" => "id deleted seq code fromTime toTime",
        "duty" => "id deleted seq staffMemberId shiftId onDay",
        "handover" => {
            "id deleted seq communityId outgoingId incomingId state openMatters equipment note passedAt
             observedAt"
        }
        "handoverEvent" => "id deleted seq handoverId kind note equipment signature observedAt",
        "unit" => "id deleted seq buildingId floor roomNumber occupancy",
        _ => "id deleted seq mutationKind recordCollection recordId kind code field keptValue lostValue state",
    }
}

const TICKET: Uuid = Uuid::from_u128(0x7001);

/// A community with its desk and a worker.
async fn desk(app: &TestApp) -> Community {
    let bijiang = app.community("bijiang").await;
    app.staff("li", PostKind::Assistant).at(&bijiang).await;
    app.staff("zhao", PostKind::MaintenanceWorker)
        .at(&bijiang)
        .await;
    bijiang
}

#[tokio::test]
async fn an_inserted_row_is_a_ticket_and_its_replay_changes_nothing() {
    let app = TestApp::start().await;
    let bijiang = desk(&app).await;
    let phone = app.sign_in("li", "d1").await;
    let row = inserted(TICKET, &bijiang);

    assert_eq!(
        phone.push_rows("ticket", vec![insert(&row)]).await,
        [] as [Value; 0]
    );
    assert_eq!(
        phone.push_rows("ticket", vec![insert(&row)]).await,
        [] as [Value; 0]
    );

    let stored = phone.row("ticket", TICKET).await;
    assert_eq!(stored["summary"], "厨房水管漏水");
    assert_eq!(stored["deleted"], false);
    assert!(phone.issues().await.is_empty());
    let ledger = "{ mySync { ledger { deliveries distinct applied } } }";
    let ledger = phone.run(ledger, json!({})).await;
    let expected = json!({ "deliveries": 2, "distinct": 1, "applied": 1 });
    assert_eq!(*ledger.data("mySync.ledger"), expected);
}

#[tokio::test]
async fn edits_of_different_fields_are_merged_and_answered_with_nothing() {
    let app = TestApp::start().await;
    let bijiang = desk(&app).await;
    let (first, second) = (app.sign_in("li", "d1").await, app.sign_in("li", "d2").await);
    first
        .push_rows("ticket", vec![insert(&inserted(TICKET, &bijiang))])
        .await;
    let base = first.row("ticket", TICKET).await;

    let one = change(&base, &with(&base, json!({ "summary": "厨房水管爆裂" })));
    let other = change(&base, &with(&base, json!({ "priority": "high" })));
    assert!(first.push_rows("ticket", vec![one]).await.is_empty());
    assert!(second.push_rows("ticket", vec![other]).await.is_empty());

    let merged = first.row("ticket", TICKET).await;
    assert_eq!(
        (&merged["summary"], &merged["priority"]),
        (&json!("厨房水管爆裂"), &json!("high"))
    );
}

#[tokio::test]
async fn an_edit_of_the_same_field_is_answered_with_the_row_and_kept() {
    let app = TestApp::start().await;
    let bijiang = desk(&app).await;
    let (first, second) = (app.sign_in("li", "d1").await, app.sign_in("li", "d2").await);
    first
        .push_rows("ticket", vec![insert(&inserted(TICKET, &bijiang))])
        .await;
    let base = first.row("ticket", TICKET).await;

    let summary = |text: &str| change(&base, &with(&base, json!({ "summary": text })));
    assert!(
        first
            .push_rows("ticket", vec![summary("水管爆裂")])
            .await
            .is_empty()
    );
    let lost = summary("阳台漏水");
    for _ in 0..2 {
        let conflict = second.push_rows("ticket", vec![lost.clone()]).await;
        assert_eq!(conflict[0]["summary"], "水管爆裂");
    }
    let issues = second.issues().await;
    assert_eq!(issues.len(), 1, "{issues:?}");
    assert_eq!(issues[0]["lostValue"], "\"阳台漏水\"");
}

#[tokio::test]
async fn a_second_quick_edit_is_no_conflict_with_the_first() {
    let app = TestApp::start().await;
    let bijiang = desk(&app).await;
    let phone = app.sign_in("li", "d1").await;
    phone
        .push_rows("ticket", vec![insert(&inserted(TICKET, &bijiang))])
        .await;
    let base = phone.row("ticket", TICKET).await;

    // The phone believes that the server holds what it sent, with the version it had.
    let first = with(&base, json!({ "summary": "水管爆裂" }));
    let second = with(&base, json!({ "summary": "水管爆裂，已关总阀" }));
    let third = with(&base, json!({ "summary": "水管爆裂" }));
    for (before, after) in [(&base, &first), (&first, &second), (&second, &third)] {
        assert!(
            phone
                .push_rows("ticket", vec![change(before, after)])
                .await
                .is_empty()
        );
    }
    assert_eq!(phone.row("ticket", TICKET).await["summary"], "水管爆裂");
    assert!(phone.issues().await.is_empty());
}

#[tokio::test]
async fn an_insert_whose_answer_was_lost_may_have_been_edited_since() {
    let app = TestApp::start().await;
    let bijiang = desk(&app).await;
    let phone = app.sign_in("li", "d1").await;
    let row = inserted(TICKET, &bijiang);
    phone.push_rows("ticket", vec![insert(&row)]).await;
    let edited = with(&row, json!({ "summary": "水管爆裂", "priority": "urgent" }));
    for _ in 0..2 {
        assert!(
            phone
                .push_rows("ticket", vec![insert(&edited)])
                .await
                .is_empty()
        );
    }
    let stored = phone.row("ticket", TICKET).await;
    assert_eq!(
        (&stored["summary"], &stored["priority"]),
        (&json!("水管爆裂"), &json!("urgent"))
    );
    assert!(phone.issues().await.is_empty());
}

#[tokio::test]
async fn a_step_is_an_inserted_event_and_keeps_its_id() {
    let app = TestApp::start().await;
    let bijiang = desk(&app).await;
    let phone = app.sign_in("li", "d1").await;
    phone
        .push_rows("ticket", vec![insert(&inserted(TICKET, &bijiang))])
        .await;
    let event = Uuid::from_u128(0xe1);
    let wall = "2020-01-01T00:00:00Z";
    let note = step(
        event,
        TICKET,
        json!({ "kind": "noted", "note": "已联系业主", "observedAt": wall }),
    );
    for _ in 0..2 {
        assert!(
            phone
                .push_rows("ticketEvent", vec![note.clone()])
                .await
                .is_empty()
        );
    }
    let stored = phone.row("ticketEvent", event).await;
    assert_eq!(
        (&stored["kind"], &stored["note"]),
        (&json!("noted"), &json!("已联系业主"))
    );
    assert_eq!(stored["observedMark"], "wall");

    let order = step(
        Uuid::from_u128(0xe2),
        TICKET,
        json!({ "kind": "advanced", "toState": "ordered" }),
    );
    assert!(phone.push_rows("ticketEvent", vec![order]).await.is_empty());
    assert_eq!(phone.row("ticket", TICKET).await["state"], "ordered");
}

#[tokio::test]
async fn an_event_may_arrive_before_its_ticket() {
    let app = TestApp::start().await;
    let bijiang = desk(&app).await;
    let phone = app.sign_in("li", "d1").await;
    let event = Uuid::from_u128(0xe1);
    let note = step(
        event,
        TICKET,
        json!({ "kind": "noted", "note": "在地下室" }),
    );
    assert!(phone.push_rows("ticketEvent", vec![note]).await.is_empty());
    assert!(
        phone
            .push_rows("ticket", vec![insert(&inserted(TICKET, &bijiang))])
            .await
            .is_empty()
    );
    assert_eq!(phone.row("ticketEvent", event).await["note"], "在地下室");
}

#[tokio::test]
async fn a_state_alone_is_taken_when_it_is_one_step() {
    let app = TestApp::start().await;
    let bijiang = desk(&app).await;
    let phone = app.sign_in("li", "d1").await;
    phone
        .push_rows("ticket", vec![insert(&inserted(TICKET, &bijiang))])
        .await;
    let base = phone.row("ticket", TICKET).await;
    let ordered = with(&base, json!({ "state": "ordered" }));
    assert!(
        phone
            .push_rows("ticket", vec![change(&base, &ordered)])
            .await
            .is_empty()
    );

    let base = phone.row("ticket", TICKET).await;
    let refused = with(&base, json!({ "state": "closed", "description": "三楼" }));
    let answer = phone
        .push_rows("ticket", vec![change(&base, &refused)])
        .await;
    // The step is refused and kept; what may be written is written.
    assert_eq!(
        (&answer[0]["state"], &answer[0]["description"]),
        (&json!("ordered"), &json!("三楼"))
    );
    let assigned = with(&base, json!({ "assigneeId": Uuid::from_u128(5) }));
    let answer = phone
        .push_rows("ticket", vec![change(&base, &assigned)])
        .await;
    assert_eq!(answer[0]["assigneeId"], Value::Null);
    let issues = phone.issues().await;
    let codes: Vec<_> = issues
        .iter()
        .map(|issue| issue["code"].as_str().unwrap())
        .collect();
    assert_eq!(
        codes,
        ["TICKET_STEP_NOT_ALLOWED", "ROW_NOT_WRITABLE"],
        "{issues:?}"
    );
}

#[tokio::test]
async fn what_stands_for_no_command_is_kept_and_answered_with_what_is_there() {
    let app = TestApp::start().await;
    let bijiang = desk(&app).await;
    let phone = app.sign_in("li", "d1").await;
    phone
        .push_rows("ticket", vec![insert(&inserted(TICKET, &bijiang))])
        .await;
    let base = phone.row("ticket", TICKET).await;
    let bad = |id: Value| with(&inserted(TICKET, &bijiang), json!({ "id": id }));
    let rows = vec![
        insert(&bad(json!("local-7"))),
        insert(&bad(json!("00000000-0000-0000-0000-0000000000AB"))),
        insert(&with(
            &inserted(Uuid::from_u128(8), &bijiang),
            json!({ "summary": "" }),
        )),
        change(&base, &with(&base, json!({ "deleted": true }))),
        change(
            &base,
            &with(&base, json!({ "communityId": Uuid::from_u128(9) })),
        ),
        change(&base, &with(&base, json!({ "colour": "red" }))),
        json!("nonsense"),
        // A good neighbour.
        insert(&inserted(Uuid::from_u128(9), &bijiang)),
    ];
    let count = rows.len();
    let answer = phone.push_rows("ticket", rows).await;
    let told: Vec<_> = answer
        .iter()
        .map(|row| (row["id"].as_str().unwrap(), &row["deleted"]))
        .collect();
    let ticket = TICKET.to_string();
    assert_eq!(
        told,
        [
            ("local-7", &json!(true)),
            ("00000000-0000-0000-0000-0000000000AB", &json!(true)),
            ("00000000-0000-0000-0000-000000000008", &json!(true)),
            (&*ticket, &json!(false)),
            (&*ticket, &json!(false)),
            (&*ticket, &json!(false)),
            ("", &json!(true)),
        ]
    );
    assert_eq!(phone.issues().await.len(), count - 1);
    assert_eq!(
        phone.row("ticket", Uuid::from_u128(9)).await["state"],
        "recorded"
    );
}

#[tokio::test]
async fn a_row_out_of_reach_is_answered_with_a_tombstone_and_not_a_word() {
    let app = TestApp::start().await;
    let bijiang = desk(&app).await;
    let cuihu = app.community("cuihu").await;
    app.staff("wang", PostKind::Assistant).at(&cuihu).await;
    let (here, there) = (
        app.sign_in("li", "d1").await,
        app.sign_in("wang", "d2").await,
    );
    here.push_rows("ticket", vec![insert(&inserted(TICKET, &bijiang))])
        .await;
    let base = here.row("ticket", TICKET).await;
    let edit = change(&base, &with(&base, json!({ "summary": "偷看" })));
    let answer = there
        .push_rows("ticket", vec![edit, insert(&inserted(TICKET, &cuihu))])
        .await;
    for row in answer {
        assert_eq!(
            (&row["deleted"], &row["summary"], &row["seq"]),
            (&json!(true), &Value::Null, &Value::Null)
        );
    }
    assert_eq!(here.row("ticket", TICKET).await["summary"], "厨房水管漏水");
}

#[tokio::test]
async fn rows_of_parties_are_read_only() {
    let app = TestApp::start().await;
    let estate = crate::estate::estate(&app, "bijiang").await;
    let phone = crate::households::office(&app, &estate, "li").await;
    crate::households::owner(&phone, &app, &estate, "qin").await;
    let rows = phone.pull_rows("party", None, 100).await;
    let base = rows.data("pullParty.documents")[0].clone();
    let renamed = with(&base, json!({ "name": "别名" }));
    let new = json!({ "id": Uuid::from_u128(3), "name": "秦惠豪" });
    let answer = phone
        .push_rows("party", vec![change(&base, &renamed), insert(&new)])
        .await;
    assert_eq!(answer[0]["name"], base["name"]);
    assert_eq!(answer[1]["deleted"], true);
    let issues = phone.issues().await;
    let codes: Vec<_> = issues.iter().map(|issue| &issue["code"]).collect();
    assert_eq!(codes, ["ROW_NOT_WRITABLE"; 2]);
}

#[tokio::test]
async fn a_page_is_never_short_while_more_exists() {
    let app = TestApp::start().await;
    let bijiang = desk(&app).await;
    let phone = app.sign_in("li", "d1").await;
    let rows = (0..230).map(|number| insert(&inserted(Uuid::from_u128(0x8000 + number), &bijiang)));
    assert!(phone.push_rows("ticket", rows.collect()).await.is_empty());

    // Somebody else: whoever sent them is given them once more.
    let other = app.sign_in("li", "d2").await;
    assert_eq!(other.sizes_of_pages(20).await, [100, 100, 30]);
    // With the echo, and there is an end to that too.
    assert_eq!(phone.sizes_of_pages(20).await, [100, 100, 100, 100, 60]);
    let of_another_kind = json!({ "cursor": "nonsense", "updatedAt": 7 });
    let again = phone
        .pull_rows("ticket", Some(&of_another_kind), 1_000)
        .await;
    assert_eq!(
        again.data("pullTicket.documents").as_array().unwrap().len(),
        230
    );
    assert_eq!(
        phone.pull_rows("ticket", None, 1_001).await.code(),
        "INVALID_INPUT"
    );
}

#[tokio::test]
async fn what_was_sent_is_given_again_however_soon_the_next_pull_comes() {
    let app = TestApp::start().await;
    let bijiang = desk(&app).await;
    let phone = app.sign_in("li", "d1").await;
    let row = insert(&inserted(TICKET, &bijiang));
    assert!(phone.push_rows("ticket", vec![row]).await.is_empty());
    let mut checkpoint = Value::Null;
    for limit in [100, 100, 1] {
        app.wait(TimeDelta::milliseconds(300));
        let page = phone
            .pull_rows(
                "ticket",
                Some(&checkpoint).filter(|it| !it.is_null()),
                limit,
            )
            .await;
        checkpoint = page.data("pullTicket.checkpoint").clone();
        // It may have been passed over: the phone was still pushing.
        assert_eq!(
            page.data("pullTicket.documents")[0]["id"],
            TICKET.to_string()
        );
    }
    // Only whoever was given as much as he asked for, and goes on at once, comes to an end.
    app.wait(TimeDelta::milliseconds(300));
    let page = phone.pull_rows("ticket", Some(&checkpoint), 1).await;
    assert_eq!(page.data("pullTicket.documents"), &json!([]));
}

// A handler that merges by itself sends what was refused again, on top of the row it was given.
#[tokio::test]
async fn whoever_insists_on_what_was_refused_is_put_right_by_the_next_pull() {
    let app = TestApp::start().await;
    let bijiang = desk(&app).await;
    let phone = app.sign_in("li", "d1").await;
    phone
        .push_rows("ticket", vec![insert(&inserted(TICKET, &bijiang))])
        .await;
    let base = phone.row("ticket", TICKET).await;
    let cancelled = with(&base, json!({ "state": "cancelled" }));
    let cancel = change(&base, &cancelled);
    assert!(phone.push_rows("ticket", vec![cancel]).await.is_empty());

    let late = with(&cancelled, json!({ "summary": "太晚" }));
    let told = phone
        .push_rows("ticket", vec![change(&cancelled, &late)])
        .await;
    assert_eq!(told[0]["summary"], "厨房水管漏水");
    let again = change(&told[0], &with(&told[0], json!({ "summary": "太晚" })));
    assert!(phone.push_rows("ticket", vec![again]).await.is_empty());
    assert_eq!(phone.issues().await.len(), 1);

    // A checkpoint that is at the head already: the echo gives the row once more.
    let head = phone.pull_rows("ticket", None, 100).await;
    let head = head.data("pullTicket.checkpoint").clone();
    let next = phone.pull_rows("ticket", Some(&head), 100).await;
    let rows = next.data("pullTicket.documents").as_array().unwrap();
    assert_eq!(
        (rows.len(), &rows[0]["summary"]),
        (1, &json!("厨房水管漏水"))
    );
}

#[tokio::test]
async fn a_row_is_answered_as_it_was_asked_for_and_a_wrong_argument_says_where() {
    let app = TestApp::start().await;
    let bijiang = desk(&app).await;
    let phone = app.sign_in("li", "d1").await;
    let id = Uuid::from_u128(7);
    phone
        .push_rows("ticket", vec![insert(&inserted(id, &bijiang))])
        .await;
    let query = "query($checkpoint: TicketInputCheckpoint) {
        rows: pullTicket(checkpoint: $checkpoint, limit: 100) {
            __typename documents { ...Row summary @skip(if: true) } documents { word: state } checkpoint { epoch }
        }
    } fragment Row on TicketRow { id of: __typename ... on TicketRow { deleted contactPhone } }";
    for checkpoint in [json!({}), json!({ "checkpoint": null })] {
        let answer = phone.run(query, checkpoint).await;
        let page = answer.data("rows");
        assert_eq!(page["__typename"], "TicketRows");
        let row = json!({ "id": id, "of": "TicketRow", "deleted": false, "word": "recorded" });
        assert_eq!(page["documents"], json!([row]));
        let checkpoint = page["checkpoint"].as_object().unwrap();
        assert_eq!(checkpoint.keys().collect::<Vec<_>>(), ["epoch"]);
    }

    let wrong = "query { rows: pullTicket(limit: 3000000000) { documents { id } } }";
    let answer = phone.run(wrong, json!({})).await;
    let error = answer.error();
    assert_eq!(error["path"], json!(["rows"]), "{error}");
}
