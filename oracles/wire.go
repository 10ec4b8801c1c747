package main

import (
	"encoding/binary"
	"go/ast"
	"reflect"
)

// buffer gathers one block of output: numbers as varints, strings once.
type buffer struct {
	bytes   []byte
	strings map[string]uint64
	last    int64 // the offset written last, which the next one is written against
}

func newBuffer() *buffer {
	return &buffer{strings: make(map[string]uint64)}
}

func (b *buffer) byte(v byte) {
	b.bytes = append(b.bytes, v)
}

func (b *buffer) uint(v uint64) {
	b.bytes = binary.AppendUvarint(b.bytes, v)
}

func (b *buffer) int(v int64) {
	b.bytes = binary.AppendVarint(b.bytes, v)
}

// offset writes the distance from the offset before: small numbers, since nodes are
// written in the order of the file.
func (b *buffer) offset(v int) {
	b.int(int64(v) - b.last)
	b.last = int64(v)
}

func (b *buffer) raw(s string) {
	b.uint(uint64(len(s)))
	b.bytes = append(b.bytes, s...)
}

// str writes a string's number; its text follows where it is seen for the first time in
// the block.
func (b *buffer) str(s string) uint64 {
	if id, ok := b.strings[s]; ok {
		b.uint(id)
		return id
	}
	id := uint64(len(b.strings))
	b.strings[s] = id
	b.uint(id)
	b.raw(s)
	return id
}

// The kinds of nodes, numbered from 1 in this order.
var kinds = []ast.Node{
	(*ast.ArrayType)(nil),
	(*ast.AssignStmt)(nil),
	(*ast.BadDecl)(nil),
	(*ast.BadExpr)(nil),
	(*ast.BadStmt)(nil),
	(*ast.BasicLit)(nil),
	(*ast.BinaryExpr)(nil),
	(*ast.BlockStmt)(nil),
	(*ast.BranchStmt)(nil),
	(*ast.CallExpr)(nil),
	(*ast.CaseClause)(nil),
	(*ast.ChanType)(nil),
	(*ast.CommClause)(nil),
	(*ast.Comment)(nil),
	(*ast.CommentGroup)(nil),
	(*ast.CompositeLit)(nil),
	(*ast.DeclStmt)(nil),
	(*ast.DeferStmt)(nil),
	(*ast.Ellipsis)(nil),
	(*ast.EmptyStmt)(nil),
	(*ast.ExprStmt)(nil),
	(*ast.Field)(nil),
	(*ast.FieldList)(nil),
	(*ast.File)(nil),
	(*ast.ForStmt)(nil),
	(*ast.FuncDecl)(nil),
	(*ast.FuncLit)(nil),
	(*ast.FuncType)(nil),
	(*ast.GenDecl)(nil),
	(*ast.GoStmt)(nil),
	(*ast.Ident)(nil),
	(*ast.IfStmt)(nil),
	(*ast.ImportSpec)(nil),
	(*ast.IncDecStmt)(nil),
	(*ast.IndexExpr)(nil),
	(*ast.IndexListExpr)(nil),
	(*ast.InterfaceType)(nil),
	(*ast.KeyValueExpr)(nil),
	(*ast.LabeledStmt)(nil),
	(*ast.MapType)(nil),
	(*ast.ParenExpr)(nil),
	(*ast.RangeStmt)(nil),
	(*ast.ReturnStmt)(nil),
	(*ast.SelectStmt)(nil),
	(*ast.SelectorExpr)(nil),
	(*ast.SendStmt)(nil),
	(*ast.SliceExpr)(nil),
	(*ast.StarExpr)(nil),
	(*ast.StructType)(nil),
	(*ast.SwitchStmt)(nil),
	(*ast.TypeAssertExpr)(nil),
	(*ast.TypeSpec)(nil),
	(*ast.TypeSwitchStmt)(nil),
	(*ast.UnaryExpr)(nil),
	(*ast.ValueSpec)(nil),
}

var kindNumbers = func() map[reflect.Type]byte {
	numbers := make(map[reflect.Type]byte, len(kinds))
	for i, n := range kinds {
		numbers[reflect.TypeOf(n)] = byte(i + 1)
	}
	return numbers
}()

func kindOf(n ast.Node) byte {
	return kindNumbers[reflect.TypeOf(n)]
}

// kindTable writes the names of the kinds: those of their types in go/ast.
func (b *buffer) kindTable() {
	b.uint(uint64(len(kinds)))
	for _, n := range kinds {
		b.raw(reflect.TypeOf(n).Elem().Name())
	}
}
