package batch

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"
)

func TestRun(t *testing.T) {
	flushed := make(chan int, 3)
	b := &Batcher{Size: 2, Idle: 200 * time.Millisecond, Flush: func(jobs []Job) { flushed <- len(jobs) }}
	jobs := make(chan Job)
	go func() {
		for id := int64(1); id <= 3; id++ {
			jobs <- Job{ID: id}
		}
	}()
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		b.Run(ctx, jobs)
		close(flushed)
	}()
	// Two because that is enough, one because nothing more came.
	got := fmt.Sprint(<-flushed, <-flushed)
	if got != "2 1" {
		t.Errorf("batches have %s jobs", got)
	}
	cancel()
	if n, more := <-flushed; more {
		t.Errorf("a batch of %d is left", n)
	}
}

// send hands n jobs to a batcher that waits long for more of them.
func send(n int) {
	b := &Batcher{Size: 64, Idle: time.Hour, Flush: func([]Job) {}}
	jobs := make(chan Job, 64)
	go func() {
		for i := 0; i < n; i++ {
			jobs <- Job{ID: int64(i)}
		}
		close(jobs)
	}()
	b.Run(context.Background(), jobs)
}

// BenchmarkRun has a job for each turn.
func BenchmarkRun(b *testing.B) {
	b.ReportAllocs()
	send(b.N)
}

// BenchmarkHeld reports what a collection leaves of the timers that have not fired.
func BenchmarkHeld(b *testing.B) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	send(b.N)
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&after)
	held := float64(after.HeapAlloc) - float64(before.HeapAlloc)
	b.ReportMetric(max(held, 0)/float64(b.N), "held-B/op")
}
