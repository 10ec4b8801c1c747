package outline

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestHandle(t *testing.T) {
	body := strings.NewReader("1\troot\n2\tleaf\tada\t1700000000\n3\tleaf\tada\t1700000001\n")
	answer := httptest.NewRecorder()
	handle(answer, httptest.NewRequest("POST", "/", body))
	if got, want := answer.Body.String(), "map[ada:2]\n"; got != want {
		t.Errorf("the answer is %q, not %q", got, want)
	}
}

// add adds a thousand nodes, of which one in every so many has metadata.
func add(every int) *Store {
	s := new(Store)
	created := time.Unix(1700000000, 0)
	for id := int64(0); id < 1000; id++ {
		author := ""
		if id%int64(every) == 0 {
			author = "ada"
		}
		s.Add(id, "node", author, created)
	}
	return s
}

func BenchmarkRare(b *testing.B) {
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		if len(add(10).nodes) != 1000 {
			b.Fatal("nodes are missing")
		}
	}
}

func BenchmarkCommon(b *testing.B) {
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		if len(add(1).nodes) != 1000 {
			b.Fatal("nodes are missing")
		}
	}
}
