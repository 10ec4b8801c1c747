package main

import (
	"bufio"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
)

// What became of a file; the first byte of its block.
const (
	fileRefused  = 0
	fileAccepted = 1
	fileUnread   = 2
)

// syntaxTrees reads paths, a line each, and writes for each what go/parser makes of the
// file: why it is refused, or every node in the order of ast.Inspect, then every comment.
//
//	output  = kinds block*
//	block   = refused text | unread text | accepted nodes nodes
//	nodes   = (kind offset length)* 0
func syntaxTrees(in io.Reader, out *bufio.Writer) error {
	b := newBuffer()
	b.kindTable()
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		b.syntaxTree(lines.Text())
		if _, err := out.Write(b.bytes); err != nil {
			return err
		}
		b.bytes, b.last = b.bytes[:0], 0
	}
	return lines.Err()
}

func (b *buffer) syntaxTree(path string) {
	text, err := os.ReadFile(path)
	if err != nil {
		b.byte(fileUnread)
		b.raw(err.Error())
		return
	}
	fset := token.NewFileSet()
	mode := parser.ParseComments | parser.SkipObjectResolution | parser.AllErrors
	file, err := parser.ParseFile(fset, path, text, mode)
	if err != nil {
		b.byte(fileRefused)
		b.raw(err.Error())
		return
	}
	b.byte(fileAccepted)
	base := fset.File(file.Package).Base()
	b.nodes(base, file)
	for _, group := range file.Comments {
		b.inspect(base, group)
	}
	b.byte(0)
}

func (b *buffer) nodes(base int, root ast.Node) {
	b.inspect(base, root)
	b.byte(0)
}

func (b *buffer) inspect(base int, root ast.Node) {
	ast.Inspect(root, func(n ast.Node) bool {
		if n != nil {
			start, end := int(n.Pos())-base, int(n.End())-base
			b.byte(kindOf(n))
			b.offset(start)
			b.int(int64(end - start))
		}
		return true
	})
}
