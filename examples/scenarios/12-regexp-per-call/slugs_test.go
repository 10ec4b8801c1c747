package slugs

import (
	"net/http/httptest"
	"testing"
)

func TestHandle(t *testing.T) {
	answer := httptest.NewRecorder()
	handle(answer, httptest.NewRequest("GET", "/?slug=a-1&slug=-a&slug=A&slug=a--b", nil))
	if got, want := answer.Body.String(), `["-a","A","a--b"]`+"\n"; got != want {
		t.Errorf("the answer is %q, not %q", got, want)
	}
}

func BenchmarkIsValid(b *testing.B) {
	b.ReportAllocs()
	for i := 0; i < b.N; i++ {
		if !isValid("a-slug-of-some-words") {
			b.Fatal("the slug is not valid")
		}
	}
}
