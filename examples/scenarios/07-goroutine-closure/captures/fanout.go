// Package captures has the goroutines as they are where nobody hands them arguments: the literal captures what it needs. The
// advice to pass arguments takes this for the fault.
package captures

import (
	"context"
	"sync"
)

// A Lookup gets what one name stands for.
type Lookup func(ctx context.Context, name string) int

// All looks all names up, each in a goroutine of its own.
func All(ctx context.Context, look Lookup, names []string) []int {
	results := make([]int, len(names))
	var wg sync.WaitGroup
	for i, name := range names {
		wg.Add(1)
		go func() {
			defer wg.Done()
			results[i] = look(ctx, name)
		}()
	}
	wg.Wait()
	return results
}
