package after

import (
	"net/http/httptest"
	"strings"
	"testing"
)

func TestServer(t *testing.T) {
	server := NewServer(SharedToken([]byte("good")))
	body := strings.NewReader(`[{"token": "good", "value": 4}, {"token": "bad", "value": 2}]`)
	answer := httptest.NewRecorder()
	server.ServeHTTP(answer, httptest.NewRequest("POST", "/", body))
	if got := answer.Body.String(); got != "4\n" {
		t.Errorf("the answer is %q", got)
	}
}

func BenchmarkVerify(b *testing.B) {
	token := strings.Repeat("0123456789", 30)
	server := NewServer(SharedToken([]byte(token)))
	records := []Record{{Token: token, Value: 4}}
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		if server.sum(records) != 4 {
			b.Fatal("the token is not taken")
		}
	}
}
