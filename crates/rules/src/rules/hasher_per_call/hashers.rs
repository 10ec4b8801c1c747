//! Hashers of the standard library, and the functions that do without.

/// What makes a hasher, and what does without.
pub(super) struct Hasher {
    pub(super) package: &'static str,
    pub(super) new: &'static str,
    /// The function for all at once.
    pub(super) at_once: &'static str,
    pub(super) sum: Gives,
}

/// What a sum is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Gives {
    /// A number.
    Number,
    /// So many bytes, for which the package may have a constant.
    Bytes(i64, Option<&'static str>),
}

use Gives::{Bytes, Number};

const fn hasher(
    package: &'static str,
    new: &'static str,
    at_once: &'static str,
    sum: Gives,
) -> Hasher {
    Hasher { package, new, at_once, sum }
}

static HASHERS: [Hasher; 16] = [
    hasher("crypto/md5", "New", "Sum", Bytes(16, Some("Size"))),
    hasher("crypto/sha1", "New", "Sum", Bytes(20, Some("Size"))),
    hasher("crypto/sha256", "New", "Sum256", Bytes(32, Some("Size"))),
    hasher("crypto/sha256", "New224", "Sum224", Bytes(28, Some("Size224"))),
    hasher("crypto/sha512", "New", "Sum512", Bytes(64, Some("Size"))),
    hasher("crypto/sha512", "New384", "Sum384", Bytes(48, Some("Size384"))),
    hasher("crypto/sha512", "New512_224", "Sum512_224", Bytes(28, Some("Size224"))),
    hasher("crypto/sha512", "New512_256", "Sum512_256", Bytes(32, Some("Size256"))),
    // Since Go 1.24, without constants.
    hasher("crypto/sha3", "New224", "Sum224", Bytes(28, None)),
    hasher("crypto/sha3", "New256", "Sum256", Bytes(32, None)),
    hasher("crypto/sha3", "New384", "Sum384", Bytes(48, None)),
    hasher("crypto/sha3", "New512", "Sum512", Bytes(64, None)),
    hasher("hash/crc32", "NewIEEE", "ChecksumIEEE", Number),
    hasher("hash/crc32", "New", "Checksum", Number),
    hasher("hash/crc64", "New", "Checksum", Number),
    hasher("hash/adler32", "New", "Checksum", Number),
];

impl Hasher {
    /// The one that a function makes.
    pub(super) fn made_by(package: &str, name: &str) -> Option<&'static Self> {
        HASHERS.iter().find(|hasher| (hasher.package, hasher.new) == (package, name))
    }

    /// The name of its package.
    pub(super) fn package_name(&self) -> &'static str {
        self.package.rsplit('/').next().unwrap_or(self.package)
    }

    /// The length of its sum as a Go expression, where its package is called `package`; `None` where it is a number.
    pub(super) fn size(&self, package: &str) -> Option<String> {
        match self.sum {
            Number => None,
            Bytes(_, Some(constant)) => Some(format!("{package}.{constant}")),
            Bytes(len, None) => Some(len.to_string()),
        }
    }
}
