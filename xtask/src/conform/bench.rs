//! Holds comparisons of benchmarks against benchstat: the same tables, to the last digit and the last space.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use verify::benchfmt;
use verify::compare::{self, Input, Options};

use super::Report;
use crate::bench::tool;
use crate::modules;
use crate::random::Random;
use crate::toolchain::Go;

/// The module of benchstat, whose tests are held against too.
const PERF: &str = "golang.org/x/perf@v0.0.0-20260908200009-22c9c6c9d4da";

const BENCHSTAT: &str = "golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da";

/// How many comparisons are made up.
const GENERATED: u64 = 50;

/// What benchstat is asked.
struct Question {
    /// Where the files are.
    dir: PathBuf,
    files: Vec<String>,
    column: Option<String>,
    ignore: Vec<String>,
}

impl Question {
    fn new(dir: &Path, files: &[&str]) -> Self {
        let files = files.iter().map(|&file| file.to_owned()).collect();
        Self { dir: dir.into(), files, column: None, ignore: Vec::new() }
    }

    fn by(self, key: &str) -> Self {
        Self { column: Some(key.to_owned()), ..self }
    }

    fn without(self, key: &str) -> Self {
        Self { ignore: vec![key.to_owned()], ..self }
    }

    fn name(&self) -> String {
        self.files.join(" ")
    }
}

/// Asks both on benchstat's own test data and on files that are made up. Returns whether all is the same.
pub(super) fn compare(go: &Go, max: usize) -> Result<bool> {
    let benchstat = tool(go, BENCHSTAT)?;
    let module = modules::fetch(go, PERF)?;
    let folder = tempfile::tempdir()?;
    let mut report = Report::new(max);
    let (mut kinds, mut improbable) = (Vec::new(), 0);
    for (kind, questions) in
        [("test data", of_benchstat(&module.dir)?), ("made up", made_up(folder.path())?)]
    {
        kinds.push(format!("{} of {kind}", questions.len()));
        for question in &questions {
            let theirs = go
                .seen_by(&benchstat, &question.dir)
                .args(question.column.iter().flat_map(|key| ["-col", key]))
                .args(question.ignore.iter().flat_map(|key| ["-ignore", key]))
                .args(&question.files)
                .output()
                .context("cannot run benchstat")?;
            ensure!(theirs.status.success(), "benchstat fails on {}", question.name());
            let (ours, bad) = ours(question)?;
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            improbable += hold(question, &ours, &text(&theirs.stdout), &mut report);
            hold_problems(question, &bad, &text(&theirs.stderr), &mut report);
        }
    }
    report.print_causes();
    println!("{improbable} p-values of benchstat's above 1 are taken as 1");
    println!("bench: {} ({} comparisons)", report.closing(), kinds.join(", "));
    Ok(report.agrees())
}

/// Our text, and the lines that we cannot read: `file:line`.
fn ours(question: &Question) -> Result<(String, Vec<String>)> {
    let mut bad = Vec::new();
    let mut inputs = Vec::new();
    for file in &question.files {
        let results = benchfmt::read(&fs::read(question.dir.join(file))?);
        bad.extend(results.problems.iter().map(|problem| format!("{file}:{}", problem.line)));
        inputs.push(Input { label: file.clone(), results });
    }
    let options = Options { column: question.column.clone(), ignore: question.ignore.clone() };
    Ok((compare::text(&compare::tables(&inputs, &options)), bad))
}

/// Holds the tables; the number of benchstat's p-values that are above 1.
fn hold(question: &Question, ours: &str, theirs: &str, report: &mut Report) -> usize {
    let is_figure = |word: &&str| word.contains(|c: char| c.is_ascii_digit());
    let figures = theirs.split_whitespace().filter(is_figure).count();
    report.compared("figures", figures);
    report.compared("lines", theirs.lines().count());
    let (theirs, improbable) = capped(theirs);
    let (mut a, mut b) = (ours.lines(), theirs.lines());
    loop {
        match (a.next(), b.next()) {
            (None, None) => return improbable,
            (a, b) if a == b => {}
            (a, b) => report.differs("table", || {
                let name = question.name();
                format!("{name}\n  ours   {}\n  theirs {}", a.unwrap_or(""), b.unwrap_or(""))
            }),
        }
    }
}

/// benchstat doubles the probability of one tail, which is more than ½ where the distribution of U is lopsided: among
/// ties, with samples of different sizes. A probability above 1 is none; ours is 1 there. How many there were.
fn capped(text: &str) -> (String, usize) {
    let mut pieces = text.split("(p=1.");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    let mut count = 0;
    for piece in pieces {
        let digits = piece.get(..3).unwrap_or_default();
        count += usize::from(digits != "000");
        out.push_str("(p=1.000");
        out.push_str(&piece[digits.len()..]);
    }
    (out, count)
}

/// Lines that cannot be read are the same ones; the words for them are ours.
fn hold_problems(question: &Question, ours: &[String], theirs: &str, report: &mut Report) {
    let place = |line: &str| line.splitn(3, ':').take(2).collect::<Vec<_>>().join(":");
    let theirs: Vec<String> = theirs.lines().map(place).collect();
    if ours != theirs {
        report.differs("line that cannot be read", || {
            format!("{}: ours {ours:?}, theirs {theirs:?}", question.name())
        });
    }
}

/// The test data of benchstat and of the package that reads the format, each file that is there.
fn of_benchstat(perf: &Path) -> Result<Vec<Question>> {
    let dir = perf.join("cmd/benchstat/testdata");
    let crc = ["crc-old.txt", "crc-new.txt"];
    let mut questions = vec![
        Question::new(&dir, &["old.txt", "new.txt"]),
        Question::new(&dir, &["new.txt", "old.txt"]),
        Question::new(&dir, &crc),
        Question::new(&dir, &crc).without("note"),
        Question::new(&dir, &crc).by("note"),
        Question::new(&dir, &["old.txt", "crc-old.txt", "crc-new.txt"]),
    ];
    for file in ["units", "zero", "smallSample", "issue19565", "issue19634"] {
        let file = format!("{file}.txt");
        questions.push(Question::new(&dir, &[&file]).by("note"));
        questions.push(Question::new(&dir, &[&file]));
    }
    let dir = perf.join("benchfmt/testdata/bent");
    let mut files: Vec<String> = fs::read_dir(&dir)?
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .collect();
    files.sort();
    for base in files.iter().filter(|file| file.contains(".Base")) {
        let tip = base.replace(".Base", ".Tip");
        if files.contains(&tip) {
            questions.push(Question::new(&dir, &[base, &tip]));
        }
    }
    Ok(questions)
}

/// Results made up at random, from a seed: few and many measurements, ties, zeros, benchmarks that come and go, several
/// packages and units, lines that cannot be read.
fn made_up(dir: &Path) -> Result<Vec<Question>> {
    let mut questions = Vec::new();
    for seed in 0..GENERATED {
        let mut random = Random::new(seed.wrapping_mul(0x9E37_79B9) + 1);
        let names: Vec<String> =
            (0..2 + random.below(2)).map(|i| format!("made-{seed}-{i}.txt")).collect();
        let shape = Shape::new(&mut random);
        for (column, name) in names.iter().enumerate() {
            fs::write(dir.join(name), shape.file(&mut random, column))?;
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        questions.push(Question::new(dir, &names));
    }
    Ok(questions)
}

/// What the files of a comparison have in common.
struct Shape {
    packages: u64,
    /// For each benchmark its name and how long it takes.
    benchmarks: Vec<(String, f64)>,
    samples: u64,
    /// How far measurements spread, as a share.
    spread: f64,
    units: &'static [&'static str],
    /// Whether figures are whole numbers, which makes ties.
    is_whole: bool,
}

impl Shape {
    fn new(random: &mut Random) -> Self {
        const UNITS: [&[&str]; 4] = [
            &["ns/op"],
            &["ns/op", "B/op", "allocs/op"],
            &["ns/op", "MB/s", "p99-ns/op"],
            &["widgets", "heap-bytes", "ns/op"],
        ];
        let benchmarks = (0..1 + random.below(6)).map(|i| {
            let name = format!("B{i}{}-8", ["", "/n=10", "/a/b=c"][random.below(3) as usize]);
            (name, 10_f64.powf(random.unit() * 8.0))
        });
        let benchmarks = benchmarks.collect();
        Self {
            packages: 1 + random.below(3),
            benchmarks,
            samples: [1, 3, 4, 5, 6, 10, 12, 20, 26, 31, 52][random.below(11) as usize],
            spread: [0.0, 0.01, 0.1, 0.8][random.below(4) as usize],
            units: UNITS[random.below(4) as usize],
            is_whole: random.below(2) == 0,
        }
    }

    fn file(&self, random: &mut Random, column: usize) -> String {
        let mut text = "goos: linux\ngoarch: amd64\n".to_owned();
        if random.below(4) == 0 {
            text.push_str("Unit widgets assume=exact better=higher\n");
        }
        for package in 0..self.packages {
            let _ = writeln!(text, "pkg: example.com/p{package}");
            for (name, size) in &self.benchmarks {
                if random.below(12) == 0 {
                    continue;
                }
                let by = 1.0 + [0.0, 0.002, 0.05, 0.5][random.below(4) as usize] * column as f64;
                // Now and then a file has more or fewer of a benchmark.
                let samples = self.samples + u64::from(random.below(6) == 0);
                for _ in 0..samples {
                    let _ = write!(text, "Benchmark{name}\t{}", 1 + random.below(1_000_000));
                    for unit in self.units {
                        let value = self.value(random, size * by, unit);
                        let _ = write!(text, "\t{value} {unit}");
                    }
                    text.push('\n');
                }
            }
            if random.below(5) == 0 {
                text.push_str("BenchmarkBroken 10 ns/op\nBenchmarkBroken\nBenchmarkBroken 10 5\n");
            }
            text.push_str("PASS\nok  \texample.com/p\t1.234s\n");
        }
        text
    }

    fn value(&self, random: &mut Random, size: f64, unit: &str) -> String {
        let noise = 1.0 + self.spread * random.unit();
        match unit {
            "allocs/op" => random.below(3).to_string(),
            "widgets" => (size.log10() as u64).to_string(),
            _ if self.is_whole => ((size * noise) as u64).to_string(),
            _ => format!("{:.4}", size * noise),
        }
    }
}
