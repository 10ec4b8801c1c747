// Package batch gathers jobs and hands them on, many at a time.
package batch

import (
	"context"
	"time"
)

// A Job is to be done.
type Job struct {
	ID int64
}

// A Batcher hands jobs on once there are enough of them, or once nothing has come for a while.
type Batcher struct {
	Size  int
	Idle  time.Duration
	Flush func([]Job)

	jobs []Job
}

// Run takes jobs until there are no more or the context ends.
func (b *Batcher) Run(ctx context.Context, jobs <-chan Job) {
	defer b.flush()
	for {
		select {
		case job, ok := <-jobs:
			if !ok {
				return
			}
			b.add(job)
		case <-time.After(b.Idle):
			b.flush()
		case <-ctx.Done():
			return
		}
	}
}

func (b *Batcher) add(job Job) {
	b.jobs = append(b.jobs, job)
	if len(b.jobs) >= b.Size {
		b.flush()
	}
}

func (b *Batcher) flush() {
	if len(b.jobs) > 0 {
		b.Flush(b.jobs)
		b.jobs = b.jobs[:0]
	}
}
