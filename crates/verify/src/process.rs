//! Programs that may hang, flood, or leave others behind.
//!
//! A child gets a process group of its own, and the group ends with it: whether it ends by itself, takes too long, or the
//! run is interrupted.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use crate::interrupt::Interrupt;

/// How long a child is left alone between two looks at it. Its output wakes us sooner when it ends.
const LOOK: Duration = Duration::from_millis(50);

/// How long output is waited for once the group has ended.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// What a child may take.
#[derive(Clone, Debug)]
pub struct Limits {
    /// How long it may run.
    pub time: Duration,
    /// How many bytes of each of its outputs are kept: the first half and the last.
    pub output: usize,
    /// What ends it early.
    pub interrupt: Interrupt,
}

/// How a child ended by itself.
#[derive(Clone, Debug)]
pub struct Finished {
    /// Its status.
    pub status: ExitStatus,
    /// Its standard output.
    pub stdout: Output,
    /// Its standard error.
    pub stderr: Output,
}

/// What a child wrote.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Output {
    /// Its bytes; where there were too many, the first and the last of them, with a line between.
    pub bytes: Vec<u8>,
    /// How many were left out.
    pub dropped: u64,
}

/// Why a child did not end by itself.
#[derive(Debug)]
pub enum Failure {
    /// It did not start.
    NotStarted(String, io::Error),
    /// It took longer than this.
    TooLong(Duration, Box<Output>),
    /// The run was interrupted.
    Interrupted,
    /// The system does not say what became of it.
    Lost(io::Error),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotStarted(program, error) => write!(f, "cannot run {program}: {error}"),
            Self::TooLong(time, _) => {
                write!(f, "not done after {:.0} s, and ended", time.as_secs_f64().max(1.0))
            }
            Self::Interrupted => write!(f, "interrupted"),
            Self::Lost(error) => write!(f, "cannot wait for a child: {error}"),
        }
    }
}

impl std::error::Error for Failure {}

impl Output {
    /// Its text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// Runs a program to its end, with nothing to read.
///
/// # Errors
/// Where it does not end by itself. Its group has ended then all the same.
pub fn run(command: &mut Command, limits: &Limits) -> Result<Finished, Failure> {
    if limits.interrupt.is_set() {
        return Err(Failure::Interrupted);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    let name = command.get_program().to_string_lossy().into_owned();
    let child = command.spawn().map_err(|error| Failure::NotStarted(name, error))?;
    let mut group = Group { child, is_over: false };
    let (sender, outputs) = mpsc::channel();
    if let Some(stdout) = group.child.stdout.take() {
        keep(stdout, limits.output, false, sender.clone());
    }
    if let Some(stderr) = group.child.stderr.take() {
        keep(stderr, limits.output, true, sender);
    }
    let mut read = [None, None];
    let waited = group.wait(limits, &outputs, &mut read);
    let status = group.end().map_err(Failure::Lost)?;
    let until = Instant::now() + LAST_WORDS;
    while read.iter().any(Option::is_none) {
        let left = until.saturating_duration_since(Instant::now());
        let Ok((is_error, output)) = outputs.recv_timeout(left) else { break };
        read[usize::from(is_error)] = Some(output);
    }
    let [stdout, stderr] = read.map(Option::unwrap_or_default);
    match waited {
        Ok(()) => Ok(Finished { status, stdout, stderr }),
        Err(Failure::TooLong(time, _)) => Err(Failure::TooLong(time, Box::new(stderr))),
        Err(failure) => Err(failure),
    }
}

/// A child and what it started. Ends when it is dropped.
struct Group {
    child: Child,
    is_over: bool,
}

impl Group {
    /// Waits until the child has ended, which is then still to be asked for its status: until that is done its id, and so its
    /// group's, is nobody else's.
    fn wait(
        &mut self,
        limits: &Limits,
        outputs: &mpsc::Receiver<(bool, Output)>,
        read: &mut [Option<Output>; 2],
    ) -> Result<(), Failure> {
        let started = Instant::now();
        loop {
            if self.has_ended().map_err(Failure::Lost)? {
                return Ok(());
            }
            if limits.interrupt.is_set() {
                return Err(Failure::Interrupted);
            }
            let left = limits.time.saturating_sub(started.elapsed());
            if left.is_zero() {
                return Err(Failure::TooLong(limits.time, Box::default()));
            }
            match outputs.recv_timeout(LOOK.min(left)) {
                Ok((is_error, output)) => read[usize::from(is_error)] = Some(output),
                Err(RecvTimeoutError::Timeout) => {}
                // Both outputs are closed: it has ended, or does so soon.
                Err(RecvTimeoutError::Disconnected) => thread::sleep(Duration::from_millis(1)),
            }
        }
    }

    #[cfg(unix)]
    fn has_ended(&mut self) -> io::Result<bool> {
        use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        let status = waitid(WaitId::Pid(Pid::from_child(&self.child)), options)?;
        Ok(status.is_some())
    }

    #[cfg(not(unix))]
    fn has_ended(&mut self) -> io::Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    /// Ends what is left of the group, and says how the child ended.
    fn end(&mut self) -> io::Result<ExitStatus> {
        self.is_over = true;
        #[cfg(unix)]
        {
            use rustix::process::{Pid, Signal, kill_process_group};
            // That there is none any more is as well.
            let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
        }
        #[cfg(windows)]
        if self.child.try_wait()?.is_none() {
            let id = self.child.id().to_string();
            let _ = Command::new("taskkill").args(["/T", "/F", "/PID", &id]).output();
        }
        let _ = self.child.kill();
        self.child.wait()
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if !self.is_over {
            let _ = self.end();
        }
    }
}

/// Reads an output to its end on a thread of its own, and keeps its first and its last bytes.
fn keep(
    mut from: impl Read + Send + 'static,
    limit: usize,
    is_error: bool,
    to: Sender<(bool, Output)>,
) {
    thread::spawn(move || {
        let half = limit / 2;
        let (mut first, mut last) = (Vec::new(), VecDeque::<u8>::new());
        let mut dropped = 0;
        let mut buffer = [0; 16 * 1024];
        loop {
            let read = match from.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => &buffer[..read],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(_) => break,
            };
            let (head, tail) = read.split_at(read.len().min(half.saturating_sub(first.len())));
            first.extend_from_slice(head);
            last.extend(tail);
            let surplus = last.len().saturating_sub(half);
            last.drain(..surplus);
            dropped += surplus as u64;
        }
        if dropped > 0 {
            first.extend(format!("\n… {dropped} bytes left out …\n").bytes());
        }
        first.extend(last);
        // Nobody listens any more where the run was given up.
        let _ = to.send((is_error, Output { bytes: first, dropped }));
    });
}
