package report

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"example.com/orders"
)

func sample(n int) []*orders.Order {
	all := make([]*orders.Order, n)
	for i := range all {
		all[i] = &orders.Order{
			ID:       "AB-" + strconv.Itoa(1000+i),
			Customer: "ann",
			Lines:    []orders.Line{{SKU: "nut", Count: 3, Price: 20}, {SKU: "bolt", Count: 1, Price: 35}},
		}
	}
	return all
}

func TestWrite(t *testing.T) {
	var out strings.Builder
	if err := Write(&out, sample(2)); err != nil {
		t.Fatal(err)
	}
	want := "AB-1000,ann,nut bolt ,0.95\nAB-1001,ann,nut bolt ,0.95\n"
	if out.String() != want {
		t.Errorf("got %q", out.String())
	}
	if got := Totals(sample(2)); len(got) != 2 || got[1] != 95 {
		t.Errorf("totals are %v", got)
	}
}

func TestMerge(t *testing.T) {
	dir := t.TempDir()
	var paths []string
	for _, text := range []string{"one\n", "two\n"} {
		path := filepath.Join(dir, strings.TrimSpace(text))
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	var out strings.Builder
	if err := Merge(&out, paths); err != nil || out.String() != "one\ntwo\n" {
		t.Errorf("got %q, %v", out.String(), err)
	}
}

func BenchmarkWrite(b *testing.B) {
	all := sample(100)
	b.ReportAllocs()
	for range b.N {
		if err := Write(&strings.Builder{}, all); err != nil {
			b.Fatal(err)
		}
	}
}
