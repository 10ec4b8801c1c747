-- os/os.go --
package os

func Exit(code int) {}
-- example.com/p/p.go --
package p

import "os"

func straight(a int) int {
	b := a + 1
	return b
}

func branches(a, b bool) int {
	if x := a; x && !b || a {
		return 1
	} else if b {
		return 2
	}
	return 3
}

func loops(n int, xs []int) {
	for i := 0; i < n; i++ {
		for range xs {
			continue
		}
	}
outer:
	for {
		for _, x := range xs {
			switch {
			case x > 1:
				continue outer
			case x > 2:
				break
			default:
				break outer
			}
		}
	}
}

func falls(n int) (r string) {
	switch n {
	case 1, 2:
		r = "few"
		fallthrough
	case 3:
		r += "more"
	case 4:
	default:
		os.Exit(1)
	}
	return r
}

func kinds(v any) int {
	switch x := v.(type) {
	case int:
		return x
	case string:
		return len(x)
	}
	return 0
}

func channels(a, b chan int, done chan bool) {
	for {
		select {
		case x := <-a:
			b <- x
		case <-done:
			return
		}
	}
}

func forever() {
	select {}
}

func jumps(n int) {
again:
	n--
	if n > 0 {
		goto again
	}
}

func deferred(a bool) {
	defer first()
	if a {
		defer second()
		panic("no")
	}
	defer func() { recover() }()
}

func first() {}

func second() {}

func each(seq func(func(int) bool)) int {
	for x := range seq {
		if x > 0 {
			return x
		}
	}
	return 0
}

func constant() {
	for true {
		first()
	}
	second()
}

func ping(n int) {
	if n > 0 {
		pong(n)
	}
}

func pong(n int) {
	ping(n - 1)
}
