//! What a program takes: time, processor and memory, with all that it starts.

use std::fs;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// What a program took.
pub(crate) struct Usage {
    pub(crate) status: ExitStatus,
    /// From start to end.
    pub(crate) wall: Duration,
    /// Of processors, the kernel's work included, up to [`INTERVAL`] before the end.
    pub(crate) cpu: Duration,
    /// Resident memory of all its processes together, at the worst moment seen.
    pub(crate) peak: u64,
    /// Its standard output.
    pub(crate) stdout: Vec<u8>,
}

/// How often memory is looked at.
const INTERVAL: Duration = Duration::from_millis(20);

/// Clock ticks per second in /proc: what Linux tells programs on every architecture.
const TICKS: u64 = 100;

/// Runs a program to its end. Its processes are those of its process group.
pub(crate) fn run(command: &mut Command) -> Result<Usage> {
    own_group(command);
    let name = command.get_program().to_string_lossy().into_owned();
    // A file holds what it prints: a pipe would have to be emptied meanwhile.
    let mut output = tempfile::tempfile()?;
    command.stdin(Stdio::null()).stdout(output.try_clone()?).stderr(Stdio::null());
    let started = Instant::now();
    let mut child = command.spawn().with_context(|| format!("cannot run {name}"))?;
    let mut watch = Watch::default();
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        watch.look(&child);
        std::thread::sleep(INTERVAL);
    };
    let wall = started.elapsed();
    let mut stdout = Vec::new();
    std::io::Seek::rewind(&mut output)?;
    std::io::Read::read_to_end(&mut output, &mut stdout)?;
    let cpu = Duration::from_millis(watch.ticks * 1000 / TICKS);
    Ok(Usage { status, wall, cpu, peak: watch.peak, stdout })
}

#[cfg(unix)]
fn own_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(not(unix))]
fn own_group(_: &mut Command) {}

/// The worst that was seen of a group of processes.
#[derive(Default)]
struct Watch {
    ticks: u64,
    peak: u64,
}

impl Watch {
    /// Looks at all processes of the child's group. Sees nothing where there is no /proc.
    fn look(&mut self, child: &Child) {
        let Ok(entries) = fs::read_dir("/proc") else { return };
        let (mut resident, mut ticks) = (0, 0);
        for entry in entries.flatten() {
            if !entry.file_name().as_encoded_bytes().iter().all(u8::is_ascii_digit) {
                continue;
            }
            let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else { continue };
            let Some(stat) = Stat::parse(&stat).filter(|stat| stat.group == child.id()) else {
                continue;
            };
            ticks += stat.ticks;
            resident += resident_bytes(&entry.path());
        }
        self.ticks = self.ticks.max(ticks);
        self.peak = self.peak.max(resident);
    }
}

/// The parts of /proc/PID/stat that count here.
struct Stat {
    group: u32,
    /// In user mode and in the kernel, its own and those of children that have ended.
    ticks: u64,
}

impl Stat {
    fn parse(text: &str) -> Option<Self> {
        // The name, in parentheses, may hold anything.
        let rest = &text[text.rfind(')')? + 1..];
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let mut ticks = 0;
        for at in 11..=14 {
            ticks += fields.get(at)?.parse::<u64>().ok()?;
        }
        Some(Self { group: fields.get(2)?.parse().ok()?, ticks })
    }
}

fn resident_bytes(process: &std::path::Path) -> u64 {
    let Ok(status) = fs::read_to_string(process.join("status")) else { return 0 };
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}
