package visits

import (
	"net/http/httptest"
	"testing"
)

func TestVisits(t *testing.T) {
	visits := new(Visits)
	answer := httptest.NewRecorder()
	visits.ServeHTTP(answer, httptest.NewRequest("GET", "/?user=40&user=2", nil))
	if got := answer.Body.String(); got != "42\n" {
		t.Errorf("the answer is %q", got)
	}
	if got := countEven([]int64{1, 2, 4}); got != 2 {
		t.Errorf("%d are even", got)
	}
}

// BenchmarkKeep keeps a visitor.
func BenchmarkKeep(b *testing.B) {
	visits := new(Visits)
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		visits.add(newUserID(int64(i)))
	}
}

func BenchmarkInlined(b *testing.B) {
	numbers := []int64{1, 2, 3, 4}
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		if countEven(numbers) != 2 {
			b.Fatal("numbers are miscounted")
		}
	}
}
