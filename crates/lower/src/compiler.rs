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
    /// The architecture, which decides what functions the back end replaces.
    pub arch: Arch,
    /// Whether the processor can read and write words at any address, so that byte order functions become one
    /// instruction: 386, amd64, arm64, loong64, ppc64le, s390x.
    pub merges_loads: bool,
}

impl Compiler {
    /// The compiler of a release for a GOARCH at the level that the variable for it names. `None` where the architecture is
    /// not known.
    #[must_use]
    pub fn new(minor: u32, goarch: &str, level: &str) -> Option<Self> {
        let merges_loads =
            matches!(goarch, "386" | "amd64" | "arm64" | "loong64" | "ppc64le" | "s390x");
        let arch = Arch::named(goarch, level)?;
        Some(Self { minor, inline: true, race: false, arch, merges_loads })
    }

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

/// An architecture, as the inliner tells them apart: byte orders do not count, some levels do.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(u16)]
#[expect(missing_docs, reason = "named as GOARCH names them")]
pub enum Arch {
    I386,
    Amd64,
    Arm,
    Arm64,
    Loong64,
    Mips,
    Mips64,
    Ppc64,
    /// ppc64 with `GOPPC64=power10`.
    Power10,
    Riscv64,
    /// riscv64 with `GORISCV64=rva22u64` or later.
    Rva22,
    S390x,
    Wasm,
}

impl Arch {
    /// The architecture that a GOARCH names, at the level that the variable for it (`GOPPC64`, `GORISCV64`) names.
    #[must_use]
    pub fn named(goarch: &str, level: &str) -> Option<Self> {
        Some(match goarch {
            "386" => Self::I386,
            "amd64" => Self::Amd64,
            "arm" => Self::Arm,
            "arm64" => Self::Arm64,
            "loong64" => Self::Loong64,
            "mips" | "mipsle" => Self::Mips,
            "mips64" | "mips64le" => Self::Mips64,
            "ppc64" | "ppc64le" if level == "power10" => Self::Power10,
            "ppc64" | "ppc64le" => Self::Ppc64,
            "riscv64" if matches!(level, "" | "rva20u64") => Self::Riscv64,
            "riscv64" => Self::Rva22,
            "s390x" => Self::S390x,
            "wasm" => Self::Wasm,
            _ => return None,
        })
    }

    /// The same at its lowest level.
    #[must_use]
    pub const fn lowest(self) -> Self {
        match self {
            Self::Power10 => Self::Ppc64,
            Self::Rva22 => Self::Riscv64,
            other => other,
        }
    }
}
