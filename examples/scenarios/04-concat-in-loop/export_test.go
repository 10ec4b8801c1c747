package export

import (
	"fmt"
	"net/http/httptest"
	"testing"
)

type table [][]string

func (t table) Rows() [][]string { return t }

func TestHandler(t *testing.T) {
	answer := httptest.NewRecorder()
	Handler(table{{"a", "b"}, {}, {"c"}})(answer, httptest.NewRequest("GET", "/", nil))
	if got, want := answer.Body.String(), "a,b\n\nc\n"; got != want {
		t.Errorf("the table is %q, not %q", got, want)
	}
}

func TestLabels(t *testing.T) {
	answer := httptest.NewRecorder()
	sets := []map[string]string{{"b": "2", "a": "1"}, {}}
	Labels(sets)(answer, httptest.NewRequest("GET", "/", nil))
	if got, want := answer.Body.String(), `a="1";b="2";`; got != want {
		t.Errorf("the labels are %q, not %q", got, want)
	}
}

func BenchmarkRow(b *testing.B) {
	fields := make([]string, 50)
	for i := range fields {
		fields[i] = fmt.Sprintf("field-%02d", i)
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		if len(row(fields)) != 50*9-1 {
			b.Fatal("the row is not as long as it should be")
		}
	}
}

func BenchmarkLabels(b *testing.B) {
	set := make(map[string]string)
	for i := 0; i < 20; i++ {
		set[fmt.Sprintf("label-%02d", i)] = "some value"
	}
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		if labels(set) == "" {
			b.Fatal("there are no labels")
		}
	}
}
