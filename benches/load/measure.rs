//! What a measurement costs: time, processor and memory, from `/proc`.

use std::fs;
use std::time::{Duration, Instant};

use super::Fault;

/// Clock ticks of `/proc` in a second, on every Linux that is built as usual.
const TICKS: f64 = 100.0;

/// The processes that are looked at.
#[derive(Clone, Copy)]
pub struct Processes {
    pub server: u32,
    pub postmaster: u32,
}

/// Processor seconds so far.
#[derive(Clone, Copy, Default)]
struct Cpu {
    server: f64,
    postgres: f64,
    own: f64,
    machine: f64,
}

/// A measurement under way.
pub struct Watch {
    processes: Processes,
    began: Instant,
    cpu: Cpu,
}

/// What a measurement came to.
#[derive(Clone, Default)]
pub struct Figures {
    pub latencies: Vec<Duration>,
    pub lasted: f64,
    pub server_cpu: f64,
    pub postgres_cpu: f64,
    pub peak_mb: f64,
    /// Cores kept busy by whoever else is on the machine.
    pub others: f64,
}

impl Watch {
    /// Begins; the server's peak of memory is counted from here on.
    pub fn begin(processes: Processes) -> Result<Self, Fault> {
        if processes.server != 0 {
            fs::write(format!("/proc/{}/clear_refs", processes.server), "5")?;
        }
        Ok(Self {
            processes,
            cpu: cpu(processes)?,
            began: Instant::now(),
        })
    }

    pub fn end(self, latencies: Vec<Duration>) -> Result<Figures, Fault> {
        let lasted = self.began.elapsed().as_secs_f64();
        let now = cpu(self.processes)?;
        let [server, postgres, own, machine] = [
            now.server - self.cpu.server,
            now.postgres - self.cpu.postgres,
            now.own - self.cpu.own,
            now.machine - self.cpu.machine,
        ];
        Ok(Figures {
            latencies,
            lasted,
            server_cpu: server,
            postgres_cpu: postgres,
            peak_mb: peak_mb(self.processes.server)?,
            others: ((machine - server - postgres - own) / lasted).max(0.0),
        })
    }
}

impl Figures {
    pub fn count(&self) -> f64 {
        number(self.latencies.len())
    }

    pub fn rate(&self) -> f64 {
        self.count() / self.lasted
    }

    /// The latency that `part` of the requests stay below, in milliseconds.
    pub fn percentile(&self, part: f64) -> f64 {
        percentile(&self.latencies, part)
    }

    /// Processor milliseconds of one request: the server's, and those of PostgreSQL.
    pub fn cpu_of_one(&self) -> (f64, f64) {
        let each = |seconds: f64| seconds * 1000.0 / self.count().max(1.0);
        (each(self.server_cpu), each(self.postgres_cpu))
    }
}

/// The latency that `part` of these stay below, in milliseconds.
pub fn percentile(latencies: &[Duration], part: f64) -> f64 {
    let mut sorted = latencies.to_vec();
    sorted.sort_unstable();
    let places = sorted.len().saturating_sub(1);
    let at = (0..places).take_while(|at| number(*at) < part * number(places));
    let latency = sorted.get(at.count()).copied().unwrap_or_default();
    latency.as_secs_f64() * 1000.0
}

/// Few enough to be exact.
pub fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// How many processes wait for a processor, over the last minute.
pub fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().unwrap_or_default().to_owned()
}

fn cpu(processes: Processes) -> Result<Cpu, Fault> {
    let machine = fs::read_to_string("/proc/stat")?;
    let machine: Vec<f64> = numbers(machine.lines().next().unwrap_or_default());
    // user, nice, system, and after idle and iowait: irq, softirq.
    let busy = [0, 1, 2, 5, 6].map(|at| machine.get(at).copied().unwrap_or(0.0));
    let postgres: f64 = family(processes.postmaster).into_iter().map(used).sum();
    Ok(Cpu {
        server: used(processes.server),
        postgres,
        own: used(std::process::id()) + family_of_pgbench(),
        machine: busy.iter().sum::<f64>() / TICKS,
    })
}

/// What pgbench and psql, started by this program, have used until they ended.
fn family_of_pgbench() -> f64 {
    let ended = stat(std::process::id());
    (ended.get(13).unwrap_or(&0.0) + ended.get(14).unwrap_or(&0.0)) / TICKS
}

/// A process with its children; connections that were closed are counted with their parent.
fn family(parent: u32) -> Vec<u32> {
    let path = format!("/proc/{parent}/task/{parent}/children");
    let children = fs::read_to_string(path).unwrap_or_default();
    let children = children.split(' ').filter_map(|child| child.parse().ok());
    children.chain([parent]).collect()
}

/// User and system time; of the parent, that of its ended children too.
fn used(process: u32) -> f64 {
    let stat = stat(process);
    let ended = if process == std::process::id() {
        0.0
    } else {
        stat.get(13).unwrap_or(&0.0) + stat.get(14).unwrap_or(&0.0)
    };
    (stat.get(11).unwrap_or(&0.0) + stat.get(12).unwrap_or(&0.0) + ended) / TICKS
}

/// The numbers of `/proc/PID/stat` behind the name.
fn stat(process: u32) -> Vec<f64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let behind = stat.rsplit_once(')').map_or("", |(_, behind)| behind);
    // The state is a letter and keeps its place.
    behind
        .split_whitespace()
        .map(|part| part.parse().unwrap_or(0.0))
        .collect()
}

fn numbers(line: &str) -> Vec<f64> {
    line.split_whitespace()
        .filter_map(|part| part.parse().ok())
        .collect()
}

fn peak_mb(process: u32) -> Result<f64, Fault> {
    if process == 0 {
        return Ok(0.0);
    }
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let peak = status.lines().find(|line| line.starts_with("VmHWM"));
    let kilobytes: f64 = peak.map_or(0.0, |line| numbers(line).first().copied().unwrap_or(0.0));
    Ok(kilobytes / 1024.0)
}
