// Package slab has the nodes of a large tree in objects of their own, and in arrays of many.
package slab

// A Node is a part of a document.
type Node struct {
	Kind, Start, End int
	Parent           *Node
}

// A Slab hands out nodes from arrays of 64. One that is still used keeps 63 others.
type Slab struct {
	free []Node
}

// New returns a node that is zero.
func (s *Slab) New() *Node {
	if len(s.free) == 0 {
		s.free = make([]Node, 64)
	}
	n := &s.free[0]
	s.free = s.free[1:]
	return n
}

// Alone makes nodes one by one, each below the one before.
func Alone(count int) []*Node {
	nodes := make([]*Node, 0, count)
	var parent *Node
	for i := range count {
		n := &Node{Start: i, Parent: parent}
		nodes, parent = append(nodes, n), n
	}
	return nodes
}

// Together makes nodes in arrays, each below the one before.
func Together(count int) []*Node {
	nodes := make([]*Node, 0, count)
	var slab Slab
	var parent *Node
	for i := range count {
		n := slab.New()
		n.Start, n.Parent = i, parent
		nodes, parent = append(nodes, n), n
	}
	return nodes
}
