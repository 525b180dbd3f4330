//! A `PostgreSQL` of a test's own, which it may stop.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// One cluster in a folder of its own; stopped when dropped.
pub struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
}

impl Cluster {
    /// None where there is no `PostgreSQL` on this machine.
    pub fn start() -> Option<Self> {
        let cluster = Self {
            // The path of a socket must be short, whatever TMPDIR says.
            folder: tempfile::Builder::new()
                .prefix("xunfang-postgres.")
                .tempdir_in("/tmp")
                .unwrap(),
            programs: programs()?,
            port: TcpListener::bind("127.0.0.1:0")
                .unwrap()
                .local_addr()
                .unwrap()
                .port(),
        };
        if is_root() {
            let mut give = Command::new("chown");
            finish(give.arg("postgres").arg(cluster.folder.path()));
        }
        let mut make = cluster.program("initdb");
        make.args(["-U", "postgres", "-A", "trust", "-E", "UTF8"]);
        finish(make.args(["--locale=C.UTF-8", "--no-sync"]));
        cluster.resume();
        Some(cluster)
    }

    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// As if it had been killed: nothing is written, nobody is told.
    pub fn stop(&self) {
        let mut control = self.program("pg_ctl");
        finish(control.args(["-m", "immediate", "-w", "stop"]));
    }

    /// Starts it, and waits until it answers.
    pub fn resume(&self) {
        let folder = self.folder.path();
        // What is committed is in the log before the answer, or a stop would lose it.
        let settings = format!(
            "-c listen_addresses=127.0.0.1 -k {} -p {} -c fsync=off -c synchronous_commit=on",
            folder.display(),
            self.port
        );
        let mut control = self.program("pg_ctl");
        control.arg("-l").arg(folder.join("log"));
        finish(control.args(["-w", "-t", "60", "-o", &settings, "start"]));
    }

    /// A program of the server, on the data of this cluster; it refuses to run as root.
    fn program(&self, name: &str) -> Command {
        let path = self.programs.join(name);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(path);
            command
        } else {
            Command::new(path)
        };
        command.arg("-D").arg(self.folder.path().join("data"));
        command.current_dir(self.folder.path());
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut control = self.program("pg_ctl");
        control.args(["-m", "immediate", "-w", "stop"]);
        drop(control.stdout(Stdio::null()).status());
    }
}

fn finish(command: &mut Command) {
    // Not through a pipe: the server that is started would hold it open.
    let status = command.stdout(Stdio::null()).status().unwrap();
    assert!(status.success(), "{command:?}");
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
}

/// Where `initdb` and `pg_ctl` are; the newest when there are several.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let version = |path: &Path| -> Option<u32> { path.file_name()?.to_str()?.parse().ok() };
    let found = versions.filter_map(|entry| Some(entry.ok()?.path()));
    let newest = found.filter(|path| path.join("bin/initdb").exists());
    newest
        .max_by_key(|path| version(path))
        .map(|path| path.join("bin"))
}
