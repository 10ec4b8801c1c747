// Package slugs checks the names that articles have in addresses.
package slugs

import (
	"encoding/json"
	"net/http"
	"regexp"
)

// Register has mux answer with those of a request's slugs that are none.
func Register(mux *http.ServeMux) {
	mux.HandleFunc("GET /bad-slugs", handle)
}

func handle(w http.ResponseWriter, r *http.Request) {
	var bad []string
	for _, slug := range r.URL.Query()["slug"] {
		if !isValid(slug) {
			bad = append(bad, slug)
		}
	}
	json.NewEncoder(w).Encode(bad)
}

// isValid reports whether s has small letters and digits only, with hyphens between them.
func isValid(s string) bool {
	re := regexp.MustCompile(`^[a-z0-9]+(?:-[a-z0-9]+)*$`)
	return re.MatchString(s)
}
