-- os/os.go --
package os

var Args []string

func Exit(code int) {}
-- example.org/cli/cli.go --
package cli

type Command struct {
	Use string
	Run func(*Command, []string)
}

func (c *Command) Flags() int { return 0 }
-- testing/testing.go --
package testing

type T struct{}

type TB interface{ Helper() }
-- example.com/tool/support/support.go --
package support

import "testing"

func at(n int) {}

func Compare(t *testing.T, lines []string) {
	for range lines {
		at(3)
		compare()
	}
}

func compare() { at(4) }

type Mock struct{ t testing.TB }

func (m *Mock) Fetch() { at(5) }
-- example.com/tool/config/config.go --
package config

func at(n int) {}

func Load() error {
	at(1)
	return check()
}

func check() error {
	at(2)
	return nil
}
-- example.com/tool/main.go --
package main

import (
	"example.com/tool/config"
	"example.org/cli"
	"os"
)

func at(n int) {}

func init() { at(10) }

func main() {
	at(11)
	if err := config.Load(); err != nil {
		at(12)
		os.Exit(1)
	}
	for _, path := range os.Args {
		at(13)
		file(path)
	}
	run()
}

func file(path string) {
	at(14)
	for range path {
		at(15)
		line()
	}
}

func line() { at(16) }

func run() {
	at(17)
	again(3)
}

func again(n int) {
	at(18)
	if n > 0 {
		again(n - 1)
	}
}

type step struct{ do func() }

var steps = []step{{do: first}, {do: func() { at(19) }}}

func first() { at(20) }

var root = &cli.Command{Use: "tool", Run: start}

func start(cmd *cli.Command, args []string) {
	at(21)
	for range args {
		at(22)
	}
}

func newCommand() *cli.Command {
	return &cli.Command{Run: func(*cli.Command, []string) {
		at(23)
		for range 3 {
			at(24)
		}
	}}
}
