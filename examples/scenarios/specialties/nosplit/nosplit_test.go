package nosplit

import "testing"

var kept uint32

func TestStep(t *testing.T) {
	for c := range 256 {
		if Step(17, byte(c)) != StepNoSplit(17, byte(c)) {
			t.Errorf("the steps differ at %d", c)
		}
	}
}

func BenchmarkStep(b *testing.B) {
	b.Run("1-call/checked", func(b *testing.B) {
		sum := uint32(1)
		for i := 0; i < b.N; i++ {
			sum = Step(sum, byte(i))
		}
		kept = sum
	})
	b.Run("1-call/nosplit", func(b *testing.B) {
		sum := uint32(1)
		for i := 0; i < b.N; i++ {
			sum = StepNoSplit(sum, byte(i))
		}
		kept = sum
	})
}
