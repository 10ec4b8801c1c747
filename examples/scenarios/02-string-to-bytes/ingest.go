// Package ingest takes batches of signed records over HTTP.
package ingest

import (
	"crypto/subtle"
	"encoding/json"
	"net/http"
)

// A Record is what a client sends, with the token of the device that it comes from.
type Record struct {
	Token string `json:"token"`
	Value int64  `json:"value"`
}

// A Verifier says whether a token is good. Deployments bring their own: keys, a remote service, a fake in tests.
type Verifier func(token []byte) bool

// A Server adds up records.
type Server struct {
	verify Verifier
}

// NewServer returns a server that asks verify about each record.
func NewServer(verify Verifier) *Server {
	return &Server{verify: verify}
}

// ServeHTTP takes a batch.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var batch []Record
	if err := json.NewDecoder(r.Body).Decode(&batch); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	json.NewEncoder(w).Encode(s.sum(batch))
}

// sum adds up the records whose tokens are good.
func (s *Server) sum(batch []Record) (sum int64) {
	for i := range batch {
		if s.verify([]byte(batch[i].Token)) {
			sum += batch[i].Value
		}
	}
	return sum
}

// SharedToken returns a verifier that knows one token.
func SharedToken(want []byte) Verifier {
	return func(token []byte) bool {
		return subtle.ConstantTimeCompare(token, want) == 1
	}
}
