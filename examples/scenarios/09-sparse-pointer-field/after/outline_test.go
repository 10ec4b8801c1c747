package after

import (
	"testing"
	"time"
)

func TestAuthors(t *testing.T) {
	if got := add(10).Authors(); len(got) != 1 || got["ada"] != 100 {
		t.Errorf("the authors are %v", got)
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
