//! How structs lie in memory, for people and for programs.

use std::fmt::Write;

use serde::Serialize;

/// A struct type and how its values lie in memory.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Struct {
    /// Import path and name: `example.com/m/store.Order`.
    pub name: String,
    /// The file that declares it, relative to the working folder, with '/'.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// Bytes.
    pub size: u64,
    /// Alignment.
    pub align: u64,
    /// Bytes that the garbage collector looks through: up to the end of the last pointer.
    pub pointer_bytes: u64,
    /// Bytes between and behind fields.
    pub padding: u64,
    /// What an object of its own takes.
    pub heap: Heap,
    /// In the order of the text.
    pub fields: Vec<Field>,
    /// A better order of the fields, if there is one.
    pub best: Option<BestOrder>,
}

/// What an object takes from the heap.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Heap {
    /// Bytes, on average where objects share a block.
    pub bytes: u64,
    /// Bytes of the size class; of whole pages where the object is too large for one.
    pub class: u64,
    /// Bytes before the object that say what it is.
    pub header: u64,
    /// Bytes behind it that nothing uses.
    pub waste: u64,
}

/// A field of a struct.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub ty: String,
    /// Its first byte.
    pub offset: u64,
    /// Bytes.
    pub size: u64,
    /// Alignment.
    pub align: u64,
    /// Bytes up to the end of its last pointer.
    pub pointer_bytes: u64,
    /// Unused bytes behind it.
    pub padding: u64,
}

/// An order of fields that is better than that of the text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct BestOrder {
    /// The fields' names.
    pub order: Vec<String>,
    /// Bytes of the struct.
    pub size: u64,
    /// Bytes that the garbage collector looks through.
    pub pointer_bytes: u64,
    /// What an object takes.
    pub heap: Heap,
    /// Bytes of each object that are saved.
    pub saves_bytes: u64,
    /// Bytes of each object that need not be looked through any more.
    pub saves_scan_bytes: u64,
}

#[derive(Serialize)]
struct Report<'a> {
    version: u32,
    go: &'a str,
    goarch: &'a str,
    structs: &'a [Struct],
}

/// One JSON object, with a newline behind it. `go` is the version that sizes are for: `1.26`.
///
/// # Errors
/// Never for structs as they are made; as [`serde_json::to_string_pretty`].
pub fn layout_json(go: &str, goarch: &str, structs: &[Struct]) -> serde_json::Result<String> {
    let mut text = serde_json::to_string_pretty(&Report { version: 1, go, goarch, structs })?;
    text.push('\n');
    Ok(text)
}

/// Each struct as a table, a blank line after each, and a line of what there is to gain.
#[must_use]
pub fn layout_text(structs: &[Struct]) -> String {
    let mut out = String::new();
    for one in structs {
        // Writing to a string does not fail.
        let _ = describe(one, &mut out);
        out.push('\n');
    }
    let better = structs.iter().filter(|one| one.best.is_some()).count();
    let smaller = structs.iter().filter(|one| one.best.as_ref().is_some_and(|b| b.saves_bytes > 0));
    let _ = writeln!(
        out,
        "{}, {better} with a better order of fields, {} of them smaller on the heap with it",
        count(structs.len() as u64, "struct"),
        smaller.count()
    );
    out
}

fn describe(one: &Struct, out: &mut String) -> std::fmt::Result {
    writeln!(out, "{}  {}:{}", one.name, one.path, one.line)?;
    write!(out, "  {}", count(one.size, "byte"))?;
    if one.padding > 0 {
        write!(out, ", {} of it padding", one.padding)?;
    }
    writeln!(out, "; {}; {}", heap(one.heap), scanned(one.pointer_bytes))?;
    if !one.fields.is_empty() {
        writeln!(out, "\n  offset    size")?;
    }
    let name = one.fields.iter().map(|field| field.name.chars().count()).max().unwrap_or(0);
    for field in &one.fields {
        let Field { name: own, ty, offset, size, .. } = field;
        writeln!(out, "  {offset:6}  {size:6}  {own:name$}  {}", short(ty))?;
        if field.padding > 0 {
            writeln!(out, "  {:6}  {:6}  · padding", offset + size, field.padding)?;
        }
    }
    if let Some(best) = &one.best {
        writeln!(out, "\n  Best order: {}", best.order.join(", "))?;
        write!(
            out,
            "  {}; {}; {}",
            count(best.size, "byte"),
            heap(best.heap),
            scanned(best.pointer_bytes)
        )?;
        match (best.saves_bytes, best.saves_scan_bytes) {
            (0, 0) => {
                writeln!(out, ". Saves nothing on the heap, but within arrays and other structs")?
            }
            (bytes, 0) => writeln!(out, ". Saves {} an object", count(bytes, "byte"))?,
            (0, scan) => {
                writeln!(out, ". Saves looking through {} an object", count(scan, "byte"))?
            }
            (bytes, scan) => {
                let bytes = count(bytes, "byte");
                writeln!(out, ". Saves {bytes} an object, and looking through {scan}")?;
            }
        }
    }
    Ok(())
}

/// A type with packages called by the last element of their paths.
fn short(ty: &str) -> String {
    let in_path = |c: char| c.is_alphanumeric() || "._~-/".contains(c);
    let mut out = String::new();
    let mut rest = ty;
    while let Some(first) = rest.chars().next() {
        let len = rest.find(|c| in_path(c) != in_path(first)).unwrap_or(rest.len());
        let (run, behind) = rest.split_at(len);
        out.push_str(run.rsplit('/').next().unwrap_or(run));
        rest = behind;
    }
    out
}

fn heap(heap: Heap) -> String {
    let Heap { bytes, class, header, waste } = heap;
    if bytes == 0 {
        return "no object on the heap".to_owned();
    }
    if bytes < class {
        return format!("about {bytes} on the heap, where it shares a block of {class}");
    }
    let mut text = format!("{class} on the heap");
    match (header, waste) {
        (0, 0) => {}
        (0, waste) => {
            let _ = write!(text, ", {waste} of it unused");
        }
        (header, 0) => {
            let _ = write!(text, ", {header} of it a header");
        }
        (header, waste) => {
            let _ = write!(text, ", {header} of it a header and {waste} unused");
        }
    }
    text
}

fn scanned(pointer_bytes: u64) -> String {
    match pointer_bytes {
        0 => "no pointers".to_owned(),
        bytes => format!("the collector looks through {bytes}"),
    }
}

/// `1 byte`, `2 bytes`
fn count(n: u64, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn packages_by_their_last_element() {
        for (long, expected) in [
            ("map[string]*example.com/a-b/c.T", "map[string]*c.T"),
            ("func(net/http.Header, ...int) <-chan a/b.C", "func(http.Header, ...int) <-chan b.C"),
            ("[]string", "[]string"),
            ("", ""),
        ] {
            assert_eq!(short(long), expected);
        }
    }
}
