//! The way to a field or method.

use std::fmt;
use std::ops::Deref;

const INLINE: usize = 3;

/// Positions of the fields on the way to a field or method, its own last. Most have one to three, and
/// need no memory of their own.
#[derive(Clone)]
pub struct Path(Repr);

#[derive(Clone)]
enum Repr {
    Short {
        len: u8,
        steps: [u32; INLINE],
    },
    // Boxed twice so that a path takes 16 bytes.
    #[expect(clippy::box_collection, reason = "long paths are rare, and the size of all counts")]
    Long(Box<Vec<u32>>),
}

impl Path {
    /// The path with one more step.
    #[must_use]
    pub fn then(&self, step: usize) -> Self {
        let step = step as u32;
        match &self.0 {
            Repr::Short { len, steps } if usize::from(*len) < INLINE => {
                let mut steps = *steps;
                steps[usize::from(*len)] = step;
                Self(Repr::Short { len: len + 1, steps })
            }
            _ => {
                let mut steps = Vec::with_capacity(self.len() + 1);
                steps.extend_from_slice(self);
                steps.push(step);
                Self(Repr::Long(Box::new(steps)))
            }
        }
    }
}

impl Default for Path {
    fn default() -> Self {
        Self(Repr::Short { len: 0, steps: [0; INLINE] })
    }
}

impl Deref for Path {
    type Target = [u32];

    fn deref(&self) -> &[u32] {
        match &self.0 {
            Repr::Short { len, steps } => &steps[..usize::from(*len)],
            Repr::Long(steps) => steps,
        }
    }
}

impl From<usize> for Path {
    fn from(step: usize) -> Self {
        Self::default().then(step)
    }
}

impl FromIterator<u32> for Path {
    fn from_iter<T: IntoIterator<Item = u32>>(steps: T) -> Self {
        steps.into_iter().fold(Self::default(), |path, step| path.then(step as usize))
    }
}

impl PartialEq for Path {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Path {}

impl fmt::Debug for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::Path;

    #[test]
    fn keeps_all_steps() {
        assert_eq!(size_of::<Path>(), 16);
        let path: Path = (0..9).collect();
        assert_eq!(&path[..], &[0, 1, 2, 3, 4, 5, 6, 7, 8]);
        assert_eq!(&path.then(70_000)[8..], &[8, 70_000]);
        assert_eq!(Path::from(4).then(5), [4, 5].into_iter().collect());
    }
}
