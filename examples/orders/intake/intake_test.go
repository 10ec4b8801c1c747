package intake

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/orders"
)

const batch = `[
	{"id": "AB-1234", "customer": "c1", "lines": [{"sku": "s1", "count": 2, "price": 150}]},
	{"id": "AB-1235", "customer": "c2", "lines": [{"sku": "s2", "count": 1, "price": 990}]}
]`

func post(s *Server, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/orders", strings.NewReader(body)))
	return w
}

func TestBatchIsAccepted(t *testing.T) {
	s := NewServer(8)
	w := post(s, batch)
	if got := strings.TrimSpace(w.Body.String()); w.Code != http.StatusOK || got != `["AB-1234","AB-1235"]` {
		t.Fatalf("got %d %s", w.Code, got)
	}
	s.Close()
	var total int64
	s.Work(func(o *orders.Order) { total += o.Total() }, func() {}, time.Second)
	if total != 1290 {
		t.Errorf("total is %d", total)
	}
}

func TestFaultsAreNamed(t *testing.T) {
	line := []orders.Line{{SKU: "s", Count: 1, Price: 1}}
	tests := []struct {
		order orders.Order
		want  string
	}{
		{orders.Order{ID: "x", Customer: "c", Lines: line}, "malformed order id"},
		{orders.Order{ID: "AB-1234", Lines: line}, "order without a customer"},
		{orders.Order{ID: "AB-1234", Customer: "c"}, "order without lines"},
		{orders.Order{ID: "AB-1234", Customer: "c", Lines: []orders.Line{{}}}, "line 0: count 0"},
		{orders.Order{ID: "AB-1234", Customer: "c", Lines: []orders.Line{{Count: 1, Price: -1}}}, "negative price"},
	}
	for _, test := range tests {
		err := Validate(&test.order)
		if err == nil || err.Error() != test.want {
			t.Errorf("got %v, want %s", err, test.want)
		}
	}
}

func BenchmarkValidate(b *testing.B) {
	o := &orders.Order{ID: "AB-1234", Customer: "c", Lines: []orders.Line{{SKU: "s", Count: 1, Price: 1}}}
	b.ReportAllocs()
	for range b.N {
		if err := Validate(o); err != nil {
			b.Fatal(err)
		}
	}
}
