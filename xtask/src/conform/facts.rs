//! What is known of the nodes of a file, in a form that both sides can be put in.

use std::io::{self, Read};
use std::path::PathBuf;

use rustc_hash::FxHashMap;

use super::wire::Reader;

/// Texts by number: equal texts have equal numbers.
pub(super) struct Strings {
    texts: Vec<Box<str>>,
    numbers: FxHashMap<Box<str>, Text>,
}

/// A text's number in [`Strings`]; the empty text's is the default.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default, Debug)]
pub(super) struct Text(u32);

impl Default for Strings {
    fn default() -> Self {
        let mut strings = Self { texts: Vec::new(), numbers: FxHashMap::default() };
        strings.add("");
        strings
    }
}

impl Strings {
    pub(super) fn add(&mut self, text: &str) -> Text {
        if let Some(&number) = self.numbers.get(text) {
            return number;
        }
        let number = Text(self.texts.len() as u32);
        self.texts.push(text.into());
        self.numbers.insert(text.into(), number);
        number
    }

    pub(super) fn get(&self, text: Text) -> &str {
        &self.texts[text.0 as usize]
    }
}

/// What a record is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum What {
    /// An expression.
    Expr,
    /// An identifier that declares.
    Def,
    /// An identifier that refers.
    Use,
    /// A node that declares without an identifier.
    Implicit,
    /// The name in a selector.
    Selection,
    /// The name of a generic function or type that is instantiated.
    Instance,
    /// The value of variables of a package.
    Init,
}

impl What {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Expr => "expression",
            Self::Def => "definition",
            Self::Use => "use",
            Self::Implicit => "implicit",
            Self::Selection => "selection",
            Self::Instance => "instance",
            Self::Init => "initialisation",
        }
    }

    /// What the values of such a record are.
    pub(super) fn labels(self) -> &'static [&'static str] {
        match self {
            Self::Expr => &["mode", "type", "value"],
            Self::Def => &["object", "type", "value"],
            Self::Use => &["object"],
            Self::Implicit => &["object", "type"],
            Self::Selection => &["selection", "object", "receiver", "type"],
            Self::Instance => &["arguments", "type"],
            Self::Init => &["number"],
        }
    }
}

/// A fact about a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Record {
    pub(super) what: What,
    /// The name of the node's type in go/ast; empty where it is an identifier.
    pub(super) kind: &'static str,
    pub(super) start: u32,
    /// The start again where only that is known.
    pub(super) end: u32,
    /// As [`What::labels`] tells.
    pub(super) values: [Text; 4],
}

impl Record {
    /// What records of both sides are matched by.
    pub(super) fn key(&self) -> (u32, u32, What, &'static str) {
        (self.start, self.end, self.what, self.kind)
    }

    /// Its values in words.
    pub(super) fn show(&self, strings: &Strings) -> String {
        let labels = self.what.labels().iter().zip(self.values);
        let shown = labels.filter(|&(_, value)| value != Text::default());
        let shown = shown.map(|(label, value)| format!("{label} {}", strings.get(value)));
        super::types::clip(&shown.collect::<Vec<_>>().join(", "), 300)
    }
}

/// What the oracle says of a package.
pub(super) struct Package {
    pub(super) id: String,
    /// How many errors Go finds in it.
    pub(super) faults: u64,
    pub(super) first_faults: Vec<String>,
    pub(super) files: Vec<(PathBuf, Vec<Record>)>,
}

/// Reads a package's block: see `oracles/record.go`.
pub(super) fn read_package(
    reader: &mut Reader<impl Read>,
    strings: &mut Strings,
) -> io::Result<Package> {
    let id = reader.text()?;
    let faults = reader.uint()?;
    let first_faults = (0..reader.uint()?).map(|_| reader.text()).collect::<io::Result<_>>()?;
    let mut block = Block { reader, strings, texts: Vec::new(), objects: vec![Object::default()] };
    let mut files = Vec::new();
    for _ in 0..block.reader.uint()? {
        files.push(block.file()?);
    }
    Ok(Package { id, faults, first_faults, files })
}

/// An object of a block.
#[derive(Clone, Copy, Default)]
struct Object {
    /// What it is, its name and where it is declared, in one text.
    identity: Text,
    ty: Text,
    value: Text,
}

/// A block being read. Texts and objects are told once and then known by number.
struct Block<'a, R> {
    reader: &'a mut Reader<R>,
    strings: &'a mut Strings,
    texts: Vec<Text>,
    objects: Vec<Object>,
}

fn nonsense(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("the oracle's output: {what}"))
}

impl<R: Read> Block<'_, R> {
    fn file(&mut self) -> io::Result<(PathBuf, Vec<Record>)> {
        self.reader.restart_offsets();
        let path = PathBuf::from(self.reader.text()?);
        let mut records = Vec::new();
        loop {
            let record = match self.reader.byte()? {
                0 => return Ok((path, records)),
                1 => Some(self.expr()?),
                2 => self.def()?,
                3 => Some(self.mention()?),
                4 => Some(self.implicit()?),
                5 => Some(self.selection()?),
                6 => Some(self.instance()?),
                7 => Some(self.init()?),
                _ => return Err(nonsense("no such record")),
            };
            records.extend(record);
        }
    }

    fn init(&mut self) -> io::Result<Record> {
        let start = self.reader.offset()? as u32;
        let number = self.strings.add(&self.reader.uint()?.to_string());
        let values = [number, Text::default(), Text::default(), Text::default()];
        Ok(Record { what: What::Init, kind: "", start, end: start, values })
    }

    fn expr(&mut self) -> io::Result<Record> {
        let node = self.reader.node()?.ok_or_else(|| nonsense("a node without kind"))?;
        let mode = self.reader.byte()?;
        let mode = self.strings.add(mode_name(mode));
        let (ty, value) = (self.text()?, self.text()?);
        Ok(Record {
            what: What::Expr,
            kind: node.kind,
            start: node.start as u32,
            end: node.end as u32,
            values: [mode, ty, value, Text::default()],
        })
    }

    /// `None` where the identifier declares no object, as the package clause's.
    fn def(&mut self) -> io::Result<Option<Record>> {
        let start = self.reader.offset()? as u32;
        let object = self.object()?;
        let values = [object.identity, object.ty, object.value, Text::default()];
        let none = object.identity == Text::default();
        Ok((!none).then_some(Record { what: What::Def, kind: "", start, end: start, values }))
    }

    fn mention(&mut self) -> io::Result<Record> {
        let start = self.reader.offset()? as u32;
        let mut values = [Text::default(); 4];
        values[0] = self.object()?.identity;
        Ok(Record { what: What::Use, kind: "", start, end: start, values })
    }

    fn implicit(&mut self) -> io::Result<Record> {
        let node = self.reader.node()?.ok_or_else(|| nonsense("a node without kind"))?;
        let object = self.object()?;
        Ok(Record {
            what: What::Implicit,
            kind: node.kind,
            start: node.start as u32,
            end: node.end as u32,
            values: [object.identity, object.ty, Text::default(), Text::default()],
        })
    }

    fn selection(&mut self) -> io::Result<Record> {
        let start = self.reader.offset()? as u32;
        let kind = match self.reader.byte()? {
            0 => "field",
            1 => "method",
            _ => "method expression",
        };
        let indirect = self.reader.byte()? != 0;
        let path: io::Result<Vec<_>> =
            (0..self.reader.uint()?).map(|_| self.reader.uint()).collect();
        let path = path?.into_iter().map(|index| index as u32);
        let selection = selection_text(kind, indirect, path);
        let selection = self.strings.add(&selection);
        let object = self.object()?.identity;
        let values = [selection, object, self.text()?, self.text()?];
        Ok(Record { what: What::Selection, kind: "", start, end: start, values })
    }

    fn instance(&mut self) -> io::Result<Record> {
        let start = self.reader.offset()? as u32;
        let mut arguments = Vec::new();
        for _ in 0..self.reader.uint()? {
            let text = self.text()?;
            arguments.push(self.strings.get(text).to_owned());
        }
        let arguments = self.strings.add(&arguments.join("; "));
        let values = [arguments, self.text()?, Text::default(), Text::default()];
        Ok(Record { what: What::Instance, kind: "", start, end: start, values })
    }

    fn text(&mut self) -> io::Result<Text> {
        let number = self.reader.uint()? as usize;
        if number == self.texts.len() {
            let text = self.reader.text()?;
            self.texts.push(self.strings.add(&text));
        }
        self.texts.get(number).copied().ok_or_else(|| nonsense("no such text"))
    }

    fn object(&mut self) -> io::Result<Object> {
        let number = self.reader.uint()? as usize;
        if number == self.objects.len() {
            let (kind, name, path) = (self.text()?, self.text()?, self.text()?);
            let offset = self.reader.uint()? as u32;
            let (ty, value) = (self.text()?, self.text()?);
            let (kind, name) = (self.strings.get(kind), self.strings.get(name));
            let place = Some(self.strings.get(path)).filter(|path| !path.is_empty());
            let typed = is_typed(kind);
            let identity = object_text(kind, name, place.map(|path| (path, offset)));
            let identity = self.strings.add(&identity);
            self.objects.push(Object {
                identity,
                ty: if typed { ty } else { Text::default() },
                value,
            });
        }
        self.objects.get(number).copied().ok_or_else(|| nonsense("no such object"))
    }
}

/// Whether an object's type means anything.
pub(super) fn is_typed(kind: &str) -> bool {
    matches!(kind, "Const" | "TypeName" | "Var" | "Func")
}

/// An object's identity in words.
pub(super) fn object_text(kind: &str, name: &str, place: Option<(&str, u32)>) -> String {
    match place {
        Some((path, offset)) => format!("{kind} {name} at {path}#{offset}"),
        None => format!("{kind} {name}"),
    }
}

/// A selection in words: its kind, whether it follows a pointer, the path.
pub(super) fn selection_text(
    kind: &str,
    indirect: bool,
    path: impl Iterator<Item = u32>,
) -> String {
    let path: Vec<_> = path.map(|index| index.to_string()).collect();
    let how = if indirect { ", indirect" } else { "" };
    format!("{kind}{how}, path {}", path.join("."))
}

/// A type or value as records hold it: those of more than 1 KiB by their hash.
pub(super) fn shorten(text: String) -> String {
    if text.len() <= 1024 {
        return text;
    }
    let digest = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    format!("fnv1a:{digest:016x} of {} bytes", text.len())
}

/// How an expression may be used, in words: see `mode` in `oracles/record.go`.
fn mode_name(mode: u8) -> &'static str {
    match mode {
        0 => "no value",
        1 => "type",
        2 => "builtin",
        3 => "constant",
        4 => "nil",
        5 => "value",
        // Addressable 8, assignable 16, with a comma-ok form 32.
        0x1d => "variable",
        0x35 => "map element",
        0x25 => "value, ok",
        _ => "unknown mode",
    }
}
