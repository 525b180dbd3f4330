//! A phone of the bench: it speaks the public API and looks at every answer.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Value, json};

use super::Fault;

const SIGN_IN: &str = "mutation ($input: SignInInput!) { signIn(input: $input) { accessToken } }";
const PULL: &str = "query ($cursor: String, $limit: Int) { syncPull(cursor: $cursor, limit: $limit) { \
    changes { collection id seq document } removals { collection id } cursor hasMore resetRequired contactId } }";
const PUSH: &str = "mutation ($mutations: [JSON]!) { syncPush(mutations: $mutations) { \
    results { mutationId outcome duplicate code seq record { collection id seq document } } } }";

/// Numbers the pushes of all phones, so that no mutation has the id of another.
static PUSHES: AtomicU64 = AtomicU64::new(0);

/// One account on one device.
pub struct Phone {
    client: reqwest::Client,
    address: String,
    device: String,
    account: String,
    token: String,
    contact: Option<String>,
    /// How often it was told to come back later.
    pub waits: u64,
}

/// A ticket as the phone has it.
#[derive(Clone, Debug)]
pub struct Known {
    pub id: String,
    pub seq: i64,
}

/// What a pull brought, in all its pages.
#[derive(Default)]
pub struct Pulled {
    pub records: usize,
    pub bytes: usize,
    pub pages: usize,
    pub cursor: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    changes: Vec<Change>,
    removals: Vec<Change>,
    cursor: String,
    has_more: bool,
    reset_required: bool,
    contact_id: String,
}

#[derive(Deserialize)]
struct Change {
    id: String,
    #[serde(default)]
    seq: i64,
}

#[derive(Deserialize)]
struct Decided {
    outcome: String,
    code: Option<String>,
    record: Option<Change>,
}

#[derive(Deserialize)]
struct Answer<T> {
    data: Option<T>,
    errors: Option<Vec<Value>>,
}

impl Phone {
    pub fn new(address: &str, account: &str, device: &str) -> Result<Self, Fault> {
        Ok(Self {
            client: client()?,
            address: format!("{address}/graphql"),
            device: device.to_owned(),
            account: account.to_owned(),
            token: String::new(),
            contact: None,
            waits: 0,
        })
    }

    /// The same on a connection of its own.
    pub fn reconnect(&mut self) -> Result<(), Fault> {
        self.client = client()?;
        Ok(())
    }

    /// The number at the end of its name.
    pub fn place(&self) -> usize {
        let number = self.device.rsplit('-').next();
        number.and_then(|number| number.parse().ok()).unwrap_or(0)
    }

    pub async fn sign_in(&mut self) -> Result<(), Fault> {
        let input = json!({ "account": self.account, "password": super::PASSWORD,
            "device": { "id": self.device, "name": "bench" } });
        let (data, _) = self
            .run::<Value>(SIGN_IN, json!({ "input": input }))
            .await?;
        let token = data["signIn"]["accessToken"].as_str();
        token.unwrap_or_default().clone_into(&mut self.token);
        Ok(())
    }

    /// Pulls until there is no more.
    pub async fn pull(&mut self, cursor: Option<&str>, limit: u32) -> Result<Pulled, Fault> {
        let mut pulled = Pulled::default();
        let mut cursor = cursor.map(str::to_owned);
        loop {
            #[derive(Deserialize)]
            #[serde(rename_all = "camelCase")]
            struct Data {
                sync_pull: Page,
            }
            let asked = json!({ "cursor": cursor, "limit": limit });
            let (Data { sync_pull: page }, bytes) = self.run(PULL, asked).await?;
            if page.reset_required {
                return Err("the cursor was not taken".into());
            }
            pulled.records += page.changes.len() + page.removals.len();
            pulled.bytes += bytes;
            pulled.pages += 1;
            self.contact = Some(page.contact_id);
            if !page.has_more {
                pulled.cursor = page.cursor;
                return Ok(pulled);
            }
            cursor = Some(page.cursor);
        }
    }

    /// Pushes one edit of each ticket, on the version the phone has.
    pub async fn edit(&mut self, tickets: &mut [Known]) -> Result<(), Fault> {
        let push = PUSHES.fetch_add(1, Ordering::Relaxed);
        let edits: Vec<Value> = tickets
            .iter()
            .enumerate()
            .map(|(place, ticket)| {
                let description =
                    format!("现场已处理，等待业主确认，更换了密封圈并清理了现场，后续回访。{push}");
                let mut edit = self.mutation(
                    "ticket.edit",
                    &ticket.id,
                    (push, place),
                    &json!({ "description": description }),
                );
                edit["baseSeq"] = json!(ticket.seq);
                edit
            })
            .collect();
        let decided = self.push(&edits).await?;
        for (ticket, decided) in tickets.iter_mut().zip(decided) {
            let record = decided.record.filter(|record| record.id == ticket.id);
            ticket.seq = record.ok_or("an answer about another record")?.seq;
        }
        Ok(())
    }

    /// Pushes one mutation of a kind.
    pub async fn send(&mut self, kind: &str, record: &str, payload: &Value) -> Result<(), Fault> {
        let push = PUSHES.fetch_add(1, Ordering::Relaxed);
        let mutation = self.mutation(kind, record, (push, 0), payload);
        self.push(&[mutation]).await.map(drop)
    }

    fn mutation(
        &self,
        kind: &str,
        record: &str,
        (push, place): (u64, usize),
        payload: &Value,
    ) -> Value {
        json!({
            "mutationId": format!("{}-{push}-{place}", std::process::id()),
            "kind": kind, "recordId": record, "payload": payload,
            "observed": { "contactId": self.contact, "elapsedMs": 1000, "wallClock": "2026-11-22T08:00:00Z" },
        })
    }

    async fn push(&mut self, mutations: &[Value]) -> Result<Vec<Decided>, Fault> {
        #[derive(Deserialize)]
        struct Results {
            results: Vec<Decided>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Data {
            sync_push: Results,
        }
        let (data, _) = self
            .run::<Data>(PUSH, json!({ "mutations": mutations }))
            .await?;
        let decided = data.sync_push.results;
        let wrong = decided.iter().find(|decided| decided.outcome != "APPLIED");
        match wrong {
            Some(wrong) => Err(format!("{}: {:?}", wrong.outcome, wrong.code).into()),
            None if decided.len() == mutations.len() => Ok(decided),
            None => Err("too few answers".into()),
        }
    }

    /// Runs an operation; waits and asks again when it is told to.
    async fn run<T: serde::de::DeserializeOwned>(
        &mut self,
        operation: &str,
        variables: Value,
    ) -> Result<(T, usize), Fault> {
        let body = serde_json::to_vec(&json!({ "query": operation, "variables": variables }))?;
        loop {
            let mut request = self.client.post(&self.address).body(body.clone());
            request = request.header("content-type", "application/json");
            if !self.token.is_empty() {
                request = request.bearer_auth(&self.token);
            }
            let answer = request.send().await?.bytes().await?;
            let read = serde_json::from_slice::<Answer<T>>(&answer);
            match read {
                Ok(Answer {
                    data: Some(data),
                    errors: None,
                }) => return Ok((data, answer.len())),
                Ok(Answer {
                    errors: Some(errors),
                    ..
                }) => {
                    let wait = errors
                        .first()
                        .and_then(|error| error["extensions"]["retryAfterMs"].as_u64());
                    let Some(wait) = wait else {
                        return Err(format!("{errors:?}").into());
                    };
                    self.waits += 1;
                    // Not all at the same moment again.
                    let spread = u64::from(self.device.bytes().map(u32::from).sum::<u32>()) % 97;
                    tokio::time::sleep(Duration::from_millis(wait + spread)).await;
                }
                _ => return Err(String::from_utf8_lossy(&answer).into_owned().into()),
            }
        }
    }
}

fn client() -> Result<reqwest::Client, Fault> {
    let client = reqwest::Client::builder();
    Ok(client.timeout(Duration::from_mins(2)).no_proxy().build()?)
}

/// Runs something and notes how long it took.
pub async fn timed<T>(
    work: impl Future<Output = Result<T, Fault>>,
) -> Result<(T, Duration), Fault> {
    let began = Instant::now();
    let value = work.await?;
    Ok((value, began.elapsed()))
}
