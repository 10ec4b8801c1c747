//! Programs that hang, flood and leave others behind.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::fs;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use verify::interrupt::Interrupt;
use verify::process::{Failure, Finished, Limits, run};

fn limits() -> Limits {
    Limits { time: Duration::from_secs(20), output: 1024, interrupt: Interrupt::default() }
}

fn shell(script: &str, limits: &Limits) -> Result<Finished, Failure> {
    run(Command::new("sh").args(["-c", script]), limits)
}

/// Whether a process is there and has not ended.
fn is_alive(id: &str) -> bool {
    let status = Command::new("ps").args(["-o", "stat=", "-p", id]).output().unwrap();
    let state = String::from_utf8(status.stdout).unwrap();
    !state.trim().is_empty() && !state.trim().starts_with('Z')
}

fn ends_soon(id: &str) -> bool {
    (0..100).any(|_| {
        thread::sleep(Duration::from_millis(20));
        !is_alive(id)
    })
}

#[test]
fn both_outputs_and_the_status_come_back() {
    let finished = shell("echo out; echo err >&2; exit 3", &limits()).unwrap();
    assert_eq!(finished.status.code(), Some(3));
    assert_eq!((finished.stdout.text(), finished.stderr.text()), ("out\n".into(), "err\n".into()));
}

#[test]
fn a_flood_is_cut_in_its_middle() {
    let finished = shell("echo first; yes | head -c 5000000; echo last", &limits()).unwrap();
    let text = finished.stdout.text();
    assert!(text.len() < 1200 && text.starts_with("first\n") && text.ends_with("last\n"));
    assert_eq!(finished.stdout.dropped, 5_000_011 - 1024);
}

#[test]
fn what_hangs_is_ended_with_its_group() {
    let dir = tempfile::tempdir().unwrap();
    let ids = dir.path().join("ids");
    let limits = Limits { time: Duration::from_millis(300), ..limits() };
    let started = Instant::now();
    // A child that does not listen, and one of its own that does neither.
    let script = format!("trap '' TERM INT; sleep 60 & echo $$ $! > {}; wait", ids.display());
    assert!(matches!(shell(&script, &limits), Err(Failure::TooLong(..))));
    assert!(started.elapsed() < Duration::from_secs(10));
    for id in fs::read_to_string(ids).unwrap().split_whitespace() {
        assert!(ends_soon(id), "{id} is still there");
    }
}

#[test]
fn what_is_left_behind_is_ended_too() {
    let started = Instant::now();
    // It keeps the output open: waiting for its end would take a minute.
    let finished = shell("sleep 60 & echo $!", &limits()).unwrap();
    assert!(started.elapsed() < Duration::from_secs(10));
    assert!(ends_soon(finished.stdout.text().trim()));
}

#[test]
fn an_interrupt_ends_it() {
    let limits = limits();
    let interrupt = limits.interrupt.clone();
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(200));
        interrupt.set();
    });
    let started = Instant::now();
    assert!(matches!(shell("sleep 60", &limits), Err(Failure::Interrupted)));
    assert!(started.elapsed() < Duration::from_secs(10));
    assert!(matches!(shell("true", &limits), Err(Failure::Interrupted)));
}

#[test]
fn what_is_not_there_does_not_start() {
    let failure = run(&mut Command::new("/no/such/program"), &limits()).unwrap_err();
    assert!(failure.to_string().starts_with("cannot run /no/such/program: "));
}
