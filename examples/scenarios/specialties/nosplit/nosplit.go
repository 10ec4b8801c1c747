// Package nosplit has a step of a checksum with and without the check for room on the stack that functions begin with.
package nosplit

// Step takes one byte into a checksum.
//
//go:noinline
func Step(sum uint32, c byte) uint32 {
	var table [16]uint32
	table[c&15] = sum
	return (table[c&15] ^ uint32(c)) * 16777619
}

// StepNoSplit is Step without the check.
//
//go:noinline
//go:nosplit
func StepNoSplit(sum uint32, c byte) uint32 {
	var table [16]uint32
	table[c&15] = sum
	return (table[c&15] ^ uint32(c)) * 16777619
}
