//! How fast files are read: parses every `.go` file under a folder, several times
//! over, and prints the best rate of one thread.
//!
//!     cargo run --release -p syntax --example throughput -- "$(go env GOROOT)/src"
//!
//! `--only=parse`, `--only=skip` (bodies of functions passed over) and `--only=lex`
//! measure one thing: for a profiler.

#![allow(clippy::print_stdout)]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use source::NameCache;
use syntax::{Options, tree::Bodies};

/// The allocator of the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => collect(&path, files),
            Ok(_) if path.extension().is_some_and(|e| e == "go") => files.push(path),
            _ => {}
        }
    }
}

/// Time on the processor, which other programs do not disturb; elsewhere than on
/// Linux, time.
fn clock(start: Instant) -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = stat.and_then(|stat| stat.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

fn main() {
    let mut files = Vec::new();
    let mut only = None;
    for argument in std::env::args().skip(1) {
        match argument.strip_prefix("--only=") {
            Some(what) => only = Some(what.to_owned()),
            None => collect(Path::new(&argument), &mut files),
        }
    }
    let wanted = |what: &str| only.as_deref().is_none_or(|only| only == what);
    let texts: Vec<Vec<u8>> = files.iter().filter_map(|path| std::fs::read(path).ok()).collect();
    let bytes: usize = texts.iter().map(Vec::len).sum();
    println!("{} files, {:.1} MB", texts.len(), bytes as f64 / 1e6);
    let rate = |time: Duration| bytes as f64 / 1e6 / time.as_secs_f64();
    let rounds = (1_000_000_000 / bytes.max(1)).clamp(5, 100);
    let begin = Instant::now();
    for (what, bodies) in [("parse", Bodies::Parse), ("skip", Bodies::Skip)] {
        if !wanted(what) {
            continue;
        }
        let mut best = Duration::MAX;
        let mut refused = 0;
        for _ in 0..rounds {
            let mut names = NameCache::new();
            refused = 0;
            let start = clock(begin);
            for text in &texts {
                let file = syntax::parse(text, &Options { bodies }, &mut names);
                refused += usize::from(!file.errors.is_empty());
            }
            best = best.min(clock(begin) - start);
        }
        println!("{what}: {:.0} MB/s, {refused} refused", rate(best));
    }
    if !wanted("lex") {
        return;
    }
    let mut best = Duration::MAX;
    for _ in 0..rounds {
        let start = clock(begin);
        for text in &texts {
            std::hint::black_box(syntax::lex(text));
        }
        best = best.min(clock(begin) - start);
    }
    println!("lex: {:.0} MB/s", rate(best));
}
