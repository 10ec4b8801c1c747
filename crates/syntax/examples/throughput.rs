//! How fast files are read: parses every `.go` file under a folder, several times
//! over, and prints the best rate of one thread.
//!
//!     cargo run --release -p syntax --example throughput -- "$(go env GOROOT)/src"

#![allow(clippy::print_stdout)]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use source::NameCache;
use syntax::{Options, tree::Bodies};

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

fn main() {
    let mut files = Vec::new();
    for folder in std::env::args().skip(1) {
        collect(Path::new(&folder), &mut files);
    }
    let texts: Vec<Vec<u8>> = files.iter().filter_map(|path| std::fs::read(path).ok()).collect();
    let bytes: usize = texts.iter().map(Vec::len).sum();
    println!("{} files, {:.1} MB", texts.len(), bytes as f64 / 1e6);
    let rate = |time: Duration| bytes as f64 / 1e6 / time.as_secs_f64();
    let rounds = 5;
    for (what, bodies) in [("parse", Bodies::Parse), ("parse, bodies skipped", Bodies::Skip)] {
        let mut best = Duration::MAX;
        let mut refused = 0;
        for _ in 0..rounds {
            let mut names = NameCache::new();
            refused = 0;
            let start = Instant::now();
            for text in &texts {
                let file = syntax::parse(text, &Options { bodies }, &mut names);
                refused += usize::from(!file.errors.is_empty());
            }
            best = best.min(start.elapsed());
        }
        println!("{what}: {:.0} MB/s, {refused} refused", rate(best));
    }
    let mut best = Duration::MAX;
    for _ in 0..rounds {
        let start = Instant::now();
        for text in &texts {
            std::hint::black_box(syntax::lex(text));
        }
        best = best.min(start.elapsed());
    }
    println!("lex: {:.0} MB/s", rate(best));
}
