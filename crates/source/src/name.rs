//! Interned strings.

use std::fmt;
use std::hash::{BuildHasher, BuildHasherDefault};
use std::num::NonZeroU32;
use std::sync::{OnceLock, RwLock};

use hashbrown::HashTable;
use rustc_hash::FxHasher;

/// An interned string: equality and hashing cost one integer.
///
/// Names live until the process ends, as the symbols of a compiler do. `Ord` is
/// the order of interning, which depends on threads: sort by [`Name::as_str`]
/// where the order is seen.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(NonZeroU32);

const SHARDS: usize = 32;

struct Interner {
    strings: boxcar::Vec<Box<str>>,
    shards: [RwLock<HashTable<Entry>>; SHARDS],
}

/// A string of the table. Half of its hash is kept, so that the table grows without
/// a look at the strings.
struct Entry {
    hash: u32,
    id: u32,
}

/// The half of a hash that entries keep.
#[inline]
fn half(hash: u64) -> u32 {
    (hash >> 32) as u32
}

/// A hash made of its half again, spread over all bits.
#[inline]
fn spread(half: u32) -> u64 {
    u64::from(half).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn interner() -> &'static Interner {
    static INTERNER: OnceLock<Interner> = OnceLock::new();
    INTERNER.get_or_init(|| {
        let strings = boxcar::Vec::new();
        strings.push("".into());
        Interner { strings, shards: std::array::from_fn(|_| RwLock::new(HashTable::new())) }
    })
}

fn hash(text: &str) -> u64 {
    BuildHasherDefault::<FxHasher>::default().hash_one(text)
}

fn intern_hashed(text: &str, half: u32) -> Name {
    let all = interner();
    let hash = spread(half);
    // The top bits and the low bits are the table's own.
    let shard = &all.shards[(hash >> 40) as usize % SHARDS];
    let same = |entry: &Entry| {
        entry.hash == half && all.strings.get(entry.id as usize).is_some_and(|s| **s == *text)
    };
    {
        // A panic cannot happen while the lock is held but for lack of memory.
        let table = shard.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(entry) = table.find(hash, same) {
            return Name::from_raw(entry.id);
        }
    }
    let mut table = shard.write().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(entry) = table.find(hash, same) {
        return Name::from_raw(entry.id);
    }
    let id = all.strings.push(text.into()) as u32;
    table.insert_unique(hash, Entry { hash: half, id }, |entry| spread(entry.hash));
    Name::from_raw(id)
}

impl Name {
    fn from_raw(id: u32) -> Self {
        Self(NonZeroU32::new(id).unwrap_or(NonZeroU32::MIN))
    }

    /// The name of `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        intern_hashed(text, half(hash(text)))
    }

    /// The string.
    #[inline]
    #[must_use]
    pub fn as_str(self) -> &'static str {
        interner().strings.get(self.0.get() as usize).map_or("", |s| s)
    }

    /// Whether the name is the blank identifier `_`.
    #[must_use]
    pub fn is_blank(self) -> bool {
        self.as_str() == "_"
    }

    /// Whether the first character is an upper-case letter, which exports the name.
    #[must_use]
    pub fn is_exported(self) -> bool {
        let text = self.as_str();
        match text.as_bytes().first() {
            Some(b) if b.is_ascii() => b.is_ascii_uppercase(),
            _ => text.chars().next().is_some_and(char::is_uppercase),
        }
    }

    /// A dense number for the name, for columns that are indexed by names.
    #[must_use]
    pub fn as_u32(self) -> u32 {
        self.0.get()
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.as_str())
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Names already seen by one worker: spares the shared table most look-ups.
pub struct NameCache {
    /// Short names met last, each in the one place that its bytes choose.
    recent: Box<[Recent; RECENT]>,
    seen: HashTable<Seen>,
}

struct Seen {
    hash: u32,
    name: Name,
    text: &'static str,
}

/// Places for short names; a power of two.
const RECENT: usize = 2048;

/// A name of 1 to 16 bytes, padded with zeros.
#[derive(Clone, Copy)]
struct Recent {
    bytes: [u64; 2],
    name: Name,
}

impl Default for NameCache {
    fn default() -> Self {
        // No name is all zeros, so an empty place matches none.
        let empty = Recent { bytes: [0; 2], name: Name(NonZeroU32::MIN) };
        Self { recent: Box::new([empty; RECENT]), seen: HashTable::new() }
    }
}

/// The first `len` bytes, of at least eight, as a number; the others are zeros.
#[inline]
fn padded(bytes: [u8; 8], len: usize) -> u64 {
    match len {
        0 => 0,
        1..8 => u64::from_le_bytes(bytes) & (u64::MAX >> (64 - 8 * len)),
        _ => u64::from_le_bytes(bytes),
    }
}

impl NameCache {
    /// An empty cache.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The name of the bytes `start..end` of a text; what is no UTF-8 in it becomes
    /// U+FFFD. Where the text goes on behind a short name this is much faster than
    /// [`Self::intern`].
    #[inline]
    pub fn intern_in(&mut self, text: &[u8], start: usize, end: usize) -> Name {
        let len = end - start;
        if len > 16 || len == 0 {
            return self.intern_bytes(&text[start..end]);
        }
        let rest = &text[start..];
        let (Some(low), Some(high)) = (rest.first_chunk(), rest[8.min(rest.len())..].first_chunk())
        else {
            return self.intern_bytes(&text[start..end]);
        };
        let bytes = [padded(*low, len), padded(*high, len.saturating_sub(8))];
        // Multiplication carries the low bits up: the high ones depend on all.
        let mixed = (bytes[0] ^ bytes[1].rotate_left(29)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let place = (mixed >> (64 - RECENT.trailing_zeros())) as usize % RECENT;
        let recent = self.recent[place];
        if recent.bytes == bytes {
            return recent.name;
        }
        let name = self.intern_bytes(&text[start..end]);
        self.recent[place] = Recent { bytes, name };
        name
    }

    /// The name of `text`; what is no UTF-8 in it becomes U+FFFD.
    #[inline(never)]
    fn intern_bytes(&mut self, text: &[u8]) -> Name {
        match std::str::from_utf8(text) {
            Ok(text) => self.intern(text),
            Err(_) => self.intern(&String::from_utf8_lossy(text)),
        }
    }

    /// The name of `text`, as [`Name::new`] gives it.
    #[inline]
    pub fn intern(&mut self, text: &str) -> Name {
        let hash = half(hash(text));
        let same = |seen: &Seen| seen.hash == hash && seen.text == text;
        if let Some(seen) = self.seen.find(spread(hash), same) {
            return seen.name;
        }
        let name = intern_hashed(text, hash);
        let seen = Seen { hash, name, text: name.as_str() };
        self.seen.insert_unique(spread(hash), seen, |seen| spread(seen.hash));
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_has_the_same_name_in_every_thread() {
        let words: Vec<String> = (0..2000).map(|i| format!("w{}", i % 997)).collect();
        let all: Vec<Vec<Name>> = std::thread::scope(|s| {
            let run = || words.iter().map(|w| Name::new(w)).collect::<Vec<_>>();
            let handles: Vec<_> = (0..4).map(|_| s.spawn(run)).collect();
            handles.into_iter().map(|h| h.join().unwrap()).collect()
        });
        for names in &all {
            assert_eq!(names, &all[0]);
            for (name, word) in names.iter().zip(&words) {
                assert_eq!(name.as_str(), word);
            }
        }
    }

    #[test]
    fn names_in_a_text() {
        let text = "a b ab größe abcdefgh abcdefghi abcdefghijklmnop abcdefghijklmnopq x";
        let mut names = NameCache::new();
        for _ in 0..2 {
            let mut start = 0;
            for word in text.split(' ') {
                let end = start + word.len();
                assert_eq!(names.intern_in(text.as_bytes(), start, end), Name::new(word));
                start = end + 1;
            }
        }
        assert_eq!(names.intern_in(b"\xff", 0, 1), Name::new("\u{fffd}"));
    }

    #[test]
    fn export_follows_unicode() {
        for (text, exported) in [
            ("Abc", true),
            ("abc", false),
            ("_A", false),
            ("Ärger", true),
            ("日本", false),
            ("", false),
        ] {
            assert_eq!(Name::new(text).is_exported(), exported, "{text}");
        }
    }
}
