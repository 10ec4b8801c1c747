package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"hash/fnv"
	"path/filepath"
	"slices"
	"strings"
)

// What a record tells; its first byte.
const (
	endOfFile       = 0
	recordExpr      = 1
	recordDef       = 2
	recordUse       = 3
	recordImplicit  = 4
	recordSelection = 5
	recordInstance  = 6
	recordInit      = 7
)

// How an expression may be used, as types.TypeAndValue tells it.
const (
	modeVoid     = 0
	modeType     = 1
	modeBuiltin  = 2
	modeConstant = 3
	modeNil      = 4
	modeValue    = 5
)
const (
	flagAddressable = 1 << 3
	flagAssignable  = 1 << 4
	flagHasOk       = 1 << 5
)

// Texts longer than this are told by their hash.
const longText = 1024

// recorder writes what go/types recorded for one package.
type recorder struct {
	*buffer
	fset    *token.FileSet
	info    *types.Info
	file    *token.File // the file being written
	types   map[types.Type]uint64
	objects map[types.Object]uint64
	inits   map[ast.Expr]int // how many are initialised before, of values of package variables
}

func newRecorder(fset *token.FileSet, info *types.Info) *recorder {
	inits := make(map[ast.Expr]int)
	for i, init := range info.InitOrder {
		inits[init.Rhs] = i
	}
	return &recorder{
		buffer:  newBuffer(),
		fset:    fset,
		info:    info,
		types:   make(map[types.Type]uint64),
		objects: make(map[types.Object]uint64),
		inits:   inits,
	}
}

// block writes a package:
//
//	block  = id errors{count n text*} files{count file*}
func (r *recorder) block(
	s *source, files []*ast.File, faults *faults, tell func(*recorder, *source, *ast.File),
) []byte {
	r.raw(s.ID)
	r.uint(uint64(faults.count))
	r.uint(uint64(len(faults.first)))
	for _, text := range faults.first {
		r.raw(text)
	}
	var told []*ast.File
	for _, file := range files {
		if faults.count > 0 {
			break // Nobody holds anything against what does not compile.
		}
		path := r.fset.File(file.Package).Name()
		if slices.Contains(s.Emit, filepath.Base(path)) && !faults.files[path] {
			told = append(told, file)
		}
	}
	r.uint(uint64(len(told)))
	for _, file := range told {
		tell(r, s, file)
	}
	return r.bytes
}

// one writes a file: its path, a record for each fact in the order of ast.Inspect, 0.
func (r *recorder) one(_ *source, file *ast.File) {
	r.file = r.fset.File(file.Package)
	r.last = 0
	r.raw(r.file.Name())
	ast.Inspect(file, func(n ast.Node) bool {
		if n != nil {
			r.record(n)
		}
		return true
	})
	r.byte(endOfFile)
}

// record writes the facts about one node:
//
//	expr      = 1 kind offset length mode type value
//	def, use  = (2 | 3) offset object
//	implicit  = 4 kind offset length object
//	selection = 5 offset kind indirect index{count n*} object receiver type
//	instance  = 6 offset arguments{count type*} type
//	init      = 7 offset number
func (r *recorder) record(n ast.Node) {
	if object, ok := r.info.Implicits[n]; ok {
		r.byte(recordImplicit)
		r.span(n)
		r.object(object)
	}
	expr, ok := n.(ast.Expr)
	if !ok {
		return
	}
	if tv, ok := r.info.Types[expr]; ok {
		r.byte(recordExpr)
		r.span(n)
		r.byte(mode(tv))
		r.typ(tv.Type)
		r.value(tv.Value)
	}
	if number, ok := r.inits[expr]; ok {
		r.byte(recordInit)
		r.place(expr.Pos())
		r.uint(uint64(number))
	}
	switch n := n.(type) {
	case *ast.Ident:
		r.ident(n)
	case *ast.SelectorExpr:
		if selection, ok := r.info.Selections[n]; ok {
			r.selection(n.Sel, selection)
		}
	}
}

func (r *recorder) ident(id *ast.Ident) {
	if object, ok := r.info.Defs[id]; ok {
		r.byte(recordDef)
		r.place(id.Pos())
		r.object(object)
	}
	if object, ok := r.info.Uses[id]; ok {
		r.byte(recordUse)
		r.place(id.Pos())
		r.object(object)
	}
	if instance, ok := r.info.Instances[id]; ok {
		r.byte(recordInstance)
		r.place(id.Pos())
		r.uint(uint64(instance.TypeArgs.Len()))
		for arg := range instance.TypeArgs.Types() {
			r.typ(arg)
		}
		r.typ(instance.Type)
	}
}

func (r *recorder) selection(sel *ast.Ident, selection *types.Selection) {
	r.byte(recordSelection)
	r.place(sel.Pos())
	r.byte(byte(selection.Kind()))
	r.flag(selection.Indirect())
	r.uint(uint64(len(selection.Index())))
	for _, i := range selection.Index() {
		r.uint(uint64(i))
	}
	r.object(selection.Obj())
	r.typ(selection.Recv())
	r.typ(selection.Type())
}

func mode(tv types.TypeAndValue) byte {
	var mode byte
	switch {
	case tv.IsVoid():
		mode = modeVoid
	case tv.IsType():
		mode = modeType
	case tv.IsBuiltin():
		mode = modeBuiltin
	case tv.Value != nil:
		mode = modeConstant
	case tv.IsNil():
		mode = modeNil
	default:
		mode = modeValue
	}
	if tv.Addressable() {
		mode |= flagAddressable
	}
	if tv.Assignable() {
		mode |= flagAssignable
	}
	if tv.HasOk() {
		mode |= flagHasOk
	}
	return mode
}

func (r *recorder) flag(v bool) {
	if v {
		r.byte(1)
	} else {
		r.byte(0)
	}
}

func (r *recorder) place(pos token.Pos) {
	r.offset(int(pos) - r.file.Base())
}

func (r *recorder) span(n ast.Node) {
	r.byte(kindOf(n))
	r.place(n.Pos())
	r.int(int64(n.End() - n.Pos()))
}

func (r *recorder) typ(t types.Type) {
	if t == nil {
		r.str("")
		return
	}
	if id, ok := r.types[t]; ok {
		r.uint(id)
		return
	}
	r.types[t] = r.str(shorten(types.TypeString(t, nil)))
}

func (r *recorder) value(v constant.Value) {
	if v == nil {
		r.str("")
		return
	}
	r.str(shorten(v.ExactString()))
}

func shorten(text string) string {
	if len(text) <= longText {
		return text
	}
	hash := fnv.New64a()
	hash.Write([]byte(text))
	return fmt.Sprintf("fnv1a:%016x of %d bytes", hash.Sum64(), len(text))
}

// object writes an object's number; what it is follows where it is met for the first
// time in the block:
//
//	object = number [kind name path offset type value]
//
// The path is empty where the object stands nowhere: in the universe, in unsafe. Number
// 0 is no object.
func (r *recorder) object(object types.Object) {
	if object == nil {
		r.uint(0)
		return
	}
	if number, ok := r.objects[object]; ok {
		r.uint(number)
		return
	}
	number := uint64(len(r.objects) + 1)
	r.objects[object] = number
	r.uint(number)
	kind := strings.TrimPrefix(fmt.Sprintf("%T", object), "*types.")
	r.str(kind)
	r.str(object.Name())
	path, offset := "", 0
	if file := r.fset.File(object.Pos()); file != nil {
		path, offset = file.Name(), file.Offset(object.Pos())
	}
	r.str(path)
	r.uint(uint64(offset))
	r.typ(object.Type())
	var value constant.Value
	if c, ok := object.(*types.Const); ok {
		value = c.Val()
	}
	r.value(value)
}
