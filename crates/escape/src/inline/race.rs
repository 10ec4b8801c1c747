//! Packages whose functions are not inlined where the race detector is built in: it does not look into them, but would into
//! what was inlined from them (`cmd/internal/objabi`, package lists of Go 1.24 to 1.27).

use lower::ir::InstId;
use lower::names;

use crate::world::World;

/// Whether calls of a function stay calls because of the race detector.
pub(super) fn stays_call(world: &dyn World, callee: InstId) -> bool {
    world.compiler().race && {
        let function = world.instances().get(callee);
        LEFT_OUT.contains(&names::package_path(world.store(), function))
    }
}

/// Not all of them are in every release.
const LEFT_OUT: &[&str] = &[
    "internal/abi",
    "internal/byteorder",
    "internal/chacha8rand",
    "internal/coverage/rtcov",
    "internal/cpu",
    "internal/goarch",
    "internal/godebugs",
    "internal/goexperiment",
    "internal/goos",
    "internal/profilerecord",
    "internal/runtime/atomic",
    "internal/runtime/cgroup",
    "internal/runtime/exithook",
    "internal/runtime/gc",
    "internal/runtime/gc/scan",
    "internal/runtime/maps",
    "internal/runtime/math",
    "internal/runtime/strconv",
    "internal/runtime/sys",
    "internal/runtime/syscall",
    "internal/runtime/syscall/linux",
    "internal/runtime/syscall/windows",
    "internal/strconv",
    "internal/stringslite",
    "internal/sync",
    "runtime",
    "runtime/asan",
    "runtime/msan",
    "runtime/race",
    "sync",
    "sync/atomic",
];
