// Package export answers with tables as text.
package export

import (
	"io"
	"net/http"
	"sort"
)

// A Table is what is exported.
type Table interface {
	Rows() [][]string
}

// Handler exports a table as CSV.
func Handler(table Table) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for _, fields := range table.Rows() {
			io.WriteString(w, row(fields))
			io.WriteString(w, "\n")
		}
	}
}

// row puts fields into a row of CSV, without the end of the line. None of them needs quotes.
func row(fields []string) string {
	var s string
	for i, f := range fields {
		if i > 0 {
			s += ","
		}
		s += f
	}
	return s
}

// Labels exports sets of labels, one a line, in a steady order.
func Labels(sets []map[string]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		for _, set := range sets {
			io.WriteString(w, labels(set))
		}
	}
}

func labels(set map[string]string) string {
	names := make([]string, 0, len(set))
	for name := range set {
		names = append(names, name)
	}
	sort.Strings(names)
	text := ""
	for _, name := range names {
		text += name + "=\"" + set[name] + "\";"
	}
	return text
}
