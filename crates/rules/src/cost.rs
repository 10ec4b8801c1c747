//! What growing a slice costs.
//!
//! The numbers are those of the Go runtime: its size classes (the same since Go 1.16) and the steps of
//! `growslice`. Checked against measurements: 1024 values of 8 bytes, one at a time, are 12 objects and 25208 bytes
//! on Go 1.23, and 9 and 25152 on Go 1.27, where the first 32 bytes are on the stack.

/// Bytes that `append` puts on the stack before it asks for heap memory, from Go 1.26 on.
pub(crate) const STACK_BYTES: u64 = 32;

/// Since when.
pub(crate) const STACK_SINCE: (u32, u32) = (1, 26);

const SIZE_CLASSES: [u16; 67] = [
    8, 16, 24, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240, 256, 288, 320, 352,
    384, 416, 448, 480, 512, 576, 640, 704, 768, 896, 1024, 1152, 1280, 1408, 1536, 1792, 2048,
    2304, 2688, 3072, 3200, 3456, 4096, 4864, 5376, 6144, 6528, 6784, 6912, 8192, 9472, 9728,
    10240, 10880, 12288, 13568, 14336, 16384, 18432, 19072, 20480, 21760, 24576, 27264, 28672,
    32768,
];

const PAGE: u64 = 8192;

/// Where doubling ends, in elements.
const DOUBLING: u64 = 256;

/// The bytes that the allocator hands out for a request.
pub(crate) fn rounded(bytes: u64) -> u64 {
    match SIZE_CLASSES.iter().find(|&&class| u64::from(class) >= bytes) {
        Some(&class) => u64::from(class),
        None => bytes.div_ceil(PAGE) * PAGE,
    }
}

/// Objects and bytes that appending `count` elements of `size` bytes one by one to an empty slice takes.
pub(crate) fn growth(count: u64, size: u64, go: (u32, u32)) -> (u32, u64) {
    let (mut objects, mut bytes) = (0, 0u64);
    if size == 0 {
        return (objects, bytes);
    }
    let mut capacity = if go >= STACK_SINCE { STACK_BYTES / size } else { 0 };
    while capacity < count {
        let mut next = capacity * 2;
        if capacity == 0 {
            next = 1;
        } else if capacity >= DOUBLING {
            next = capacity + (capacity + 3 * DOUBLING) / 4;
        }
        let taken = rounded(next.saturating_mul(size));
        objects += 1;
        bytes = bytes.saturating_add(taken);
        capacity = (taken / size).max(capacity + 1);
    }
    (objects, bytes)
}

#[cfg(test)]
mod tests {
    use super::growth;

    #[test]
    fn as_measured() {
        for (count, go, expected) in [
            (1024, (1, 23), (12, 25208)),
            (1024, (1, 27), (9, 25152)),
            (4, (1, 25), (3, 56)),
            (4, (1, 26), (0, 0)),
        ] {
            assert_eq!(growth(count, 8, go), expected, "{count} elements, Go {go:?}");
        }
        assert_eq!(growth(1000, 0, (1, 27)), (0, 0));
    }
}
