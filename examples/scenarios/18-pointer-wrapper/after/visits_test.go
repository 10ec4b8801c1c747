package after

import "testing"

func TestRecent(t *testing.T) {
	visitors, ask, answer := make(chan int64), make(chan chan<- int64), make(chan int64)
	go new(Recent).Run(visitors, ask)
	visitors <- 40
	visitors <- 2
	ask <- answer
	if got := <-answer; got != 42 {
		t.Errorf("the sum is %d", got)
	}
	close(visitors)
}

// BenchmarkKeep keeps a visitor.
func BenchmarkKeep(b *testing.B) {
	recent := new(Recent)
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		recent.add(newUserID(int64(i)))
	}
}
