//! Logs: readable lines or JSON, to standard error, and never in the way of the work.
//!
//! A thread of its own writes them. Whoever reads the log may be gone, slow, or out of disk: then lines are
//! lost and nothing else is. How many is logged as soon as lines can be written again.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, IsTerminal as _, Write};
use std::panic::PanicHookInfo;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use serde_json::json;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};

/// How many lines may wait for a slow reader of the log.
const WAITING: usize = 8192;

/// How long the end of the program waits for the last lines.
const LAST_LINES: Duration = Duration::from_secs(1);

static LOG: OnceLock<Log> = OnceLock::new();

/// Why logging did not start.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    #[error("cannot read what to log: {0}")]
    Filter(#[from] ParseError),
    #[error("cannot start the thread that writes the log: {0}")]
    Thread(#[from] io::Error),
}

/// Starts logging for this process: what `filter` names (`info`, `xunfang=debug,warn`), as lines for
/// people or as one JSON object each. Panics are logged too. A second call changes nothing.
pub fn start(filter: &str, json: bool) -> Result<(), LogError> {
    // Every start would tell at length that there was nothing to migrate.
    let quiet = "sea_orm_migration=warn,sqlx::postgres::notice=warn";
    let filter = EnvFilter::try_new(format!("{quiet},{filter}"))?;
    let (log, entries) = Log::new();
    if LOG.set(log).is_err() {
        return Ok(());
    }
    std::thread::Builder::new()
        .name("log".to_owned())
        .spawn(move || {
            if let Some(log) = LOG.get() {
                log.write_to(&mut io::stderr(), &entries, json);
            }
        })?;
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(io::stderr().is_terminal())
        .log_internal_errors(false)
        .with_writer(|| Line(LOG.get()));
    let started = if json {
        logs.json()
            .flatten_event(true)
            .with_span_list(false)
            .try_init()
    } else {
        logs.compact().try_init()
    };
    // Where a test has a log of its own already, that one stays.
    drop(started);
    std::panic::set_hook(Box::new(log_panic));
    Ok(())
}

/// Writes a line to standard error after what has been logged before; without a log, at once.
pub fn tell(line: &str) {
    let line = format!("{line}\n");
    match LOG.get() {
        Some(log) => log.take(line.into_bytes()),
        // Nobody is left to read it when standard error is closed.
        None => drop(io::stderr().write_all(line.as_bytes())),
    }
}

/// Waits until what has been logged is written, for a moment at most. Call it last.
pub fn finish() {
    let (done, written) = sync_channel(1);
    if let Some(log) = LOG.get()
        && log.entries.try_send(Entry::Flush(done)).is_ok()
    {
        // Nobody reads: so be it.
        let _ = written.recv_timeout(LAST_LINES);
    }
}

/// The default hook writes to standard error by itself, and would wait for whoever does not read it.
fn log_panic(panic: &PanicHookInfo<'_>) {
    let backtrace = Backtrace::capture();
    let backtrace = (backtrace.status() == BacktraceStatus::Captured).then_some(backtrace);
    tracing::error!(
        at = panic.location().map(tracing::field::display),
        backtrace = backtrace.as_ref().map(tracing::field::display),
        "panicked: {}",
        panic.payload_as_str().unwrap_or("no reason was given")
    );
}

/// What waits to be written.
enum Entry {
    Line(Vec<u8>),
    /// Says when all before it is written.
    Flush(SyncSender<()>),
}

/// The lines on their way to whoever reads the log.
struct Log {
    entries: SyncSender<Entry>,
    /// Lines that were not written since the last that was.
    lost: AtomicU64,
}

impl Log {
    fn new() -> (Self, Receiver<Entry>) {
        let (entries, waiting) = sync_channel(WAITING);
        let lost = AtomicU64::new(0);
        (Self { entries, lost }, waiting)
    }

    /// Never waits: when too many lines do, this one is lost.
    fn take(&self, line: Vec<u8>) {
        if self.entries.try_send(Entry::Line(line)).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn write_to(&self, out: &mut impl Write, entries: &Receiver<Entry>, json: bool) {
        let mut is_torn = false;
        for entry in entries {
            match entry {
                Entry::Line(line) => {
                    // What a full disk left of a line ends before the next one.
                    let torn: &[u8] = if is_torn { b"\n" } else { b"" };
                    let lost = self.lost.load(Ordering::Relaxed);
                    is_torn = out.write_all(&[torn, &line].concat()).is_err();
                    if is_torn {
                        self.lost.fetch_add(1, Ordering::Relaxed);
                    } else if lost > 0 && out.write_all(notice(lost, json).as_bytes()).is_ok() {
                        self.lost.fetch_sub(lost, Ordering::Relaxed);
                    }
                }
                Entry::Flush(done) => drop(done.try_send(())),
            }
        }
    }
}

/// The line that says how many are missing.
fn notice(lost: u64, json: bool) -> String {
    let (mut at, what) = (String::new(), "log lines were lost");
    // The time is of no account where the system does not know it.
    let _ = SystemTime.format_time(&mut Writer::new(&mut at));
    if json {
        let line = json!({ "timestamp": at, "level": "WARN", "message": what, "lost": lost });
        return format!("{line}\n");
    }
    format!("{at}  WARN {what} lost={lost}\n")
}

/// Takes one line from the formatter.
struct Line(Option<&'static Log>);

impl Write for Line {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if let Some(log) = self.0 {
            log.take(line.to_vec());
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A disk that is full after so many bytes, until somebody makes room.
    struct Disk {
        written: Vec<u8>,
        room: usize,
        /// How often it refuses before there is room again.
        refusals: usize,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.room == 0 {
                if self.refusals > 0 {
                    self.refusals -= 1;
                    return Err(io::ErrorKind::StorageFull.into());
                }
                self.room = usize::MAX;
            }
            let taken = bytes.len().min(self.room);
            self.written.extend(&bytes[..taken]);
            self.room -= taken;
            Ok(taken)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn written(mut disk: Disk, lines: usize, json: bool) -> String {
        let (log, entries) = Log::new();
        for number in 0..lines {
            log.take(format!("line {number}\n").into_bytes());
        }
        let Log { entries: end, lost } = log;
        drop(end);
        let (unused, _) = sync_channel(1);
        let log = Log {
            entries: unused,
            lost,
        };
        log.write_to(&mut disk, &entries, json);
        assert_eq!(log.lost.into_inner(), 0);
        String::from_utf8(disk.written).unwrap()
    }

    #[test]
    fn lines_are_lost_while_the_disk_is_full_and_then_it_is_said_how_many() {
        let disk = Disk {
            written: Vec::new(),
            room: 10,
            refusals: 3,
        };
        let log = written(disk, 6, false);
        let lines: Vec<_> = log.lines().collect();
        assert_eq!(lines[..3], ["line 0", "lin", "line 4"]);
        assert!(lines[3].ends_with("WARN log lines were lost lost=3"));
        assert_eq!(lines[4..], ["line 5"]);
    }

    #[test]
    fn lines_that_nobody_reads_in_time_are_counted() {
        let disk = Disk {
            written: Vec::new(),
            room: usize::MAX,
            refusals: 0,
        };
        let log = written(disk, WAITING + 7, true);
        assert_eq!(log.lines().count(), WAITING + 1);
        let notice: serde_json::Value = serde_json::from_str(log.lines().nth(1).unwrap()).unwrap();
        assert_eq!(notice["lost"], 7);
    }
}
