//go:build go1.24

package cleanup

import "runtime"

// WithCleanup returns a handle that is released once nobody has it.
func WithCleanup(id uintptr) *Handle {
	h := &Handle{id: id}
	runtime.AddCleanup(h, release, id)
	return h
}
