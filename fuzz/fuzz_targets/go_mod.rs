//! Any bytes are a go.mod and faults with a place.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let (_, faults) = packages::parse_go_mod(text);
    for fault in faults {
        assert!(fault.line >= 1);
    }
    let _ = packages::header::Header::parse(text);
});
