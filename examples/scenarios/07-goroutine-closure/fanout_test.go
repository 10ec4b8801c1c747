package fanout

import (
	"context"
	"fmt"
	"net/http/httptest"
	"testing"
)

func length(_ context.Context, name string) int { return len(name) }

func TestAll(t *testing.T) {
	answer := httptest.NewRecorder()
	Lookup(length).ServeHTTP(answer, httptest.NewRequest("GET", "/?name=a&name=bcd&name=ef", nil))
	if got, want := answer.Body.String(), "[1,3,2]\n"; got != want {
		t.Errorf("the answer is %q, not %q", got, want)
	}
}

func BenchmarkAll(b *testing.B) {
	names := make([]string, 100)
	for i := range names {
		names[i] = fmt.Sprint("name", i)
	}
	ctx := context.Background()
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		if len(All(ctx, length, names)) != len(names) {
			b.Fatal("results are missing")
		}
	}
}
