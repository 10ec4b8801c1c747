package ingest

import (
	"net/http/httptest"
	"strings"
	"testing"
)

func batch(token string) []Record {
	return []Record{{Token: token, Value: 4}}
}

func TestServer(t *testing.T) {
	server := NewServer(SharedToken([]byte("good")))
	body := strings.NewReader(`[{"token": "good", "value": 4}, {"token": "bad", "value": 2}]`)
	answer := httptest.NewRecorder()
	server.ServeHTTP(answer, httptest.NewRequest("POST", "/", body))
	if got := answer.Body.String(); got != "4\n" {
		t.Errorf("the answer is %q", got)
	}
	if got := sumShared(batch("good"), []byte("good")); got != 4 {
		t.Errorf("the sum is %d", got)
	}
}

func BenchmarkVerify(b *testing.B) {
	token := strings.Repeat("0123456789", 30)
	server, records := NewServer(SharedToken([]byte(token))), batch(token)
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		if server.sum(records) != 4 {
			b.Fatal("the token is not taken")
		}
	}
}

func BenchmarkKnown(b *testing.B) {
	token := strings.Repeat("0123456789", 30)
	want, records := []byte(token), batch(token)
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		if sumShared(records, want) != 4 {
			b.Fatal("the token is not taken")
		}
	}
}
