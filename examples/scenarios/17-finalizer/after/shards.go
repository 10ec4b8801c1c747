// Package after closes each connection where it was opened.
package after

// A Driver is what shards are reached by: a library in C, most of the time. Its handles are numbers.
type Driver interface {
	Open(shard int) (handle uintptr)
	Count(handle uintptr, word string) int
	Close(handle uintptr)
}

// A Conn is a connection to a shard. Who has opened one closes it.
type Conn struct {
	driver Driver
	handle uintptr
}

// An Index has many shards.
type Index struct {
	driver Driver
	shards int
}

// count asks all shards.
func (x *Index) count(word string) (n int) {
	for shard := range x.shards {
		n += x.countIn(shard, word)
	}
	return n
}

// countIn asks one shard. A function of its own, since a deferred call waits for the end of the function.
func (x *Index) countIn(shard int, word string) int {
	c := x.connect(shard)
	defer c.Close()
	return c.count(word)
}

func (x *Index) connect(shard int) *Conn {
	return &Conn{driver: x.driver, handle: x.driver.Open(shard)}
}

func (c *Conn) count(word string) int {
	return c.driver.Count(c.handle, word)
}

// Close ends the connection. To close it once more does nothing.
func (c *Conn) Close() {
	if c.handle != 0 {
		c.driver.Close(c.handle)
		c.handle = 0
	}
}
