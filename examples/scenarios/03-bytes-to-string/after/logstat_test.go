package after

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// log returns a log of n lines of the given length.
func log(n, length int) []byte {
	var text bytes.Buffer
	for i := 0; i < n; i++ {
		level := "INFO "
		if i%4 == 0 {
			level = "ERROR"
		}
		line := fmt.Sprintf("%s %d slow=%t ", level, i, i%10 == 0)
		text.WriteString(line + strings.Repeat("x", max(length-len(line), 0)) + "\n")
	}
	return text.Bytes()
}

func TestRead(t *testing.T) {
	stats, err := Read(bytes.NewReader(log(100, 100)))
	if want := (Stats{Lines: 100, Errors: 25, Slow: 10, Bytes: 10000}); stats != want || err != nil {
		t.Errorf("the stats are %v, %v, not %v", stats, err, want)
	}
}

func BenchmarkRead(b *testing.B) {
	text, reader := log(1000, 100), new(bytes.Reader)
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		reader.Reset(text)
		if stats, err := Read(reader); err != nil || stats.Lines != 1000 {
			b.Fatal(stats, err)
		}
	}
}
