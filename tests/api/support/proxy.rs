//! Between a process and its `PostgreSQL`: a wire that is cut where a test says.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// When the connection of a message is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    BeforeItIsHeard,
    AfterItIsAnswered,
}

/// What is lost of a commit, with all connections from then on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    Commit,
    AnswerToCommit,
}

/// Passes messages on, and cuts the connection of one of them.
pub struct Proxy {
    pub address: SocketAddr,
    rule: Arc<Rule>,
}

#[derive(Default)]
struct Rule {
    /// Messages that are still let pass; none are counted where it is 0.
    left: AtomicU32,
    is_answered: AtomicBool,
    is_cut: AtomicBool,
    /// The next commit is the last message.
    loses_commit: AtomicBool,
    /// No message passes.
    is_down: AtomicBool,
}

impl Proxy {
    pub async fn start(server: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let rule = Arc::new(Rule::default());
        let passing = rule.clone();
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let server = TcpStream::connect(&server).await.unwrap();
                tokio::spawn(pass(client, server, passing.clone()));
            }
        });
        Self { address, rule }
    }

    /// Cuts at the `message`-th from now on, counted from 1.
    pub fn cut(&self, message: u32, cut: Cut) {
        self.rule.is_cut.store(false, Ordering::SeqCst);
        let is_answered = cut == Cut::AfterItIsAnswered;
        self.rule.is_answered.store(is_answered, Ordering::SeqCst);
        self.rule.left.store(message, Ordering::SeqCst);
    }

    /// Cuts at the next commit, and everything after it.
    pub fn lose(&self, what: Lost) {
        let is_answered = what == Lost::AnswerToCommit;
        self.rule.is_answered.store(is_answered, Ordering::SeqCst);
        self.rule.loses_commit.store(true, Ordering::SeqCst);
    }

    /// Lets everything pass again.
    pub fn let_pass(&self) {
        self.rule.left.store(0, Ordering::SeqCst);
        self.rule.loses_commit.store(false, Ordering::SeqCst);
        self.rule.is_down.store(false, Ordering::SeqCst);
    }

    /// Whether the message came that was to be cut.
    pub fn is_cut(&self) -> bool {
        self.rule.is_cut.load(Ordering::SeqCst)
    }

    /// Counts nothing of this.
    pub async fn pausing<T>(&self, work: impl Future<Output = T>) -> T {
        let left = self.rule.left.swap(0, Ordering::SeqCst);
        let value = work.await;
        self.rule.left.store(left, Ordering::SeqCst);
        value
    }
}

impl Rule {
    /// Whether this message is the one.
    fn is_it(&self, message: &[u8]) -> bool {
        let is_commit = message.windows(6).any(|words| words == b"COMMIT");
        if is_commit && self.loses_commit.swap(false, Ordering::SeqCst) {
            self.is_down.store(true, Ordering::SeqCst);
            return true;
        }
        let counted = |left: u32| left.checked_sub(1);
        let (set, fetch) = (Ordering::SeqCst, Ordering::SeqCst);
        let is_it = self.left.fetch_update(set, fetch, counted) == Ok(1);
        if is_it {
            self.is_cut.store(true, Ordering::SeqCst);
        }
        is_it
    }
}

async fn pass(mut client: TcpStream, mut server: TcpStream, rule: Arc<Rule>) {
    let (mut asked, mut answered) = (vec![0; 64 << 10], vec![0; 64 << 10]);
    let mut is_last = false;
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let Some(length) = read.ok().filter(|length| *length > 0) else { return };
                if rule.is_down.load(Ordering::SeqCst) { return }
                if rule.is_it(&asked[..length]) {
                    if !rule.is_answered.load(Ordering::SeqCst) {
                        return;
                    }
                    is_last = true;
                }
                if server.write_all(&asked[..length]).await.is_err() { return }
            }
            read = server.read(&mut answered) => {
                let Some(length) = read.ok().filter(|length| *length > 0) else { return };
                if is_last || client.write_all(&answered[..length]).await.is_err() { return }
            }
        }
    }
}
