// Package outline reads outlines: a node in each line, and with some of them who wrote it and when.
package outline

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Metadata is what is known of a few nodes.
type Metadata struct {
	CreatedAt time.Time
	Author    string
}

// A Node is a line of an outline.
type Node struct {
	ID   int64
	Name string
	Meta *Metadata // nil for most nodes
}

// A Store has the nodes of an outline.
type Store struct {
	nodes []*Node
}

// Add adds a node. The author is empty where nothing more is known of it.
func (s *Store) Add(id int64, name, author string, created time.Time) {
	n := &Node{ID: id, Name: name}
	if author != "" {
		n.Meta = &Metadata{CreatedAt: created, Author: author}
	}
	s.nodes = append(s.nodes, n)
}

// Authors returns how many nodes each author wrote.
func (s *Store) Authors() map[string]int {
	authors := make(map[string]int)
	for _, n := range s.nodes {
		if n.Meta != nil {
			authors[n.Meta.Author]++
		}
	}
	return authors
}

// Read reads an outline: ID, name and, at times, author and Unix time, a tab between them.
func Read(r io.Reader) (*Store, error) {
	s := new(Store)
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "\t")
		if len(fields) != 2 && len(fields) != 4 {
			return nil, fmt.Errorf("%d fields", len(fields))
		}
		id, err := strconv.ParseInt(fields[0], 10, 64)
		if err != nil {
			return nil, err
		}
		if len(fields) == 2 {
			s.Add(id, fields[1], "", time.Time{})
			continue
		}
		created, err := strconv.ParseInt(fields[3], 10, 64)
		if err != nil {
			return nil, err
		}
		s.Add(id, fields[1], fields[2], time.Unix(created, 0))
	}
	return s, lines.Err()
}

// Register has mux answer with who wrote an outline.
func Register(mux *http.ServeMux) {
	mux.HandleFunc("POST /authors", handle)
}

func handle(w http.ResponseWriter, r *http.Request) {
	store, err := Read(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	fmt.Fprintln(w, store.Authors())
}
