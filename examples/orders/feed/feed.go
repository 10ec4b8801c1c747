// Package feed reads the orders that a partner sends as text, one a line:
//
//	AB-1234;customer;2026-03-01T10:00:00Z;sku*count@price,sku*count@price
package feed

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"example.com/orders"
)

// Read reads all orders. A line that cannot be read ends it, and is named in the error.
func Read(r io.Reader) ([]*orders.Order, error) {
	var all []*orders.Order
	in := bufio.NewScanner(r)
	for n := 1; in.Scan(); n++ {
		line := string(in.Bytes())
		if strings.TrimSpace(line) == "" {
			continue
		}
		o, err := parse(line)
		if err != nil {
			return all, fmt.Errorf("line %d: %w", n, err)
		}
		all = append(all, o)
	}
	return all, in.Err()
}

func parse(line string) (*orders.Order, error) {
	parts := strings.Split(line, ";")
	if len(parts) != 4 {
		return nil, errors.New("an order has four parts")
	}
	placed, err := time.Parse(time.RFC3339, parts[2])
	if err != nil {
		return nil, err
	}
	o := &orders.Order{ID: parts[0], Customer: parts[1], Placed: placed}
	for _, text := range strings.Split(parts[3], ",") {
		l, err := parseLine(text)
		if err != nil {
			return nil, err
		}
		o.Lines = append(o.Lines, l)
	}
	return o, nil
}

func parseLine(text string) (orders.Line, error) {
	sku, rest, ok := strings.Cut(text, "*")
	if !ok {
		return orders.Line{}, errors.New("a line needs a count")
	}
	count, price, ok := strings.Cut(rest, "@")
	if !ok {
		return orders.Line{}, errors.New("a line needs a price")
	}
	l := orders.Line{SKU: sku}
	var err error
	if l.Count, err = strconv.Atoi(count); err != nil {
		return l, err
	}
	l.Price, err = strconv.ParseInt(price, 10, 64)
	return l, err
}

// Customers lists who ordered, once each, in the order of their first order.
func Customers(all []*orders.Order) []string {
	seen := make(map[string]bool)
	names := []string{}
	for _, o := range all {
		if !seen[o.Customer] {
			seen[o.Customer] = true
			names = append(names, o.Customer)
		}
	}
	return names
}
