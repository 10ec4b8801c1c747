// Package fanout asks for many things at once.
package fanout

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
)

// A Lookup gets what one name stands for.
type Lookup func(ctx context.Context, name string) int

// ServeHTTP answers with what all names of a request stand for.
func (l Lookup) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	json.NewEncoder(w).Encode(All(r.Context(), l, r.URL.Query()["name"]))
}

// All looks all names up, each in a goroutine of its own.
func All(ctx context.Context, look Lookup, names []string) []int {
	results := make([]int, len(names))
	var wg sync.WaitGroup
	for i, name := range names {
		wg.Add(1)
		go func(i int, name string) {
			defer wg.Done()
			results[i] = look(ctx, name)
		}(i, name)
	}
	wg.Wait()
	return results
}
