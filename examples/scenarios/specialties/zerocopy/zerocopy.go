// Package zerocopy reads the names out of messages, as copies and as strings that share the message's memory.
package zerocopy

import "unsafe"

// Copied returns a name that may be kept for as long as one likes.
func Copied(name []byte) string { return string(name) }

// Shared returns a name that is good only for as long as nobody writes to the bytes.
func Shared(name []byte) string { return unsafe.String(unsafe.SliceData(name), len(name)) }
