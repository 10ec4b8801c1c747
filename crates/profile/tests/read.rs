//! Profiles made here, field by field: what is read of them, and what is said of broken ones.

#![allow(clippy::unwrap_used)]

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use profile::{CallEdge, Calls, CallsError, Error, read};

/// Writes messages of the wire format.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn varint(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    fn number(mut self, field: u64, number: u64) -> Self {
        self.varint(field << 3);
        self.varint(number);
        self
    }

    fn bytes(mut self, field: u64, bytes: &[u8]) -> Self {
        self.varint(field << 3 | 2);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
        self
    }

    fn packed(self, field: u64, numbers: &[u64]) -> Self {
        let mut packed = Self::default();
        numbers.iter().for_each(|&number| packed.varint(number));
        self.bytes(field, &packed.0)
    }
}

const TEXTS: [&str; 7] = ["", "samples", "count", "main.main", "main.work", "main.leaf", "main.go"];

/// `main.main` (begins on line 10) calls `work` (20), into which `leaf` (30) is inlined; ids are not counted from 1 on.
fn profile(samples: &[(&[u64], u64)], start_lines: bool) -> Vec<u8> {
    let message = Message::default;
    let mut profile = message().bytes(1, &message().number(1, 1).number(2, 2).0);
    for &(stack, count) in samples {
        let sample = message().packed(1, stack).packed(2, &[count]);
        profile = profile.bytes(2, &sample.0);
    }
    let line = |function, line| message().number(1, function).number(2, line).0;
    let locations: [(u64, &[Vec<u8>]); 3] =
        [(100, &[line(3, 13)]), (200, &[line(9, 31), line(7, 25)]), (300, &[line(9, 32)])];
    for (id, lines) in locations {
        let location = message().number(1, id).number(3, id * 16);
        let location = lines.iter().fold(location, |all, line| all.bytes(4, line));
        profile = profile.bytes(4, &location.0);
    }
    for (id, name, start) in [(3, 3, 10), (7, 4, 20), (9, 5, 30)] {
        let function = message().number(1, id).number(2, name).number(4, 6);
        let function = if start_lines { function.number(5, start) } else { function };
        profile = profile.bytes(5, &function.0);
    }
    TEXTS.iter().fold(profile, |all, text| all.bytes(6, text.as_bytes())).0
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn columns() {
    let plain = profile(&[(&[200, 100], 7), (&[300, 200, 100], 1)], true);
    let read = profile::read(&gzip(&plain)).unwrap();
    assert_eq!(read, profile::read(&plain).unwrap());
    let stacks: Vec<Vec<String>> = read
        .samples
        .iter()
        .map(|sample| {
            let lines = read.stack(sample).flat_map(|location| read.lines(location));
            let named = lines.map(|line| {
                let function = read.functions[line.function.unwrap() as usize];
                format!("{}:{} {}", read.text(function.file), line.line, read.text(function.name))
            });
            named.collect()
        })
        .collect();
    let work = ["main.go:31 main.leaf", "main.go:25 main.work", "main.go:13 main.main"];
    assert_eq!(stacks[0], work);
    assert_eq!(stacks[1][0], "main.go:32 main.leaf");
    assert_eq!(stacks[1][1..], work);
    assert_eq!(read.values(&read.samples[0]), [7]);
}

#[test]
fn calls_by_weight() {
    let plain = profile(&[(&[200, 100], 7), (&[300, 200, 100], 1), (&[100], 5)], true);
    let calls = Calls::of(&read(&plain).unwrap()).unwrap();
    let edge = |caller: &str, callee: &str, offset| CallEdge {
        caller: caller.to_owned(),
        callee: callee.to_owned(),
        offset,
    };
    assert_eq!(
        calls.by_weight,
        [
            (edge("main.work", "main.leaf", 5), 8),
            (edge("main.main", "main.work", 3), 7),
            // The innermost two places of the second stack are in `leaf`, inlined and not.
            (edge("main.leaf", "main.leaf", 1), 1),
        ]
    );
    assert_eq!(calls.total, 16);
    assert_eq!(calls.hot().len(), 3);
    assert_eq!(Calls::of(&read(&profile(&[], true)).unwrap()), Ok(Calls::default()));
    let old = read(&profile(&[(&[100], 1)], false)).unwrap();
    assert_eq!(Calls::of(&old), Err(CallsError::NoStartLines));
}

#[test]
fn broken_profiles() {
    assert_eq!(read(b""), Err(Error::Empty));
    assert_eq!(read(&gzip(b"")), Err(Error::Empty));
    assert!(matches!(read(b"\x1f\x8b nothing of the kind"), Err(Error::Compression(_))));
    assert!(matches!(read(b"package main"), Err(Error::Truncated(_) | Error::Malformed(_))));
    let missing = profile(&[(&[4711], 1)], true);
    assert_eq!(read(&missing), Err(Error::Missing { what: "location", id: 4711 }));
    // However it is cut or changed, there is an answer.
    let whole = profile(&[(&[200, 100], 7), (&[300, 200, 100], 1)], true);
    for end in 0..whole.len() {
        let _ = read(&whole[..end]);
        let mut changed = whole.clone();
        changed[end] ^= 0xff;
        if let Ok(profile) = read(&changed) {
            let _ = Calls::of(&profile);
        }
    }
}
