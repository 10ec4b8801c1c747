//! Constants against `go/constant`: every line of `data/constants.txt` is a program for
//! a little stack machine and what Go has on top of the stack after it. The file is
//! written by `oracles/constants`, which describes it.

use std::fmt::Write;

use syntax::tree::{BinaryOp, LitKind, UnaryOp};
use types::constant::{self, Target, Value};

#[test]
fn agree_with_go() {
    let (mut cases, mut differences) = (0, String::new());
    for line in include_str!("data/constants.txt").lines() {
        let (program, expected) = line.split_once('\t').expect("a program and its result");
        let actual = describe(&run(program));
        cases += 1;
        if actual != expected {
            let _ = writeln!(differences, "{program}\n  Go has {expected}\n  we have {actual}");
        }
    }
    assert!(cases > 1000, "only {cases} cases");
    let shown: String = differences.lines().take(60).map(|line| format!("{line}\n")).collect();
    assert!(differences.is_empty(), "{} differ:\n{shown}", differences.lines().count() / 3);
}

/// What the oracle says of a value.
fn describe(x: &Value) -> String {
    let f64 = x.to_f64().map_or("-".into(), |x| format!("{:016x}", x.to_bits()));
    let f32 = x.to_f32().map_or("-".into(), |x| format!("{:08x}", x.to_bits()));
    let (exact, short) = (digest(x.exact_string()), digest(x.to_string()));
    format!("{}\t{exact}\t{short}\t{}\t{}\t{f64}\t{f32}", x.kind(), x.sign(), x.bit_len())
}

/// Long texts are compared by length and hash (FNV-1a).
fn digest(text: String) -> String {
    if text.len() <= 60 {
        return text;
    }
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("#{}:{hash:016x}", text.len())
}

fn run(program: &str) -> Value {
    let mut stack = Vec::new();
    for word in program.split(' ') {
        step(&mut stack, word);
    }
    pop(&mut stack)
}

fn pop(stack: &mut Vec<Value>) -> Value {
    stack.pop().expect("an operand")
}

fn step(stack: &mut Vec<Value>, word: &str) {
    let (name, argument) = word.split_once(':').unwrap_or((word, ""));
    let count = || argument.parse().expect("a number");
    let value = if let Some(kind) = literal_kind(name) {
        Value::from_literal(kind, decode(argument))
    } else if let Some(op) = unary_op(name) {
        let bits = (!argument.is_empty()).then(count).filter(|&bits| bits > 0);
        constant::unary(op, &pop(stack), bits.map(|bits: u64| bits as u32))
    } else if let Some((op, comparison)) = binary_op(name) {
        let (y, x) = (pop(stack), pop(stack));
        if comparison {
            Value::Bool(constant::compare(op, &x, &y))
        } else {
            constant::binary(op, &x, &y)
        }
    } else {
        match name {
            "true" | "false" => Value::Bool(name == "true"),
            "unknown" => Value::Unknown,
            "<<" => constant::shift(BinaryOp::Shl, &pop(stack), count()),
            ">>" => constant::shift(BinaryOp::Shr, &pop(stack), count()),
            "quo" => {
                let (y, x) = (pop(stack), pop(stack));
                constant::int_quotient(&x, &y)
            }
            "as" => pop(stack).represented_as(target(argument)).unwrap_or(Value::Unknown),
            "toint" => pop(stack).to_int(),
            "tofloat" => pop(stack).to_float(),
            "tocomplex" => pop(stack).to_complex(),
            "real" => pop(stack).real(),
            "imag" => pop(stack).imag(),
            "makeimag" => pop(stack).make_imag(),
            _ => panic!("no such word: {word}"),
        }
    };
    stack.push(value);
}

fn literal_kind(name: &str) -> Option<LitKind> {
    Some(match name {
        "I" => LitKind::Int,
        "F" => LitKind::Float,
        "M" => LitKind::Imag,
        "C" => LitKind::Char,
        "S" => LitKind::String,
        _ => return None,
    })
}

fn unary_op(name: &str) -> Option<UnaryOp> {
    Some(match name {
        "plus" => UnaryOp::Plus,
        "neg" => UnaryOp::Neg,
        "bitnot" => UnaryOp::BitNot,
        "not" => UnaryOp::Not,
        _ => return None,
    })
}

/// The operator, and whether it compares.
fn binary_op(name: &str) -> Option<(BinaryOp, bool)> {
    Some(match name {
        "+" => (BinaryOp::Add, false),
        "-" => (BinaryOp::Sub, false),
        "*" => (BinaryOp::Mul, false),
        "/" => (BinaryOp::Div, false),
        "%" => (BinaryOp::Rem, false),
        "&" => (BinaryOp::And, false),
        "|" => (BinaryOp::Or, false),
        "^" => (BinaryOp::Xor, false),
        "&^" => (BinaryOp::AndNot, false),
        "&&" => (BinaryOp::LogAnd, false),
        "||" => (BinaryOp::LogOr, false),
        "==" => (BinaryOp::Eq, true),
        "!=" => (BinaryOp::Ne, true),
        "<" => (BinaryOp::Lt, true),
        "<=" => (BinaryOp::Le, true),
        ">" => (BinaryOp::Gt, true),
        ">=" => (BinaryOp::Ge, true),
        _ => return None,
    })
}

fn target(name: &str) -> Target {
    match name {
        "int8" => Target::Int { bits: 8, signed: true },
        "int16" => Target::Int { bits: 16, signed: true },
        "int32" => Target::Int { bits: 32, signed: true },
        "int" | "int64" => Target::Int { bits: 64, signed: true },
        "uint8" => Target::Int { bits: 8, signed: false },
        "uint16" => Target::Int { bits: 16, signed: false },
        "uint32" => Target::Int { bits: 32, signed: false },
        "uint" | "uint64" | "uintptr" => Target::Int { bits: 64, signed: false },
        "float32" => Target::Float32,
        "float64" => Target::Float64,
        "complex64" => Target::Complex64,
        "complex128" => Target::Complex128,
        _ => panic!("no such type: {name}"),
    }
}

/// Undoes the oracle's percent-encoding.
fn decode(text: &str) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((&first, tail)) = rest.split_first() {
        rest = tail;
        if first == b'%' {
            let hex = std::str::from_utf8(&tail[..2]).expect("two digits");
            bytes.push(u8::from_str_radix(hex, 16).expect("two digits"));
            rest = &tail[2..];
        } else {
            bytes.push(first);
        }
    }
    bytes
}
