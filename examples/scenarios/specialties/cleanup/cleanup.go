// Package cleanup has handles that are released by a finalizer, by a cleanup, and by whoever opened them.
package cleanup

import "runtime"

// A Handle is something outside of the memory of Go.
type Handle struct {
	id uintptr
}

//go:noinline
func release(uintptr) {}

// WithFinalizer returns a handle that is released once nobody has it.
func WithFinalizer(id uintptr) *Handle {
	h := &Handle{id: id}
	runtime.SetFinalizer(h, func(h *Handle) { release(h.id) })
	return h
}

// Plain returns a handle that its owner has to close.
func Plain(id uintptr) *Handle { return &Handle{id: id} }

// Close releases the handle.
func (h *Handle) Close() { release(h.id) }
