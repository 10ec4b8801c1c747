// Package pool has objects of some sizes, new ones and such from a pool.
package pool

import "sync"

// A Pool keeps objects of one type.
type Pool[T any] struct {
	pool sync.Pool
}

// Get returns an object, which need not be zero.
func (p *Pool[T]) Get() *T {
	if x, ok := p.pool.Get().(*T); ok {
		return x
	}
	return new(T)
}

// Put takes an object that nobody uses any more.
func (p *Pool[T]) Put(x *T) { p.pool.Put(x) }
