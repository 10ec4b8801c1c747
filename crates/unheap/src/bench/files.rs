//! Comparing files of results.

use std::collections::HashMap;
use std::io::Read;
use std::path::Path;

use verify::benchfmt::{self, Results};
use verify::compare::{self, Input, Options};
use verify::verdict;

use super::output::{self, Shown};
use crate::Exit;
use crate::args::BenchArgs;

pub(super) fn run(args: &BenchArgs) -> Result<Exit, String> {
    let mut inputs = Vec::new();
    for (label, path) in labelled(&args.arguments) {
        let results = read(path)?;
        for problem in &results.problems {
            anstream::eprintln!("{path}:{}: {}", problem.line, problem.message);
        }
        inputs.push(Input { label, results });
    }
    if inputs.iter().all(|input| input.results.records.is_empty()) {
        return Err(format!("no benchmark results in {}", args.arguments.join(" ")));
    }
    let options = Options { column: args.column.clone(), ignore: args.ignore.clone() };
    let tables = compare::tables(&inputs, &options);
    let verdicts = verdict::verdicts(&tables, args.threshold);
    let sides: Vec<(&str, &Results)> =
        inputs.iter().map(|input| (&*input.label, &input.results)).collect();
    let shown = Shown {
        sides: &sides,
        tables: &tables,
        verdicts: &verdicts,
        threshold: args.threshold,
        measured: None,
    };
    output::print(args.format, &shown)?;
    Ok(if verdict::is_alarm(&verdicts) { Exit::Findings } else { Exit::Clean })
}

fn read(path: &str) -> Result<Results, String> {
    let fault = |error| match Path::new(path).is_dir() {
        true => format!("{path} is a folder: to measure packages, say what with: --base REV"),
        false => format!("{path}: {error}"),
    };
    let mut text = Vec::new();
    if path == "-" {
        std::io::stdin().read_to_end(&mut text).map_err(fault)?;
    } else {
        text = std::fs::read(path).map_err(fault)?;
    }
    Ok(benchfmt::read(&text))
}

/// Files with what their columns are called: as the file, with a number where it is named several times, or by `NAME=FILE`.
fn labelled(arguments: &[String]) -> Vec<(String, &str)> {
    let mut times: HashMap<&str, usize> = HashMap::new();
    let mut labelled = Vec::new();
    for argument in arguments {
        if let Some((label, path)) = argument.split_once('=') {
            labelled.push((label.to_owned(), path));
            continue;
        }
        let is_repeated = arguments.iter().filter(|other| *other == argument).count() > 1;
        let time = times.entry(argument).or_default();
        let label = if is_repeated { format!("{argument}#{time}") } else { argument.clone() };
        *time += 1;
        labelled.push((label, argument));
    }
    labelled
}

#[cfg(test)]
mod tests {
    use super::labelled;

    #[test]
    fn columns_are_told_apart() {
        let arguments = ["a.txt", "b=a.txt", "c.txt", "a.txt", "-"].map(str::to_owned);
        let labels: Vec<(String, &str)> = labelled(&arguments);
        let shown: Vec<String> = labels.iter().map(|(l, p)| format!("{l} {p}")).collect();
        assert_eq!(shown, ["a.txt#0 a.txt", "b a.txt", "c.txt c.txt", "a.txt#1 a.txt", "- -"]);
    }
}
