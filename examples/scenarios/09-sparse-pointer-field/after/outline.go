// Package after has the metadata of nodes in a table beside them.
package after

import "time"

// Metadata is what is known of a few nodes.
type Metadata struct {
	CreatedAt time.Time
	Author    string
}

// A Node is a line of an outline.
type Node struct {
	ID   int64
	Name string
}

// A Store has the nodes of an outline.
type Store struct {
	nodes []Node
	meta  map[int64]Metadata
}

// Add adds a node. The author is empty where nothing more is known of it.
func (s *Store) Add(id int64, name, author string, created time.Time) {
	s.nodes = append(s.nodes, Node{ID: id, Name: name})
	if author != "" {
		if s.meta == nil {
			s.meta = make(map[int64]Metadata)
		}
		s.meta[id] = Metadata{CreatedAt: created, Author: author}
	}
}

// Authors returns how many nodes each author wrote.
func (s *Store) Authors() map[string]int {
	authors := make(map[string]int)
	for _, meta := range s.meta {
		authors[meta.Author]++
	}
	return authors
}
