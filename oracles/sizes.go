package main

import (
	"go/ast"
	"go/types"
)

// sizes writes how values of the types of a file lie in memory: of those that it declares and
// of those that it writes, each where it is met first.
//
//	file   = path record* 0
//	record = 1 offset length size align pointers offsets{count n*}
//
// What cannot be told since there is a type parameter in it is left out. A size is negative
// where it overflows.
func (r *recorder) sizes(s *source, file *ast.File) {
	r.file = r.fset.File(file.Package)
	r.last = 0
	r.raw(r.file.Name())
	l := &layouts{types.SizesFor("gc", s.Arch), make(map[types.Type]bool)}
	met := make(map[types.Type]bool)
	ast.Inspect(file, func(n ast.Node) bool {
		expr, ok := n.(ast.Expr)
		if !ok {
			return true
		}
		t := r.typeAt(expr)
		if t == nil || met[t] || !l.known(t) {
			return true
		}
		met[t] = true
		r.byte(1)
		r.place(expr.Pos())
		r.int(int64(expr.End() - expr.Pos()))
		r.layout(l, t)
		return true
	})
	r.byte(0)
}

// typeAt tells the type that an expression is or declares.
func (r *recorder) typeAt(expr ast.Expr) types.Type {
	if _, ok := expr.(*ast.FuncType); ok {
		return nil // The type of a function literal is none that is written.
	}
	if tv, ok := r.info.Types[expr]; ok && tv.IsType() {
		return tv.Type
	}
	if id, ok := expr.(*ast.Ident); ok {
		if name, ok := r.info.Defs[id].(*types.TypeName); ok {
			return name.Type()
		}
	}
	return nil
}

func (r *recorder) layout(l *layouts, t types.Type) {
	r.int(l.Sizeof(t))
	r.int(l.Alignof(t))
	r.int(l.pointers(t))
	structure, ok := t.Underlying().(*types.Struct)
	if !ok {
		r.uint(0)
		return
	}
	fields := make([]*types.Var, structure.NumFields())
	for i := range fields {
		fields[i] = structure.Field(i)
	}
	r.uint(uint64(len(fields)))
	for _, offset := range l.Offsetsof(fields) {
		r.int(offset)
	}
}

// layouts answers what go/types does not: pointer bytes.
type layouts struct {
	types.Sizes
	seen map[types.Type]bool
}

// known tells whether a type has a size at all.
func (l *layouts) known(t types.Type) bool {
	if known, ok := l.seen[t]; ok {
		return known
	}
	l.seen[t] = true // A type may contain itself behind a pointer.
	known := true
	switch t := t.(type) {
	case *types.TypeParam, *types.Tuple, *types.Union:
		known = false
	case *types.Basic:
		known = t.Kind() != types.Invalid && t.Info()&types.IsUntyped == 0
	case *types.Alias:
		known = l.known(types.Unalias(t))
	case *types.Named:
		known = l.known(t.Underlying())
	case *types.Array:
		known = l.known(t.Elem())
	case *types.Struct:
		for field := range t.Fields() {
			known = known && l.known(field.Type())
		}
	}
	l.seen[t] = known
	return known
}

// pointers tells up to which byte there are pointers in a value. That they are the compiler's
// figures is what cargo xtask conform sizes makes sure of with the types' own descriptors.
func (l *layouts) pointers(t types.Type) int64 {
	word := l.Sizeof(types.Typ[types.Uintptr])
	switch t := t.Underlying().(type) {
	case *types.Basic:
		if t.Kind() == types.String || t.Kind() == types.UnsafePointer {
			return word
		}
	case *types.Pointer:
		if !outsideHeap(t.Elem()) {
			return word
		}
	case *types.Slice:
		if !outsideHeap(t.Elem()) {
			return word
		}
	case *types.Map, *types.Chan, *types.Signature:
		return word
	case *types.Interface:
		return 2 * word
	case *types.Array:
		if last := l.pointers(t.Elem()); last > 0 && t.Len() > 0 {
			return (t.Len()-1)*l.Sizeof(t.Elem()) + last
		}
	case *types.Struct:
		fields := make([]*types.Var, t.NumFields())
		for i := range fields {
			fields[i] = t.Field(i)
		}
		offsets := l.Offsetsof(fields)
		for i := len(fields) - 1; i >= 0; i-- {
			if last := l.pointers(fields[i].Type()); last > 0 {
				return offsets[i] + last
			}
		}
	}
	return 0
}

// outsideHeap tells whether values of a type are never in the collector's heap: the runtime
// marks such types with a field.
func outsideHeap(t types.Type) bool {
	if named, ok := types.Unalias(t).(*types.Named); ok {
		if o := named.Obj(); o.Name() == "nih" && o.Pkg() != nil && o.Pkg().Path() == "internal/runtime/sys" {
			return true
		}
	}
	switch t := t.Underlying().(type) {
	case *types.Array:
		return outsideHeap(t.Elem())
	case *types.Struct:
		for field := range t.Fields() {
			if outsideHeap(field.Type()) {
				return true
			}
		}
	}
	return false
}
