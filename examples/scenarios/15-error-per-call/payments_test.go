package payments

import (
	"net/http/httptest"
	"strings"
	"testing"
)

func TestHandle(t *testing.T) {
	body := strings.NewReader(`[{"amount":1,"currency":"EUR"},{"amount":0},{"amount":1,"currency":"E"},{"amount":1,"currency":"eur"}]`)
	answer := httptest.NewRecorder()
	handle(answer, httptest.NewRequest("POST", "/", body))
	want := `[{"index":1,"reason":"amount must be positive"},{"index":2,"reason":"currency must have three letters"},` +
		`{"index":3,"reason":"currency must have capital letters"}]` + "\n"
	if got := answer.Body.String(); got != want {
		t.Errorf("the answer is %q, not %q", got, want)
	}
}

func BenchmarkReject(b *testing.B) {
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		if err := validate(Payment{Amount: -1, Currency: "EUR"}); err == nil {
			b.Fatal("the payment is not rejected")
		}
	}
}
