// Package coldpath answers requests, with a header put together by fmt and by hand.
package coldpath

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// An Answer is what a request asks for.
type Answer struct {
	User  string   `json:"user"`
	Items []string `json:"items"`
	Sum   [32]byte `json:"sum"`
}

// ByFmt answers with a header that fmt puts together.
func ByFmt(w http.ResponseWriter, r *http.Request) {
	shard := len(r.URL.Path) + 1000
	w.Header().Set("X-Shard", fmt.Sprintf("%s-%d", "eu", shard))
	answer(w, r)
}

// ByHand answers with a header that is put together by hand.
func ByHand(w http.ResponseWriter, r *http.Request) {
	shard := len(r.URL.Path) + 1000
	w.Header().Set("X-Shard", "eu-"+strconv.Itoa(shard))
	answer(w, r)
}

// answer does what a small request costs: it asks for a parameter, makes a checksum and some JSON.
func answer(w http.ResponseWriter, r *http.Request) {
	user := r.URL.Query().Get("user")
	items := make([]string, 20)
	for i := range items {
		items[i] = user
	}
	json.NewEncoder(w).Encode(Answer{User: user, Items: items, Sum: sha256.Sum256([]byte(user))})
}
