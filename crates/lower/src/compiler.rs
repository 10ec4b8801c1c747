//! Which compiler decides.

/// The gc compiler of one Go release, and the flags that change what it decides.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Compiler {
    /// The release: 27 for Go 1.27.
    pub minor: u32,
    /// Whether calls are inlined; off with `-l`.
    pub inline: bool,
    /// Whether the race detector is built in.
    pub race: bool,
    /// Whether the processor can read and write words at any address, so that byte order functions become one
    /// instruction: 386, amd64, arm64, loong64, ppc64le, s390x.
    pub merges_loads: bool,
}

impl Compiler {
    /// Whether the compiler is of this release or a later one.
    #[must_use]
    pub const fn since(&self, minor: u32) -> bool {
        self.minor >= minor
    }

    /// Bytes of an explicitly declared variable (`var x T`, `x := …`) above which it goes to the heap: 10 MB before Go 1.24,
    /// 128 kB since (`ir.MaxStackVarSize`).
    #[must_use]
    pub const fn max_stack_var(&self) -> i64 {
        if self.since(24) { 128 << 10 } else { 10 << 20 }
    }

    /// Bytes of an implicit one (`new(T)`, `&T{}`, `make`, a closure) above which it goes to the heap: 64 kB
    /// (`ir.MaxImplicitStackVarSize`).
    #[must_use]
    pub const fn max_implicit_stack_var(&self) -> i64 {
        64 << 10
    }
}
