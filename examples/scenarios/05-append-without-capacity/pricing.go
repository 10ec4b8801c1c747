// Package pricing answers with what goods cost.
package pricing

import (
	"encoding/json"
	"net/http"
)

// Rate is what an amount is multiplied with, in thousandths.
type Rate int

// A Book has the prices of lists of goods, in cents.
type Book struct {
	Lists map[string][]int
	Rate  Rate
}

// ServeHTTP answers with the prices of the lists that are asked for.
func (b *Book) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := make(map[string][]int)
	for _, name := range r.URL.Query()["list"] {
		answer[name] = convert(b.Lists[name], b.Rate)
	}
	json.NewEncoder(w).Encode(answer)
}

// convert returns prices in another currency.
func convert(prices []int, rate Rate) []int {
	var out []int
	for _, price := range prices {
		out = append(out, price*int(rate)/1000)
	}
	return out
}
