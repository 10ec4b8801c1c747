// Package shards asks the shards of an index.
package shards

import (
	"encoding/json"
	"net/http"
	"runtime"
)

// A Driver is what shards are reached by: a library in C, most of the time. Its handles are numbers.
type Driver interface {
	Open(shard int) (handle uintptr)
	Count(handle uintptr, word string) int
	Close(handle uintptr)
}

// A Conn is a connection to a shard.
type Conn struct {
	handle uintptr
}

// An Index has many shards.
type Index struct {
	driver Driver
	shards int
}

// ServeHTTP answers with how often a word is in the index.
func (x *Index) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	json.NewEncoder(w).Encode(x.count(r.FormValue("word")))
}

// count asks all shards.
func (x *Index) count(word string) (n int) {
	for shard := range x.shards {
		n += x.connect(shard).count(x.driver, word)
	}
	return n
}

// connect opens a connection, which is closed once nobody has it.
func (x *Index) connect(shard int) *Conn {
	c := &Conn{handle: x.driver.Open(shard)}
	driver := x.driver
	runtime.SetFinalizer(c, func(c *Conn) { driver.Close(c.handle) })
	return c
}

func (c *Conn) count(driver Driver, word string) int {
	n := driver.Count(c.handle, word)
	runtime.KeepAlive(c)
	return n
}
