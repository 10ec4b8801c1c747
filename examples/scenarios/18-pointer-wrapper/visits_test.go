package visits

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
	if got := countEven([]int64{1, 2, 4}); got != 2 {
		t.Errorf("%d are even", got)
	}
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

func BenchmarkInlined(b *testing.B) {
	numbers := []int64{1, 2, 3, 4}
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		if countEven(numbers) != 2 {
			b.Fatal("numbers are miscounted")
		}
	}
}
