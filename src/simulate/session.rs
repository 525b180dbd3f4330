//! A signed-in device: its tokens, and what happens to them.

use std::time::Duration;

use serde_json::{Value, json};

use super::api::{Api, Refused};

const SIGN_IN: &str = "mutation ($account: String!, $password: String!, $device: DeviceInput!) {
    signIn(input: { account: $account, password: $password, device: $device }) {
        accessToken refreshToken
        viewer { name positions { communityId staffMemberId post zoneId } parties { communityId partyId } }
    }
}";

const REFRESH: &str = "mutation ($token: String!) {
    refreshSession(input: { refreshToken: $token }) { accessToken refreshToken }
}";

/// One session.
#[derive(Clone, Debug)]
pub struct Session {
    api: Api,
    access: String,
    refresh: String,
    /// Who the account is, as `signIn` told it.
    pub viewer: Value,
    /// Times the server would not know a session that should have stood.
    pub thrown_out: Vec<String>,
    pub refreshes: u64,
    pub lost_refreshes: u64,
}

impl Session {
    /// Signs an account in on a device.
    pub async fn open(
        api: &Api,
        account: &str,
        password: &str,
        device: &str,
    ) -> Result<Self, Refused> {
        let variables = json!({ "account": account, "password": password,
            "device": { "id": device, "name": "模拟手机" } });
        let answer = api.run(None, SIGN_IN, &variables).await?;
        let answer = &answer["signIn"];
        Ok(Self {
            api: api.clone(),
            access: text(&answer["accessToken"]),
            refresh: text(&answer["refreshToken"]),
            viewer: answer["viewer"].clone(),
            thrown_out: Vec::new(),
            refreshes: 0,
            lost_refreshes: 0,
        })
    }

    /// Runs an operation; an access token that has run out is replaced on the way.
    pub async fn run(&mut self, operation: &str, variables: Value) -> Result<Value, Refused> {
        let answer = self.ask(operation, &variables).await;
        let answer = match answer {
            Err(refused) if refused.code() == "TOKEN_EXPIRED" => {
                self.refresh().await?;
                self.ask(operation, &variables).await
            }
            answer => answer,
        };
        self.watch(answer)
    }

    /// The same request twice at the same time.
    pub async fn run_twice(
        &mut self,
        operation: &str,
        variables: Value,
    ) -> [Result<Value, Refused>; 2] {
        let (one, other) = tokio::join!(
            self.ask(operation, &variables),
            self.ask(operation, &variables)
        );
        [self.watch(one), self.watch(other)]
    }

    /// Sends and hangs up.
    pub async fn cut(&self, operation: &str, variables: Value, patience: Duration) {
        self.api
            .cut(&self.access, operation, &variables, patience)
            .await;
    }

    /// How many requests had to be asked again because nobody knows whether they were taken.
    pub fn lost(&self) -> u64 {
        self.api.lost()
    }

    /// The next pair of tokens.
    pub async fn refresh(&mut self) -> Result<(), Refused> {
        let answer = self.exchange().await;
        let answer = self.watch(answer)?;
        self.access = text(&answer["refreshSession"]["accessToken"]);
        self.refresh = text(&answer["refreshSession"]["refreshToken"]);
        self.refreshes += 1;
        Ok(())
    }

    /// The server gives the next pair, and it is lost on the way.
    pub async fn lose_refresh(&mut self) -> Result<(), Refused> {
        let answer = self.exchange().await;
        self.watch(answer)?;
        self.lost_refreshes += 1;
        Ok(())
    }

    async fn exchange(&self) -> Result<Value, Refused> {
        let variables = json!({ "token": self.refresh });
        self.api.run(None, REFRESH, &variables).await
    }

    async fn ask(&self, operation: &str, variables: &Value) -> Result<Value, Refused> {
        self.api.run(Some(&self.access), operation, variables).await
    }

    fn watch(&mut self, answer: Result<Value, Refused>) -> Result<Value, Refused> {
        if let Err(refused) = &answer
            && matches!(
                refused.code(),
                "UNAUTHENTICATED" | "DEVICE_REVOKED" | "DEVICE_COPIED" | "REFRESH_REFUSED"
            )
        {
            self.thrown_out.push(refused.to_string());
        }
        answer
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
