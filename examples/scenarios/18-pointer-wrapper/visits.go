// Package visits keeps the last visitors of pages.
package visits

import (
	"encoding/json"
	"net/http"
	"strconv"
	"sync"
)

// userID is the number of a user, which no other number is mistaken for.
type userID struct {
	v int64
}

func newUserID(v int64) *userID { return &userID{v: v} }

// Int64 returns the number.
func (id *userID) Int64() int64 { return id.v }

// Visits has the last visitors.
type Visits struct {
	mu   sync.Mutex
	last [64]*userID
	next int
}

// ServeHTTP takes the users of a request.
func (v *Visits) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for _, user := range r.URL.Query()["user"] {
		n, err := strconv.ParseInt(user, 10, 64)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		v.add(newUserID(n))
	}
	json.NewEncoder(w).Encode(v.sum())
}

// add keeps a visitor in place of the one that is longest gone.
func (v *Visits) add(id *userID) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.last[v.next%len(v.last)] = id
	v.next++
}

// sum adds up the numbers of those who are kept.
func (v *Visits) sum() (sum int64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for i := range min(v.next, len(v.last)) {
		sum += v.last[i].Int64()
	}
	return sum
}
