// Package after looks names up with a fixed number of goroutines.
package after

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// A Lookup gets what one name stands for.
type Lookup func(ctx context.Context, name string) int

// All looks all names up.
func All(ctx context.Context, look Lookup, names []string) []int {
	results := make([]int, len(names))
	var next atomic.Int64
	var wg sync.WaitGroup
	// One literal for all workers: it is the one object that they are started with.
	work := func() {
		defer wg.Done()
		for {
			i := int(next.Add(1)) - 1
			if i >= len(names) {
				return
			}
			results[i] = look(ctx, names[i])
		}
	}
	for range min(runtime.GOMAXPROCS(0), len(names)) {
		wg.Add(1)
		go work()
	}
	wg.Wait()
	return results
}
