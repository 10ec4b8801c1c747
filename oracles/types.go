package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sync"
)

// source is one package to check, as cargo xtask conform describes it.
type source struct {
	ID        string            // its name, unique among the packages
	Path      string            // the path that types are written with
	Dir       string            // where Files are
	Files     []string          // the names of its Go files
	Imports   map[string]string // from paths in import declarations to IDs
	GoVersion string            // language version, "go1.21"; empty for the newest
	Arch      string            // GOARCH, for sizes
	Emit      []string          // the files to tell of; where empty, bodies are left out

	index   int
	needed  []*source // the packages that import this one
	waiting int       // imports not yet checked
	checked *types.Package
}

// checkPackages reads packages, a JSON object a line, checks them, and writes what
// go/types recorded for each that has files to tell of, in no order.
//
//	output = kinds (length block)*
//
// What a block holds is told at [buffer.record] and [buffer.file].
func checkPackages(in io.Reader, out *bufio.Writer) error {
	return tellPackages(in, out, (*recorder).one)
}

// tellPackages is checkPackages with something else to tell of a file.
func tellPackages(in io.Reader, out *bufio.Writer, tell func(*recorder, *source, *ast.File)) error {
	sources, err := readSources(in)
	if err != nil {
		return err
	}
	// Packages live to the end: collecting seldom is time well saved.
	debug.SetGCPercent(300)
	c := &checking{fset: token.NewFileSet(), sources: sources, tell: tell, out: out}
	header := newBuffer()
	header.kindTable()
	if _, err := out.Write(header.bytes); err != nil {
		return err
	}
	return c.run()
}

func readSources(in io.Reader) (map[string]*source, error) {
	sources := make(map[string]*source)
	decoder := json.NewDecoder(in)
	for decoder.More() {
		s := new(source)
		if err := decoder.Decode(s); err != nil {
			return nil, err
		}
		s.index = len(sources)
		if sources[s.ID] != nil {
			return nil, fmt.Errorf("package %s comes twice", s.ID)
		}
		sources[s.ID] = s
	}
	return sources, nil
}

// checking is the work on all packages: those whose imports are done wait in ready.
type checking struct {
	fset    *token.FileSet
	sources map[string]*source
	tell    func(*recorder, *source, *ast.File) // writes what is asked about a file

	mu  sync.Mutex // guards out and the counts in sources
	out *bufio.Writer
	err error
}

func (c *checking) run() error {
	ready := make(chan *source, len(c.sources))
	for _, s := range c.sources {
		for _, id := range s.Imports {
			if dep := c.sources[id]; dep != nil {
				dep.needed = append(dep.needed, s)
				s.waiting++
			}
		}
	}
	left := len(c.sources)
	for _, s := range c.sources {
		if s.waiting == 0 {
			ready <- s
		}
	}
	if len(ready) == 0 {
		close(ready)
	}
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for s := range ready {
				block := c.check(s)
				c.mu.Lock()
				c.write(block)
				left--
				for _, user := range s.needed {
					if user.waiting--; user.waiting == 0 {
						ready <- user
					}
				}
				if left == 0 {
					close(ready)
				}
				c.mu.Unlock()
			}
		})
	}
	workers.Wait()
	return c.err
}

func (c *checking) write(block []byte) {
	if c.err != nil || len(block) == 0 {
		return
	}
	if _, err := c.out.Write(binary.AppendUvarint(nil, uint64(len(block)))); err != nil {
		c.err = err
		return
	}
	_, c.err = c.out.Write(block)
}

// check checks one package and returns its block, empty if nothing is to be told of it.
func (c *checking) check(s *source) []byte {
	var files []*ast.File
	faults := &faults{files: make(map[string]bool)}
	for _, name := range s.Files {
		path := filepath.Join(s.Dir, name)
		file, err := parser.ParseFile(c.fset, path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			faults.add(err)
		}
		if file != nil {
			files = append(files, file)
			faults.cgo = faults.cgo || importsC(file)
		}
	}
	config := types.Config{
		GoVersion:        s.GoVersion,
		IgnoreFuncBodies: len(s.Emit) == 0,
		FakeImportC:      true,
		Importer:         importer{c, s},
		Sizes:            types.SizesFor("gc", s.Arch),
		Error:            faults.add,
	}
	var info *types.Info
	if len(s.Emit) > 0 {
		info = &types.Info{
			Types:      make(map[ast.Expr]types.TypeAndValue),
			Instances:  make(map[*ast.Ident]types.Instance),
			Defs:       make(map[*ast.Ident]types.Object),
			Uses:       make(map[*ast.Ident]types.Object),
			Implicits:  make(map[ast.Node]types.Object),
			Selections: make(map[*ast.SelectorExpr]*types.Selection),
		}
	}
	// The errors have gone to faults.
	pkg, _ := config.Check(s.Path, c.fset, files, info)
	s.checked = pkg
	if info == nil {
		return nil
	}
	r := newRecorder(c.fset, info)
	return r.block(s, files, faults, c.tell)
}

// importer finds what one package imports among the packages already checked.
type importer struct {
	c *checking
	s *source
}

func (i importer) Import(path string) (*types.Package, error) {
	if path == "unsafe" {
		return types.Unsafe, nil
	}
	id, ok := i.s.Imports[path]
	if !ok {
		return nil, errors.New("not among the imports that were told")
	}
	dep := i.c.sources[id]
	if dep == nil || dep.checked == nil {
		return nil, errors.New("not available")
	}
	return dep.checked, nil
}

// importsC tells whether what a file says of package C is known to cgo alone.
func importsC(file *ast.File) bool {
	for _, spec := range file.Imports {
		if spec.Path.Value == `"C"` {
			return true
		}
	}
	return false
}

// faults are a package's errors: their number and the first few. In a package that imports
// C, an error may come of C being opaque here: it counts against its file alone.
type faults struct {
	cgo   bool
	count int
	first []string
	files map[string]bool // those that are left out
}

func (f *faults) add(err error) {
	var fault types.Error
	if f.cgo && errors.As(err, &fault) {
		f.files[fault.Fset.PositionFor(fault.Pos, false).Filename] = true
		return
	}
	f.count++
	if len(f.first) < 5 {
		f.first = append(f.first, err.Error())
	}
}
