// Command oracles says what Go itself says: go/parser of a file's tree, go/types of a
// package's types. cargo xtask conform and bench build it with the Go version that they
// hold the project against, and read its standard output.
package main

import (
	"bufio"
	"fmt"
	"go/types"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "oracles:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return fmt.Errorf("one of syntax, types, sizes, parse is wanted")
	}
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	var err error
	switch args[0] {
	case "syntax":
		err = syntaxTrees(os.Stdin, out)
	case "types":
		err = checkPackages(os.Stdin, out)
	case "sizes":
		err = tellPackages(os.Stdin, out, (*recorder).sizes)
	case "testtypes":
		// The type checker's own tests call assert and trace.
		types.DefPredeclaredTestFuncs()
		err = checkPackages(os.Stdin, out)
	case "parse":
		err = measureParser(os.Stdin, out)
	default:
		return fmt.Errorf("no such oracle: %s", args[0])
	}
	if err != nil {
		return err
	}
	return out.Flush()
}
