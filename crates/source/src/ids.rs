//! Typed ids and the vectors that they index.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// An id: a `u32` that knows what it names.
///
/// Made by [`define_id!`](crate::define_id); `Option` of an id takes four bytes.
pub trait Id: Copy + Eq + std::hash::Hash + Ord {
    /// The id of the element at `index`.
    fn from_index(index: usize) -> Self;
    /// The position of the element that the id names.
    fn index(self) -> usize;
}

/// Defines a type of ids: `define_id!(/** doc */ pub struct ExprId);`.
#[macro_export]
macro_rules! define_id {
    ($(#[$meta:meta])* $vis:vis struct $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis struct $name(::std::num::NonZeroU32);

        #[allow(dead_code)]
        impl $name {
            /// The id of the element at `index`, for ids that are known when compiling.
            #[must_use]
            $vis const fn at(index: u32) -> Self {
                match ::std::num::NonZeroU32::new(index + 1) {
                    Some(raw) => Self(raw),
                    None => $crate::ids::overflow(),
                }
            }
        }

        impl $crate::Id for $name {
            #[inline]
            fn from_index(index: usize) -> Self {
                // More than 2^32 - 2 elements of a kind would need a file or a
                // program beyond every limit that is checked before.
                let raw = u32::try_from(index).ok().and_then(|i| i.checked_add(1));
                match raw.and_then(::std::num::NonZeroU32::new) {
                    Some(raw) => Self(raw),
                    None => $crate::ids::overflow(),
                }
            }

            #[inline]
            fn index(self) -> usize {
                self.0.get() as usize - 1
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), $crate::Id::index(*self))
            }
        }
    };
}

/// The end of the ids of a kind; a program would run out of memory first.
#[cold]
#[doc(hidden)]
pub const fn overflow() -> ! {
    panic!("more than 2^32 elements of one kind")
}

/// A vector indexed by ids of one type.
#[derive(Clone, PartialEq, Eq)]
pub struct IndexVec<I, T> {
    raw: Vec<T>,
    _id: PhantomData<fn(I) -> I>,
}

impl<I: Id, T> IndexVec<I, T> {
    /// An empty vector.
    #[must_use]
    pub const fn new() -> Self {
        Self { raw: Vec::new(), _id: PhantomData }
    }

    /// An empty vector with room for `capacity` elements.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self { raw: Vec::with_capacity(capacity), _id: PhantomData }
    }

    /// A vector of `len` times `value`: a column of facts beside another vector.
    #[must_use]
    pub fn filled(value: T, len: usize) -> Self
    where
        T: Clone,
    {
        Self { raw: vec![value; len], _id: PhantomData }
    }

    /// Appends and returns the id of the new element.
    #[inline]
    pub fn push(&mut self, value: T) -> I {
        let id = I::from_index(self.raw.len());
        self.raw.push(value);
        id
    }

    /// Appends copies of elements.
    pub fn extend_from_slice(&mut self, values: &[T])
    where
        T: Clone,
    {
        self.raw.extend_from_slice(values);
    }

    /// The id that the next `push` will return.
    #[inline]
    #[must_use]
    pub fn next_id(&self) -> I {
        I::from_index(self.raw.len())
    }

    /// The element, or `None` where the id belongs to another, longer vector.
    #[inline]
    #[must_use]
    pub fn get(&self, id: I) -> Option<&T> {
        self.raw.get(id.index())
    }

    /// Number of elements.
    #[inline]
    #[must_use]
    pub fn len(&self) -> usize {
        self.raw.len()
    }

    /// Whether there is no element.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.raw.is_empty()
    }

    /// The elements in the order of their ids.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.raw.iter()
    }

    /// The elements, to be changed.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.raw.iter_mut()
    }

    /// Ids and elements, in order.
    pub fn iter_ids(&self) -> impl DoubleEndedIterator<Item = (I, &T)> + ExactSizeIterator {
        self.raw.iter().enumerate().map(|(i, t)| (I::from_index(i), t))
    }

    /// The ids in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = I> + use<I, T> {
        (0..self.raw.len()).map(I::from_index)
    }

    /// The elements as a slice.
    #[must_use]
    pub fn as_slice(&self) -> &[T] {
        &self.raw
    }

    /// Gives back memory that growth took and that no element needs.
    pub fn shrink_to_fit(&mut self) {
        self.raw.shrink_to_fit();
    }

    /// Cuts the vector back to `len` elements.
    pub fn truncate(&mut self, len: usize) {
        self.raw.truncate(len);
    }
}

impl<I: Id, T> Default for IndexVec<I, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<I: Id, T> Index<I> for IndexVec<I, T> {
    type Output = T;
    #[inline]
    fn index(&self, id: I) -> &T {
        &self.raw[id.index()]
    }
}

impl<I: Id, T> IndexMut<I> for IndexVec<I, T> {
    #[inline]
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.raw[id.index()]
    }
}

impl<I, T: fmt::Debug> fmt::Debug for IndexVec<I, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.raw.fmt(f)
    }
}

impl<'a, I: Id, T> IntoIterator for &'a IndexVec<I, T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.raw.iter()
    }
}
