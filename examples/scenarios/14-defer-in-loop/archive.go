// Package archive adds up what stored files contain.
package archive

import (
	"encoding/json"
	"io"
	"net/http"
)

// A Store has files by name.
type Store interface {
	Open(name string) (io.ReadCloser, error)
}

// Handler answers with the number of bytes of the files that a request names.
func Handler(store Store) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		var sum Sum
		if err := sum.addAll(store, r.Form["file"]); err != nil {
			http.Error(w, err.Error(), http.StatusNotFound)
			return
		}
		json.NewEncoder(w).Encode(sum.Bytes)
	}
}

// A Sum is what files have together.
type Sum struct {
	Bytes int64

	chunk [512]byte
}

func (s *Sum) addAll(store Store, names []string) error {
	for _, name := range names {
		f, err := store.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := s.add(f); err != nil {
			return err
		}
	}
	return nil
}

func (s *Sum) add(r io.Reader) error {
	for {
		n, err := r.Read(s.chunk[:])
		s.Bytes += int64(n)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
