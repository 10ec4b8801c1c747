// Package defers has functions with as many deferred calls as the compiler writes out by itself, with one more, and short loops.
package defers

// A Counter is counted down by deferred calls.
type Counter struct {
	n int
}

func (c *Counter) down() { c.n-- }

// Eight defers eight calls, which the compiler writes out at the end of the function.
func (c *Counter) Eight() {
	c.n += 8
	defer c.down()
	defer c.down()
	defer c.down()
	defer c.down()
	defer c.down()
	defer c.down()
	defer c.down()
	defer c.down()
}

// Nine defers nine calls, of which each is recorded.
func (c *Counter) Nine() {
	c.n += 9
	defer c.down()
	defer c.down()
	defer c.down()
	defer c.down()
	defer c.down()
	defer c.down()
	defer c.down()
	defer c.down()
	defer c.down()
}

// Loop defers a call in each of five turns.
func (c *Counter) Loop() {
	for range 5 {
		c.n++
		defer c.down()
	}
}

// LoopOfFunctions defers a call in each of five turns, to the end of the turn.
func (c *Counter) LoopOfFunctions() {
	for range 5 {
		func() {
			c.n++
			defer c.down()
		}()
	}
}
