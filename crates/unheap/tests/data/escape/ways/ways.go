// Package ways has one function for each way to the heap.
package ways

import "io"

type node struct {
	name string
	next *node
}

var first *node

func returned() *node {
	n := &node{name: "a"}
	return n
}

func throughCalls() *node { return same(named("a")) }

func named(name string) *node { return &node{name: name} }

//go:noinline
func same(n *node) *node { return n }

func storedInGlobal() {
	n := node{}
	first = &n
}

func storedInParameter(n *node) {
	n.next = new(node)
}

func sent(nodes chan<- *node) {
	nodes <- &node{}
}

func throughInterface(w io.Writer) {
	buf := make([]byte, 100)
	w.Write(buf)
}

func throughUnknownFunction(f func(*node)) {
	f(&node{})
}

func captured(n int) func() int {
	count := n
	return func() int {
		count++
		return count
	}
}

func goroutine(done chan int) {
	total := 0
	go func() {
		total++
		done <- total
	}()
}

func outlivesTurn(n int) (last int) {
	var p *node
	for range n {
		p = &node{next: p}
	}
	if p != nil {
		last = len(p.name)
	}
	return last
}

func tooLarge() byte {
	var data [200 << 10]byte
	return data[len(first.name)]
}

func sizeNotKnown(n int) int {
	data := make([]int, n)
	return len(data)
}

func panics(err error) {
	panic(&node{})
}

func keptByMap(m map[string]*node) {
	m["a"] = &node{}
}

func boxed(n int) any { return n }

type number int

func (n *number) add(m int) { *n += number(m) }

func boundMethod(n *number) func(int) { return n.add }

func recursive(n int) *node {
	if n == 0 {
		return nil
	}
	return &node{next: recursive(n - 1)}
}

func stays() int {
	n := &node{name: "a"}
	return len(n.name)
}

func generic[T any](v T) *T { return &v }

func usesGeneric() (*int, *string) { return generic(1), generic("a") }
