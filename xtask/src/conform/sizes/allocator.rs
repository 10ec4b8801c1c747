//! The crate `memory`, against the runtime: see `oracles/allocator`.

use std::process::Command;

use anyhow::{Context, Result, anyhow, ensure};
use memory::{Allocation, Boxing, Capture, Layout, Shape, Target};

use super::super::Report;
use crate::toolchain::Go;

/// Compares what operations take with a version of Go. Returns the figure.
pub(in super::super) fn compare(go: &Go, report: &mut Report) -> Result<String> {
    let minor = go.name().split('.').nth(1).and_then(|minor| minor.parse().ok());
    let minor = minor.with_context(|| format!("{} is no version", go.name()))?;
    let program = go.program("oracles/allocator")?;
    let output = Command::new(program).output()?;
    ensure!(output.status.success(), "the allocator's oracle failed");
    let text = String::from_utf8(output.stdout).context("the oracle speaks UTF-8")?;
    let (mut questions, mut unsure) = (0, 0);
    let mut target = Target::new(minor, 8);
    for line in text.lines() {
        let question = Question::read(line).with_context(|| format!("not understood: {line}"))?;
        if question.name == "word" {
            target = Target::new(minor, question.answer[0]);
            continue;
        }
        questions += 1;
        match question.ours(target).ok_or_else(|| anyhow!("not understood: {line}"))? {
            Ours::Sure(ours) if ours == question.answer => {}
            Ours::Sure(ours) => report.differs(format!("allocator: {}", question.name), || {
                format!("{}: {ours:?}; the runtime: {:?}", question.text, question.answer)
            }),
            Ours::Unsure => unsure += 1,
        }
    }
    report.compared("questions to the allocator", questions - unsure);
    Ok(format!("{questions} questions, {unsure} of them with an answer that is drawn by lot"))
}

/// A line of the oracle.
struct Question<'a> {
    text: &'a str,
    name: &'a str,
    numbers: Vec<u64>,
    answer: Vec<u64>,
}

/// Our answer.
enum Ours {
    /// Objects and bytes, or a capacity.
    Sure(Vec<u64>),
    /// It is not the same each time.
    Unsure,
}

/// Objects and bytes where something is done once.
fn once(allocation: &Allocation) -> Ours {
    Ours::Sure(vec![allocation.objects(), allocation.bytes_once()])
}

impl<'a> Question<'a> {
    fn read(line: &'a str) -> Option<Self> {
        let (text, answer) = line.split_once('\t')?;
        let mut words = text.split(' ');
        let name = words.next()?;
        let numbers = words.map(str::parse).collect::<Result<_, _>>().ok()?;
        let answer = answer.split(' ').map(str::parse).collect::<Result<_, _>>().ok()?;
        Some(Self { text, name, numbers, answer })
    }

    fn ours(&self, target: Target) -> Option<Ours> {
        Some(match (self.name, &self.numbers[..]) {
            ("request", &[size, pointers]) => once(&target.request(size, pointers > 0)),
            ("tiny", [turns, sizes @ ..]) => {
                let row: Allocation = sizes.iter().map(|&s| target.request(s, false)).sum();
                once(&row.times(*turns))
            }
            ("append", &[size, align, pointers, capacity, len]) => {
                let elem = layout(size, align, pointers);
                Ours::Sure(vec![target.append(elem, capacity, len).capacity])
            }
            ("filled", &[size, align, pointers, len]) => {
                let elem = layout(size, align, pointers);
                let stack = target.append_on_stack(size, true);
                let mut taken = target.append_each(elem, 0, stack, len).allocation;
                if len <= stack {
                    taken += target.move_to_heap(elem, len).allocation;
                }
                once(&taken)
            }
            ("kept", &[size, align, pointers, len]) => {
                let elem = layout(size, align, pointers);
                let stack = target.append_on_stack(size, false);
                once(&target.append_each(elem, 0, stack, len).allocation)
            }
            ("chan", &[size, align, pointers, len]) => {
                once(&target.channel(layout(size, align, pointers), len))
            }
            ("map", &[size, align, pointers, size_v, align_v, pointers_v, hint, entries]) => {
                let (key, value) =
                    (layout(size, align, pointers), layout(size_v, align_v, pointers_v));
                let cost = target.map(key, value, hint, entries, false);
                if !cost.exact {
                    return Some(Ours::Unsure);
                }
                once(&cost.allocation)
            }
            ("box", &[size, align, pointers, shape, special]) => {
                let boxing = target.boxing(layout(size, align, pointers), SHAPES[shape as usize]);
                once(&match boxing {
                    Boxing::Never => Allocation::NONE,
                    Boxing::Unless(..) if special > 0 => Allocation::NONE,
                    Boxing::Unless(_, allocation) | Boxing::Always(allocation) => allocation,
                })
            }
            ("closure" | "go", captures) => {
                let captures = captures.chunks(4).map(|capture| match *capture {
                    [size, align, pointers, 0] => {
                        Some((Capture::Value(layout(size, align, pointers)), Allocation::NONE))
                    }
                    // The variable is an object too.
                    [size, align, pointers, _] => {
                        let variable = target.object(layout(size, align, pointers));
                        Some((Capture::Reference, variable))
                    }
                    _ => None,
                });
                let (captures, variables): (Vec<_>, Vec<_>) =
                    captures.collect::<Option<Vec<_>>>()?.into_iter().unzip();
                once(&(variables.into_iter().sum::<Allocation>() + target.closure(&captures)))
            }
            // The runtime has records ready after the first time.
            ("defer", _) => once(&Allocation::NONE),
            ("deferrecord", _) => once(&target.defer_record()),
            (name, numbers) => once(&text(target, name, numbers)?),
        })
    }
}

/// What shapes are called there.
const SHAPES: [Shape; 5] =
    [Shape::Pointer, Shape::Integer, Shape::String, Shape::Slice, Shape::Other];

/// Where pointers are does not matter to the allocator, only whether there are some.
fn layout(size: u64, align: u64, pointers: u64) -> Layout {
    Layout { size, align, pointer_bytes: if pointers > 0 { size } else { 0 } }
}

/// Questions about strings: those that leave the function, and `…here` those that do not.
fn text(target: Target, name: &str, numbers: &[u64]) -> Option<Allocation> {
    let bytes = numbers.first().copied().unwrap_or_default();
    Some(match name {
        "concat" => target.concat(bytes, if bytes > 1 { 2 } else { 1 }, false),
        "concathere" => target.concat(bytes, if bytes > 1 { 2 } else { 1 }, true),
        "concatone" => target.concat(bytes, 1, false),
        "concatbytes" => target.concat_bytes(bytes, if bytes > 1 { 2 } else { 1 }, false),
        "concatbyteshere" => target.concat_bytes(bytes, if bytes > 1 { 2 } else { 1 }, true),
        "string" => target.bytes_to_string(bytes, false),
        "bytes" => target.string_to_bytes(bytes, false),
        "byteshere" => target.string_to_bytes(bytes, true),
        "runes" => target.string_to_runes(bytes, false),
        "fromrunes" => target.runes_to_string(bytes, false),
        "fromrune" => target.rune_to_string(false),
        _ => return None,
    })
}
