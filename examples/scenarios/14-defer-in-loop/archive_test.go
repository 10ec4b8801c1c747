package archive

import (
	"errors"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
)

// memory is a store of ten files that counts how many are open.
type memory struct {
	files      [10]file
	open, most int
}

type file struct {
	of   *memory
	read bool
}

func (m *memory) Open(name string) (io.ReadCloser, error) {
	if len(name) != 1 || name[0] < '0' || name[0] > '9' {
		return nil, errors.New("no such file")
	}
	f := &m.files[name[0]-'0']
	*f = file{of: m}
	m.open++
	m.most = max(m.most, m.open)
	return f, nil
}

func (f *file) Read(p []byte) (int, error) {
	if f.read {
		return 0, io.EOF
	}
	f.read = true
	return 100, nil
}

func (f *file) Close() error {
	f.of.open--
	return nil
}

// folder is a store of real files.
type folder string

func (f folder) Open(name string) (io.ReadCloser, error) {
	return os.Open(filepath.Join(string(f), name))
}

var names = []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}

func TestHandler(t *testing.T) {
	store := new(memory)
	answer := httptest.NewRecorder()
	Handler(store)(answer, httptest.NewRequest("GET", "/?file=3&file=7", nil))
	if got := answer.Body.String(); got != "200\n" {
		t.Errorf("the answer is %q", got)
	}
	answer = httptest.NewRecorder()
	Handler(store)(answer, httptest.NewRequest("GET", "/?file=3&file=none", nil))
	if answer.Code != 404 {
		t.Errorf("the status is %d", answer.Code)
	}
	if store.open != 0 {
		t.Errorf("%d files are still open", store.open)
	}
}

// BenchmarkMemory goes over ten files, and reports how many of them are open at the worst moment.
func BenchmarkMemory(b *testing.B) {
	store, sum := new(memory), new(Sum)
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		if err := sum.addAll(store, names); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(store.most), "open")
}

func BenchmarkFiles(b *testing.B) {
	store, sum := folder(b.TempDir()), new(Sum)
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(string(store), name), make([]byte, 100), 0o600); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		if err := sum.addAll(store, names); err != nil {
			b.Fatal(err)
		}
	}
}
