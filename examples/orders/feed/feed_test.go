package feed

import (
	"slices"
	"strings"
	"testing"
)

const text = `AB-1;ann;2026-03-01T10:00:00Z;nut*3@20,bolt*1@35
AB-2;bob;2026-03-01T10:05:00Z;nut*1@20

AB-3;ann;2026-03-01T10:06:00Z;cog*2@700
`

func TestRead(t *testing.T) {
	all, err := Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 3 || all[0].Total() != 95 || !slices.Equal(all[0].SKUs(), []string{"nut", "bolt"}) {
		t.Errorf("got %+v", all)
	}
	if got := Customers(all); !slices.Equal(got, []string{"ann", "bob"}) {
		t.Errorf("customers are %v", got)
	}
}

func TestFaultsNameTheLine(t *testing.T) {
	for input, want := range map[string]string{
		"AB-1;ann":                              "line 1: an order has four parts",
		"\nAB-1;ann;2026-03-01T10:00:00Z;nut":   "line 2: a line needs a count",
		"AB-1;ann;2026-03-01T10:00:00Z;nut*one": "line 1: a line needs a price",
	} {
		if _, err := Read(strings.NewReader(input)); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	input := strings.Repeat(text, 100)
	b.ReportAllocs()
	b.SetBytes(int64(len(input)))
	for range b.N {
		if _, err := Read(strings.NewReader(input)); err != nil {
			b.Fatal(err)
		}
	}
}
