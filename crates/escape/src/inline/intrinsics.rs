//! Functions that the compiler's back end replaces by instructions.
//!
//! A call of one counts as one node and is never inlined. Which they are was read from the compilers of Go 1.24.11, 1.25.5,
//! 1.26.6 and 1.27.3: the keys of `cmd/compile/internal/ssagen.intrinsics` for every architecture, at its lowest level and at
//! `GOPPC64=power10`, `GORISCV64=rva22u64`. Those of package `simd` are left out: it is an experiment.

use Versions::{Always, Before, Only, Since};
use lower::Arch::{
    self, Amd64, Arm, Arm64, I386, Loong64, Mips, Mips64, Power10, Ppc64, Riscv64, Rva22, S390x,
    Wasm,
};
use lower::Compiler;

/// Whether a call of a function is replaced. `name` is the symbol's: `F`, `T.M`, `(*T).M`.
#[must_use]
pub fn is_intrinsic(compiler: &Compiler, package: &str, name: &str) -> bool {
    // The race detector has to see atomic operations, and converts for itself.
    let seen_by_race = match package {
        "sync/atomic" => true,
        "runtime" => name == "slicebytetostringtmp",
        _ => false,
    };
    if compiler.race && seen_by_race {
        return false;
    }
    let mut rows = TABLE.iter().filter(|row| row.package == package);
    rows.any(|row| {
        row.functions.contains(&name)
            && row.versions.contain(compiler)
            && row.on & on(&[compiler.arch, compiler.arch.lowest()]) != 0
    })
}

/// Whether a package has any.
#[must_use]
pub(super) fn has_intrinsics(package: &str) -> bool {
    TABLE.iter().any(|row| row.package == package)
}

struct Row {
    package: &'static str,
    on: u16,
    versions: Versions,
    functions: &'static [&'static str],
}

const fn row(
    package: &'static str,
    on: u16,
    versions: Versions,
    functions: &'static [&'static str],
) -> Row {
    Row { package, on, versions, functions }
}

/// Releases of Go, by their minor version.
#[derive(Clone, Copy)]
enum Versions {
    /// All from 1.24 on.
    Always,
    Since(u32),
    Before(u32),
    /// From the first to before the second.
    Only(u32, u32),
}

impl Versions {
    fn contain(self, compiler: &Compiler) -> bool {
        match self {
            Always => true,
            Since(first) => compiler.since(first),
            Before(end) => !compiler.since(end),
            Only(first, end) => compiler.since(first) && !compiler.since(end),
        }
    }
}

/// A set of architectures.
const fn on(archs: &[Arch]) -> u16 {
    let mut set = 0;
    let mut at = 0;
    while at < archs.len() {
        set |= 1 << archs[at] as u16;
        at += 1;
    }
    set
}

const EVERYWHERE: u16 = u16::MAX;

static TABLE: &[Row] = &[
    row(
        "crypto/internal/constanttime",
        on(&[Amd64, Arm64, Loong64, Ppc64, Wasm]),
        Since(26),
        &["Select"],
    ),
    row("crypto/internal/constanttime", EVERYWHERE, Since(26), &["boolToUint8"]),
    row(
        "internal/runtime/atomic",
        on(&[Amd64, Arm64, Loong64, Mips, Mips64, Ppc64, Riscv64, S390x]),
        Always,
        &[
            "And",
            "And8",
            "Cas",
            "CasRel",
            "Casint32",
            "Casp1",
            "Casuintptr",
            "Load",
            "Load8",
            "LoadAcq",
            "LoadAcquintptr",
            "Loadint32",
            "Loadp",
            "Loaduint",
            "Loaduintptr",
            "Or",
            "Or8",
            "Store",
            "Store8",
            "StoreRel",
            "StoreReluintptr",
            "Storeint32",
            "Storeuintptr",
            "Xadd",
            "Xaddint32",
            "Xadduintptr",
            "Xchg",
            "Xchgint32",
            "Xchguintptr",
        ],
    ),
    row(
        "internal/runtime/atomic",
        on(&[Amd64, Arm64, Loong64]),
        Always,
        &["And32", "And64", "Or32", "Or64"],
    ),
    row("internal/runtime/atomic", on(&[Arm64, Loong64]), Always, &["Anduintptr", "Oruintptr"]),
    row(
        "internal/runtime/atomic",
        on(&[Amd64, Arm64, Loong64, Mips64, Ppc64, Riscv64, S390x]),
        Always,
        &[
            "Cas64",
            "Casint64",
            "Load64",
            "LoadAcq64",
            "Loadint64",
            "Store64",
            "StoreRel64",
            "Storeint64",
            "Xadd64",
            "Xaddint64",
            "Xchg64",
            "Xchgint64",
        ],
    ),
    row(
        "internal/runtime/atomic",
        on(&[Amd64, Arm64, Loong64, Mips, Mips64, Riscv64, S390x]),
        Always,
        &["StorepNoWB"],
    ),
    row("internal/runtime/atomic", on(&[Amd64, Arm64, Loong64, Ppc64]), Always, &["Xchg8"]),
    row(
        "internal/runtime/maps",
        on(&[Amd64]),
        Always,
        &[
            "bitsetFirst",
            "bitsetLowestSet",
            "bitsetRemoveBelow",
            "bitsetShiftOutLowest",
            "ctrlGroupMatchEmpty",
            "ctrlGroupMatchEmptyOrDeleted",
            "ctrlGroupMatchFull",
            "ctrlGroupMatchH2",
        ],
    ),
    row(
        "internal/runtime/math",
        on(&[Amd64, Arm64, Loong64, Mips64, Ppc64, Riscv64, S390x]),
        Always,
        &["Add64"],
    ),
    row(
        "internal/runtime/math",
        on(&[Amd64, Arm64, Loong64, Mips64, Ppc64, Riscv64, S390x]),
        Before(26),
        &["Mul64"],
    ),
    row(
        "internal/runtime/math",
        on(&[Amd64, Arm64, Loong64, Mips64, Ppc64, Riscv64, S390x, Wasm]),
        Only(26, 27),
        &["Mul64"],
    ),
    row(
        "internal/runtime/math",
        on(&[I386, Amd64, Arm64, Loong64, Mips64, Ppc64, Riscv64]),
        Always,
        &["MulUintptr"],
    ),
    row(
        "internal/runtime/sys",
        on(&[I386, Amd64, Arm, Arm64, Loong64, Power10, S390x]),
        Before(25),
        &["Bswap32", "Bswap64"],
    ),
    row(
        "internal/runtime/sys",
        on(&[I386, Amd64, Arm, Arm64, Loong64, Power10, Rva22, S390x]),
        Since(25),
        &["Bswap32", "Bswap64"],
    ),
    row(
        "internal/runtime/sys",
        EVERYWHERE,
        Always,
        &["GetCallerPC", "GetCallerSP", "GetClosurePtr"],
    ),
    row(
        "internal/runtime/sys",
        on(&[Amd64, Arm, Arm64, Loong64, Mips, Ppc64, S390x, Wasm]),
        Before(25),
        &["Len64", "Len8"],
    ),
    row(
        "internal/runtime/sys",
        on(&[Amd64, Arm, Arm64, Loong64, Mips, Ppc64, Rva22, S390x, Wasm]),
        Since(25),
        &["Len64", "Len8"],
    ),
    row(
        "internal/runtime/sys",
        on(&[Amd64, Arm64, Loong64, Ppc64, S390x, Wasm]),
        Before(25),
        &["OnesCount64"],
    ),
    row(
        "internal/runtime/sys",
        on(&[Amd64, Arm64, Loong64, Ppc64, Riscv64, S390x, Wasm]),
        Since(25),
        &["OnesCount64"],
    ),
    row(
        "internal/runtime/sys",
        on(&[Amd64, Arm64, Ppc64]),
        Before(25),
        &["Prefetch", "PrefetchStreamed"],
    ),
    row(
        "internal/runtime/sys",
        on(&[Amd64, Arm64, Loong64, Ppc64]),
        Since(25),
        &["Prefetch", "PrefetchStreamed"],
    ),
    row(
        "internal/runtime/sys",
        on(&[I386, Amd64, Arm, Arm64, Loong64, Mips, Ppc64, S390x, Wasm]),
        Before(25),
        &["TrailingZeros32", "TrailingZeros64"],
    ),
    row(
        "internal/runtime/sys",
        on(&[I386, Amd64, Arm, Arm64, Loong64, Mips, Ppc64, Rva22, S390x, Wasm]),
        Since(25),
        &["TrailingZeros32", "TrailingZeros64", "TrailingZeros8"],
    ),
    row(
        "internal/runtime/sys",
        on(&[I386, Amd64, Arm, Arm64, Loong64, Mips, S390x, Wasm]),
        Before(25),
        &["TrailingZeros8"],
    ),
    row("math", on(&[Arm, Arm64, Loong64, Mips, Mips64, Ppc64, Riscv64, Wasm]), Always, &["Abs"]),
    row("math", on(&[Amd64, Arm64, Ppc64, S390x, Wasm]), Before(27), &["Ceil", "Floor", "Trunc"]),
    row(
        "math",
        on(&[Amd64, Arm64, Loong64, Ppc64, S390x, Wasm]),
        Since(27),
        &["Ceil", "Floor", "Trunc"],
    ),
    row("math", on(&[Loong64, Ppc64, Riscv64, Wasm]), Always, &["Copysign"]),
    row("math", on(&[Amd64, Arm, Arm64, Loong64, Ppc64, Riscv64, S390x]), Always, &["FMA"]),
    row("math", on(&[Arm64, Ppc64, S390x]), Always, &["Round"]),
    row("math", on(&[Amd64, Arm64, S390x, Wasm]), Before(27), &["RoundToEven"]),
    row("math", on(&[Amd64, Arm64, Loong64, S390x, Wasm]), Since(27), &["RoundToEven"]),
    row("math", EVERYWHERE, Always, &["sqrt"]),
    row(
        "math/big",
        on(&[Amd64, Arm64, Loong64, Mips64, Ppc64, Riscv64, S390x]),
        Before(26),
        &["mulWW"],
    ),
    row(
        "math/big",
        on(&[Amd64, Arm64, Loong64, Mips64, Ppc64, Riscv64, S390x, Wasm]),
        Since(26),
        &["mulWW"],
    ),
    row(
        "math/bits",
        on(&[Amd64, Arm64, Loong64, Mips64, Ppc64, Riscv64, S390x]),
        Always,
        &["Add", "Add64", "Sub", "Sub64"],
    ),
    row("math/bits", on(&[Amd64]), Always, &["Div", "Div64"]),
    row(
        "math/bits",
        on(&[Amd64, Arm, Arm64, Loong64, Mips, Ppc64, S390x, Wasm]),
        Before(25),
        &["Len", "Len16", "Len32", "Len64", "Len8"],
    ),
    row(
        "math/bits",
        on(&[Amd64, Arm, Arm64, Loong64, Mips, Ppc64, Rva22, S390x, Wasm]),
        Since(25),
        &["Len", "Len16", "Len32", "Len64", "Len8"],
    ),
    row(
        "math/bits",
        on(&[Amd64, Arm64, Loong64, Mips64, Ppc64, Riscv64, S390x, Wasm]),
        Since(26),
        &["Mul"],
    ),
    row(
        "math/bits",
        on(&[Amd64, Arm64, Loong64, Mips64, Ppc64, Riscv64, S390x]),
        Before(26),
        &["Mul", "Mul64"],
    ),
    row("math/bits", EVERYWHERE, Since(26), &["Mul64"]),
    row("math/bits", on(&[Amd64]), Before(25), &["OnesCount"]),
    row(
        "math/bits",
        on(&[Amd64, Arm64, Loong64, Ppc64, Riscv64, S390x, Wasm]),
        Since(25),
        &["OnesCount", "OnesCount16", "OnesCount32", "OnesCount64"],
    ),
    row(
        "math/bits",
        on(&[Amd64, Arm64, Loong64, Ppc64, S390x, Wasm]),
        Before(25),
        &["OnesCount16", "OnesCount32", "OnesCount64"],
    ),
    row("math/bits", on(&[Ppc64, S390x, Wasm]), Before(25), &["OnesCount8"]),
    row("math/bits", on(&[Ppc64, Rva22, S390x, Wasm]), Since(25), &["OnesCount8"]),
    row(
        "math/bits",
        on(&[Arm64, Loong64]),
        Always,
        &["Reverse", "Reverse16", "Reverse32", "Reverse64", "Reverse8"],
    ),
    row("math/bits", on(&[Loong64, Power10]), Before(25), &["ReverseBytes16"]),
    row("math/bits", on(&[Loong64, Power10, Rva22]), Since(25), &["ReverseBytes16"]),
    row(
        "math/bits",
        on(&[I386, Amd64, Arm, Arm64, Loong64, Power10, S390x]),
        Before(25),
        &["ReverseBytes32", "ReverseBytes64"],
    ),
    row(
        "math/bits",
        on(&[I386, Amd64, Arm, Arm64, Loong64, Power10, Rva22, S390x]),
        Since(25),
        &["ReverseBytes32", "ReverseBytes64"],
    ),
    row(
        "math/bits",
        on(&[Amd64, Arm64, Loong64, Ppc64, Riscv64, S390x, Wasm]),
        Always,
        &["RotateLeft", "RotateLeft64"],
    ),
    row("math/bits", on(&[Amd64, Riscv64]), Always, &["RotateLeft16", "RotateLeft8"]),
    row(
        "math/bits",
        on(&[Amd64, Arm, Arm64, Loong64, Ppc64, Riscv64, S390x, Wasm]),
        Always,
        &["RotateLeft32"],
    ),
    row(
        "math/bits",
        on(&[I386, Amd64, Arm, Arm64, Loong64, Mips, Ppc64, S390x, Wasm]),
        Before(25),
        &["TrailingZeros16", "TrailingZeros32", "TrailingZeros64"],
    ),
    row(
        "math/bits",
        on(&[I386, Amd64, Arm, Arm64, Loong64, Mips, Ppc64, Rva22, S390x, Wasm]),
        Since(25),
        &["TrailingZeros16", "TrailingZeros32", "TrailingZeros64", "TrailingZeros8"],
    ),
    row(
        "math/bits",
        on(&[I386, Amd64, Arm, Arm64, Loong64, Mips, S390x, Wasm]),
        Before(25),
        &["TrailingZeros8"],
    ),
    row("runtime", EVERYWHERE, Always, &["KeepAlive", "slicebytetostringtmp"]),
    row("runtime", on(&[Arm64]), Since(26), &["memequal"]),
    row("runtime", on(&[Arm64, Loong64, Ppc64, Riscv64]), Before(25), &["publicationBarrier"]),
    row(
        "runtime",
        on(&[Arm64, Loong64, Mips, Mips64, Ppc64, Riscv64]),
        Since(25),
        &["publicationBarrier"],
    ),
    row(
        "sync",
        on(&[Amd64, Arm64, Loong64, Mips, Mips64, Ppc64, Riscv64, S390x]),
        Before(27),
        &["runtime_LoadAcquintptr", "runtime_StoreReluintptr"],
    ),
    row(
        "sync/atomic",
        on(&[Amd64, Arm64, Loong64, Mips, Mips64, Ppc64, Riscv64, S390x]),
        Always,
        &[
            "AddInt32",
            "AddUint32",
            "AddUintptr",
            "CompareAndSwapInt32",
            "CompareAndSwapUint32",
            "CompareAndSwapUintptr",
            "LoadInt32",
            "LoadPointer",
            "LoadUint32",
            "LoadUintptr",
            "StoreInt32",
            "StoreUint32",
            "StoreUintptr",
            "SwapInt32",
            "SwapUint32",
            "SwapUintptr",
        ],
    ),
    row(
        "sync/atomic",
        on(&[Amd64, Arm64, Loong64, Mips64, Ppc64, Riscv64, S390x]),
        Always,
        &[
            "AddInt64",
            "AddUint64",
            "CompareAndSwapInt64",
            "CompareAndSwapUint64",
            "LoadInt64",
            "LoadUint64",
            "StoreInt64",
            "StoreUint64",
            "SwapInt64",
            "SwapUint64",
        ],
    ),
    row(
        "sync/atomic",
        on(&[Amd64, Arm64, Loong64]),
        Always,
        &[
            "AndInt32",
            "AndInt64",
            "AndUint32",
            "AndUint64",
            "AndUintptr",
            "OrInt32",
            "OrInt64",
            "OrUint32",
            "OrUint64",
            "OrUintptr",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use lower::{Arch, Compiler};

    use super::{has_intrinsics, is_intrinsic};

    fn compiler(minor: u32, arch: Arch) -> Compiler {
        Compiler { minor, inline: true, race: false, arch, merges_loads: false }
    }

    #[test]
    fn depend_on_release_and_architecture() {
        for (minor, arch, package, name, expected) in [
            (27, Arch::Amd64, "math/bits", "TrailingZeros8", true),
            (24, Arch::Ppc64, "math/bits", "TrailingZeros8", false),
            (25, Arch::Ppc64, "math/bits", "TrailingZeros8", true),
            (25, Arch::Riscv64, "math/bits", "Len64", false),
            (25, Arch::Rva22, "math/bits", "Len64", true),
            (24, Arch::Rva22, "math/bits", "Len64", false),
            (24, Arch::Rva22, "math/bits", "RotateLeft", true),
            (25, Arch::Amd64, "internal/runtime/math", "Mul64", true),
            (27, Arch::Amd64, "internal/runtime/math", "Mul64", false),
            (26, Arch::Wasm, "internal/runtime/math", "Mul64", true),
            (25, Arch::Amd64, "crypto/internal/constanttime", "boolToUint8", false),
            (26, Arch::Wasm, "crypto/internal/constanttime", "boolToUint8", true),
            (27, Arch::Amd64, "math", "Sqrt", false),
            (27, Arch::Amd64, "math", "sqrt", true),
            (27, Arch::Amd64, "strings", "sqrt", false),
        ] {
            let found = is_intrinsic(&compiler(minor, arch), package, name);
            assert_eq!(found, expected, "Go 1.{minor}, {arch:?}: {package}.{name}");
            assert!(!expected || has_intrinsics(package));
        }
    }

    #[test]
    fn the_race_detector_sees_atomic_operations() {
        let mut compiler = compiler(27, Arch::Amd64);
        assert!(is_intrinsic(&compiler, "sync/atomic", "AddInt32"));
        compiler.race = true;
        assert!(!is_intrinsic(&compiler, "sync/atomic", "AddInt32"));
        assert!(is_intrinsic(&compiler, "internal/runtime/atomic", "Load"));
    }
}
