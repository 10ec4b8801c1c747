//! `unheap bench`

mod files;
mod measured;
mod output;
mod progress;

use crate::Exit;
use crate::args::BenchArgs;

pub(crate) fn run(args: &BenchArgs) -> Result<Exit, String> {
    match &args.base {
        Some(base) => measured::run(args, base),
        None if args.arguments.is_empty() => Err("what is to be measured or compared? \
             --base REV measures the work tree against a revision, \
             `unheap bench old.txt new.txt` compares files that `go test -bench` wrote"
            .to_owned()),
        None => files::run(args),
    }
}
