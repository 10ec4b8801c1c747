//! Comparisons of which the answer is known: of a program with itself, and with one that was made slower.
//!
//! What was found is kept in the cache folder, line by line, so that an hour of comparisons can be made in parts.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow, ensure};
use serde::{Deserialize, Serialize};
use verify::benchfmt::{Name, Record, Results};
use verify::compare::{self, Input, Options};
use verify::go::Go as Toolchain;
use verify::interrupt::Interrupt;
use verify::measure::{self, Base, Prepared, Request};
use verify::verdict::{self, Outcome};

use crate::cache;
use crate::pinned::PinnedSystem;
use crate::toolchain::Go;

/// How many comparisons of a program with itself are made.
const SAME: usize = 200;

/// The benchmarks of it.
const SAME_BENCHMARKS: [&str; 3] = ["Make", "Split", "Sum"];

/// How often each planted change is measured: 20 runs of each side, which are also two comparisons of 10 and four of 5.
const PLANTED: usize = 10;

/// The runs of each side that the program makes where it is not told otherwise.
const DEFAULT: usize = 10;

/// The change that matters where the program is not told otherwise.
const THRESHOLD: f64 = 0.05;

const CODE: &str = "package honest

import \"strings\"

var (
\tSink  []byte
\tExtra *int
\tWords []string
)

func Make() { Sink = make([]byte, 64) }

func Split() { Words = strings.Fields(\"the quick brown fox jumps over the lazy dog\") }

func Sum(n int) (sum int) {
\tfor i := range n {
\t\tsum += i * i ^ sum<<3
\t}
\treturn sum
}
";

/// The benchmarks: of a program with itself first, then those that the change makes slower.
const TESTS: &str = "package honest

import \"testing\"

var keep int

func BenchmarkMake(b *testing.B) {
\tfor range b.N {
\t\tMake()
\t}
}

func BenchmarkSplit(b *testing.B) {
\tfor range b.N {
\t\tSplit()
\t}
}

func BenchmarkSum(b *testing.B) {
\tfor range b.N {
\t\tkeep += Sum(1000)
\t}
}

func BenchmarkOneMore(b *testing.B) {
\tfor range b.N {
\t\tMake()
\t\tif MORE {
\t\t\tExtra = new(int)
\t\t}
\t}
}

func slower(b *testing.B, n int) {
\tfor range b.N {
\t\tkeep += Sum(n)
\t}
}

func BenchmarkBy5(b *testing.B)  { slower(b, N5) }
func BenchmarkBy10(b *testing.B) { slower(b, N10) }
func BenchmarkBy20(b *testing.B) { slower(b, N20) }
";

/// A comparison that was made.
#[derive(Serialize, Deserialize)]
struct Line {
    /// Without `Benchmark`.
    benchmark: String,
    /// Runs of each side.
    runs: usize,
    /// What was said of its time.
    time: Said,
    /// What was said of its allocations.
    allocations: Said,
}

/// What is said of a change.
#[derive(Serialize, Deserialize, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Said {
    /// It did not, or it cannot be told.
    Nothing,
    /// Changed, by no more than the threshold.
    Slight,
    /// Worse by more than the threshold, or better.
    Alarm,
}

/// Compares until enough is known or the time is over, and tells what is known.
pub(crate) fn measure(go: &Go, minutes: u64) -> Result<String> {
    let until = Instant::now() + Duration::from_secs(60 * minutes);
    let mut kept = Kept::open(go)?;
    let same = Rig::build(go, &format!("^Benchmark({})$", SAME_BENCHMARKS.join("|")), false)?;
    while kept.same().count() < SAME && Instant::now() < until {
        let results = same.run(DEFAULT)?;
        kept.add_parts(&results, DEFAULT)?;
        eprintln!("{} of {SAME} with itself", kept.same().count());
    }
    let planted = Rig::build(go, "^Benchmark(OneMore|By)", true)?;
    while kept.of("By5", 20).count() < PLANTED && Instant::now() < until {
        let mut results = [Results::default(), Results::default()];
        // In which order turns are run is drawn for five at a time: each part is as a comparison of its own.
        for _ in 0..4 {
            for (all, part) in results.iter_mut().zip(planted.run(5)?) {
                all.records.extend(part.records);
            }
        }
        for runs in [5, 10, 20] {
            kept.add_parts(&results, runs)?;
        }
        eprintln!("{} of {PLANTED} planted", kept.of("By5", 20).count());
    }
    Ok(kept.page())
}

/// Both programs, built.
struct Rig {
    _folder: tempfile::TempDir,
    prepared: Prepared,
    request: Request,
}

impl Rig {
    fn build(go: &Go, bench: &str, is_planted: bool) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let write = |side: &str, constants: &str| -> Result<PathBuf> {
            let dir = folder.path().join(side);
            fs::create_dir(&dir)?;
            fs::write(dir.join("go.mod"), "module example.com/honest\n\ngo 1.24\n")?;
            fs::write(dir.join("honest.go"), CODE)?;
            fs::write(dir.join("honest_test.go"), TESTS)?;
            fs::write(dir.join("plan_test.go"), format!("package honest\n\n{constants}\n"))?;
            Ok(dir)
        };
        let constant = |more, by: [u32; 3]| {
            format!(
                "const (\n\tMORE = {more}\n\tN5 = {}\n\tN10 = {}\n\tN20 = {}\n)",
                by[0], by[1], by[2]
            )
        };
        let old = constant(false, [1000; 3]);
        // Where nothing is planted not even the place of a function differs.
        let new = if is_planted { constant(true, [1050, 1100, 1200]) } else { old.clone() };
        let base = write("old", &old)?;
        let request = Request {
            dir: write("new", &new)?,
            base: Base::Folder(base),
            patterns: vec!["./...".to_owned()],
            bench: bench.to_owned(),
            count: DEFAULT,
            // It says what can be seen, and does not enter what is said of a change.
            rehearsals: 0,
            benchtime: "2ms".to_owned(),
            windows: 20,
            turn_time: Duration::from_secs(120),
        };
        let toolchain = toolchain(go, &request.dir)?;
        let prepared = measure::prepare(&toolchain, &request, &Interrupt::default(), &mut |_| {});
        let prepared = prepared.map_err(|why| anyhow!(why))?;
        Ok(Self { _folder: folder, prepared, request })
    }

    fn run(&self, count: usize) -> Result<[Results; 2]> {
        let request = Request { count, ..self.request.clone() };
        let measured = self.prepared.measure(&request, &Interrupt::default(), &mut |_| {});
        let measured = measured.map_err(|why| anyhow!(why))?;
        ensure!(measured.faults.is_empty(), "{}", measured.faults.join("\n"));
        Ok([measured.base, measured.new])
    }
}

/// The toolchain as the program under measurement finds it.
fn toolchain(go: &Go, dir: &Path) -> Result<Toolchain> {
    Toolchain::find(&PinnedSystem::new(go), dir).map_err(|why| anyhow!(why))
}

/// What is known so far.
struct Kept {
    path: PathBuf,
    lines: Vec<Line>,
}

impl Kept {
    fn open(go: &Go) -> Result<Self> {
        let path = cache::folder("honesty")?.join(format!("go{}.jsonl", go.name()));
        let text = fs::read_to_string(&path).unwrap_or_default();
        let lines = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        Ok(Self { path, lines })
    }

    fn of<'a>(&'a self, benchmark: &'a str, runs: usize) -> impl Iterator<Item = &'a Line> {
        self.lines.iter().filter(move |l| l.benchmark == benchmark && l.runs == runs)
    }

    /// Comparisons of a program with itself.
    fn same(&self) -> impl Iterator<Item = &Line> {
        SAME_BENCHMARKS.iter().flat_map(|benchmark| self.of(benchmark, DEFAULT)).take(SAME)
    }

    /// Judges each benchmark by itself, in as many comparisons of so many runs as there are.
    fn add_parts(&mut self, sides: &[Results; 2], runs: usize) -> Result<()> {
        let mut file = fs::OpenOptions::new().create(true).append(true).open(&self.path)?;
        let mut names: Vec<&str> = sides[0].records.iter().map(|r| &*r.name).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            let of = |side: &Results| -> Vec<Record> {
                side.records.iter().filter(|record| record.name == name).cloned().collect()
            };
            let (old, new) = (of(&sides[0]), of(&sides[1]));
            for (old, new) in old.chunks_exact(runs).zip(new.chunks_exact(runs)) {
                let line = judge(name, old, new);
                writeln!(file, "{}", serde_json::to_string(&line)?)?;
                self.lines.push(line);
            }
        }
        Ok(())
    }

    fn page(&self) -> String {
        let same: Vec<&Line> = self.same().collect();
        let count = |said: fn(&&&Line) -> Said, what: Said| {
            same.iter().filter(|line| said(line) == what).count()
        };
        let share = |n: usize, of: usize| 100.0 * n as f64 / of.max(1) as f64;
        let mut text = format!(
            "`unheap bench` on a program and a copy of it, at its defaults: {DEFAULT} runs of each side, each the best of \
             at most 20 windows of 2 ms, {:.0} % as the change that matters. The benchmarks ({}) take turns; each comparison is \
             judged by itself, without correction for the others. An alarm is what ends with exit status 1, or would if better \
             were worse.\n\n\
             | {} comparisons of a program with itself | time | allocations |\n|---|---:|---:|\n",
            100.0 * THRESHOLD,
            SAME_BENCHMARKS.join(", "),
            same.len(),
        );
        for (words, what) in [
            ("false alarms", Said::Alarm),
            ("said to have changed, within the threshold", Said::Slight),
        ] {
            let (time, allocations) =
                (count(|line| line.time, what), count(|line| line.allocations, what));
            let _ = writeln!(
                text,
                "| {words} | {time} ({:.1} %) | {allocations} ({:.1} %) |",
                share(time, same.len()),
                share(allocations, same.len())
            );
        }
        text.push_str(
            "\nThe same program with a regression planted: the share of comparisons in which it is seen, and in brackets \
             the share with an alarm. A change of just the threshold is above it in half of all measurements.\n\n\
             | planted | 5 runs | 10 runs | 20 runs |\n|---|---:|---:|---:|\n",
        );
        for (benchmark, words) in [
            ("OneMore", "one allocation more, in allocations"),
            ("By5", "5 % slower"),
            ("By10", "10 % slower"),
            ("By20", "20 % slower"),
        ] {
            let _ = write!(text, "| {words} |");
            for runs in [5, 10, 20] {
                let lines: Vec<&Line> = self.of(benchmark, runs).collect();
                let said = |line: &&&Line| {
                    if benchmark == "OneMore" { line.allocations } else { line.time }
                };
                let alarms = lines.iter().filter(|line| said(line) == Said::Alarm).count();
                let seen = lines.iter().filter(|line| said(line) != Said::Nothing).count();
                let _ = write!(
                    text,
                    " {:.0} % ({:.0} %) of {} |",
                    share(seen, lines.len()),
                    share(alarms, lines.len()),
                    lines.len()
                );
            }
            text.push('\n');
        }
        text
    }
}

/// What the program says of one benchmark.
fn judge(name: &str, old: &[Record], new: &[Record]) -> Line {
    let input = |label: &str, records: &[Record]| Input {
        label: label.to_owned(),
        results: Results { records: records.to_vec(), ..Results::default() },
    };
    let inputs = [input("old", old), input("new", new)];
    let tables = compare::tables(&inputs, &Options::default());
    let verdicts = verdict::verdicts(&tables, THRESHOLD);
    let said = |units: &[&str]| {
        let of = verdicts.iter().filter(|verdict| units.contains(&&*verdict.unit));
        of.map(|verdict| match verdict.outcome {
            Outcome::Worse | Outcome::Better => Said::Alarm,
            Outcome::Slight => Said::Slight,
            Outcome::Unknown | Outcome::Same => Said::Nothing,
        })
        .max()
        .unwrap_or(Said::Nothing)
    };
    Line {
        benchmark: Name::parse(name).base.to_owned(),
        runs: old.len(),
        time: said(&["sec/op"]),
        allocations: said(&["allocs/op", "B/op"]),
    }
}
