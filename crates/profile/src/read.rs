//! From bytes to a profile.

use std::fmt;
use std::io::Read;
use std::ops::Range;

use flate2::bufread::MultiGzDecoder;
use rustc_hash::FxHashMap;

use crate::profile::{Function, Line, Location, Profile, Sample, Text, ValueType};
use crate::wire::{Fields, Value, numbers};

/// Bytes of a profile once it is decompressed; what is larger is refused, since a small file can become anything.
pub const MAX_BYTES: u64 = 2 << 30;

/// Why a profile cannot be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Error {
    /// There is nothing in it.
    Empty,
    /// It begins as compressed, and is not.
    Compression(String),
    /// It is larger than [`MAX_BYTES`] when decompressed.
    TooLarge,
    /// It ends in the middle of something that begins at the offset (decompressed).
    Truncated(usize),
    /// What stands at the offset (decompressed) is in no profile.
    Malformed(usize),
    /// Something refers to what is not there.
    Missing {
        /// What is referred to: `function`.
        what: &'static str,
        /// By which id.
        id: u64,
    },
}

impl Error {
    pub(crate) const fn truncated(at: usize) -> Self {
        Self::Truncated(at)
    }

    pub(crate) const fn malformed(at: usize) -> Self {
        Self::Malformed(at)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the profile is empty"),
            Self::Compression(why) => write!(f, "the profile cannot be decompressed: {why}"),
            Self::TooLarge => {
                write!(f, "the profile has more than {} MB when decompressed", MAX_BYTES >> 20)
            }
            Self::Truncated(at) => write!(f, "the profile ends too early, behind byte {at}"),
            Self::Malformed(at) => {
                write!(f, "this is no profile of pprof: byte {at} makes no sense")
            }
            Self::Missing { what, id } => {
                write!(f, "the profile refers to a {what} {id} that it has not")
            }
        }
    }
}

impl std::error::Error for Error {}

/// Reads a profile, compressed by gzip or not.
///
/// # Errors
///
/// See [`Error`]. Memory is bounded by [`MAX_BYTES`] and what is in the file.
pub fn read(file: &[u8]) -> Result<Profile, Error> {
    let bytes = match file {
        [] => return Err(Error::Empty),
        [0x1f, 0x8b, ..] => decompress(file)?,
        _ if file.len() as u64 > MAX_BYTES => return Err(Error::TooLarge),
        _ => file.to_vec(),
    };
    if bytes.is_empty() {
        return Err(Error::Empty);
    }
    let mut reader = Reader::default();
    let mut fields = Fields::new(&bytes, 0);
    while let Some((field, value)) = fields.next()? {
        reader.field(field, value)?;
    }
    let mut profile = reader.resolve()?;
    profile.bytes = bytes;
    Ok(profile)
}

fn decompress(file: &[u8]) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let mut decoder = MultiGzDecoder::new(file).take(MAX_BYTES + 1);
    decoder.read_to_end(&mut bytes).map_err(|e| Error::Compression(e.to_string()))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Error::TooLarge);
    }
    Ok(bytes)
}

/// What was read so far. Ids are those of the file until all of them are known.
#[derive(Default)]
struct Reader {
    profile: Profile,
    functions: Ids,
    locations: Ids,
    /// Beside the lines of the profile.
    line_functions: Vec<u64>,
    /// Beside the stacks of the profile.
    stack_locations: Vec<u64>,
}

/// Positions of what has an id. Go counts them from 1 on, which needs no map.
#[derive(Default)]
struct Ids {
    all: Vec<u64>,
    others: FxHashMap<u64, u32>,
}

impl Ids {
    fn add(&mut self, id: u64) {
        let position = self.all.len() as u32;
        if id != u64::from(position) + 1 {
            self.others.insert(id, position);
        }
        self.all.push(id);
    }

    fn position(&self, id: u64) -> Option<u32> {
        let counted = usize::try_from(id.wrapping_sub(1)).ok();
        match counted.and_then(|at| self.all.get(at)) {
            Some(&found) if found == id => u32::try_from(id - 1).ok(),
            _ => self.others.get(&id).copied(),
        }
    }
}

/// The end of a column, as ranges into it have it.
fn end<T>(column: &[T]) -> u32 {
    // A column has at most one element for each byte that was read.
    u32::try_from(column.len()).unwrap_or(u32::MAX)
}

impl Reader {
    /// A field of the profile itself.
    fn field(&mut self, field: u32, value: Value<'_>) -> Result<(), Error> {
        match field {
            1 => {
                let of = value_type(value)?;
                self.profile.types.push(of);
            }
            2 => self.sample(value)?,
            4 => self.location(value)?,
            5 => self.function(value)?,
            6 => {
                if let Value::Bytes(text, at) = value {
                    let range: Range<u32> = at as u32..(at + text.len()) as u32;
                    self.profile.texts.push(range);
                }
            }
            // Mappings, times, comments.
            _ => {}
        }
        Ok(())
    }

    fn sample(&mut self, value: Value<'_>) -> Result<(), Error> {
        let (stack, values) = (end(&self.stack_locations), end(&self.profile.values));
        let mut fields = value.message();
        while let Some((field, value)) = fields.next()? {
            match field {
                1 => numbers(value, |id| self.stack_locations.push(id))?,
                2 => numbers(value, |value| self.profile.values.push(value.cast_signed()))?,
                _ => {}
            }
        }
        let stack = stack..end(&self.stack_locations);
        let values = values..end(&self.profile.values);
        self.profile.samples.push(Sample { stack, values });
        Ok(())
    }

    fn location(&mut self, value: Value<'_>) -> Result<(), Error> {
        let mut id = 0;
        let mut location = Location::default();
        let first = end(&self.profile.lines);
        let mut fields = value.message();
        while let Some((field, value)) = fields.next()? {
            match field {
                1 => id = value.number(),
                3 => location.address = value.number(),
                4 => {
                    let (mut function, mut line) = (0, 0);
                    let mut fields = value.message();
                    while let Some((field, value)) = fields.next()? {
                        match field {
                            1 => function = value.number(),
                            2 => line = value.signed(),
                            _ => {}
                        }
                    }
                    self.profile.lines.push(Line { function: None, line });
                    self.line_functions.push(function);
                }
                _ => {}
            }
        }
        location.lines = first..end(&self.profile.lines);
        self.profile.locations.push(location);
        self.locations.add(id);
        Ok(())
    }

    fn function(&mut self, value: Value<'_>) -> Result<(), Error> {
        let mut id = 0;
        let mut function = Function::default();
        let mut fields = value.message();
        while let Some((field, value)) = fields.next()? {
            match field {
                1 => id = value.number(),
                2 => function.name = text(value),
                4 => function.file = text(value),
                5 => function.start_line = value.signed(),
                _ => {}
            }
        }
        self.profile.functions.push(function);
        self.functions.add(id);
        Ok(())
    }

    /// Ids become positions.
    fn resolve(mut self) -> Result<Profile, Error> {
        for (line, &id) in self.profile.lines.iter_mut().zip(&self.line_functions) {
            if id != 0 {
                let missing = Error::Missing { what: "function", id };
                line.function = Some(self.functions.position(id).ok_or(missing)?);
            }
        }
        self.profile.stacks.reserve_exact(self.stack_locations.len());
        for &id in &self.stack_locations {
            let missing = Error::Missing { what: "location", id };
            self.profile.stacks.push(self.locations.position(id).ok_or(missing)?);
        }
        let (types, texts) = (self.profile.types.len(), self.profile.texts.len());
        let bad = |text: Text| text.0 as usize >= texts.max(1);
        let of_functions = self.profile.functions.iter().flat_map(|f| [f.name, f.file]);
        let of_types = self.profile.types.iter().flat_map(|t| [t.name, t.unit]);
        if let Some(text) = of_functions.chain(of_types).find(|&text| bad(text)) {
            return Err(Error::Missing { what: "text", id: u64::from(text.0) });
        }
        if let Some(sample) = self.profile.samples.iter().find(|s| s.values.len() != types) {
            return Err(Error::Missing { what: "value type", id: sample.values.len() as u64 });
        }
        Ok(self.profile)
    }
}

fn text(value: Value<'_>) -> Text {
    Text(u32::try_from(value.number()).unwrap_or(u32::MAX))
}

fn value_type(value: Value<'_>) -> Result<ValueType, Error> {
    let mut of = ValueType::default();
    let mut fields = value.message();
    while let Some((field, value)) = fields.next()? {
        match field {
            1 => of.name = text(value),
            2 => of.unit = text(value),
            _ => {}
        }
    }
    Ok(of)
}
