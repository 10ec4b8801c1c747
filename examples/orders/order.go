// Package orders holds what the service's parts share: an order and its lines.
package orders

import "time"

// An Order is what a customer wants delivered.
type Order struct {
	ID       string    `json:"id"`
	Customer string    `json:"customer"`
	Placed   time.Time `json:"placed"`
	Lines    []Line    `json:"lines"`
}

// A Line is one article of an order. Prices are in cents.
type Line struct {
	SKU   string `json:"sku"`
	Count int    `json:"count"`
	Price int64  `json:"price"`
}

// Total is the price of the whole order in cents.
func (o *Order) Total() int64 {
	var total int64
	for _, l := range o.Lines {
		total += int64(l.Count) * l.Price
	}
	return total
}

// SKUs lists the articles of the order.
func (o *Order) SKUs() []string {
	var skus []string
	for _, l := range o.Lines {
		skus = append(skus, l.SKU)
	}
	return skus
}
