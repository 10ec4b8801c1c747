package captures

import (
	"context"
	"fmt"
	"testing"
)

func length(_ context.Context, name string) int { return len(name) }

func TestAll(t *testing.T) {
	if got := fmt.Sprint(All(context.Background(), length, []string{"a", "bcd", "ef"})); got != "[1 3 2]" {
		t.Errorf("the results are %s", got)
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
