// Package report writes orders for people and for other programs.
package report

import (
	"bufio"
	"fmt"
	"io"
	"os"

	"example.com/orders"
)

// Write writes orders as CSV: id, customer, articles, total.
func Write(w io.Writer, all []*orders.Order) error {
	out := bufio.NewWriter(w)
	for _, o := range all {
		if _, err := out.WriteString(row(o.ID, o.Customer, skus(o), money(o.Total())) + "\n"); err != nil {
			return err
		}
	}
	return out.Flush()
}

func row(fields ...string) string {
	s := ""
	for i, f := range fields {
		if i > 0 {
			s += ","
		}
		s += f
	}
	return s
}

func skus(o *orders.Order) string {
	text := ""
	for _, l := range o.Lines {
		text += l.SKU + " "
	}
	return text
}

func money(cents int64) string {
	return fmt.Sprintf("%d.%02d", cents/100, cents%100)
}

// Merge copies the files, one after the other.
func Merge(w io.Writer, paths []string) error {
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		if _, err := io.Copy(w, f); err != nil {
			return err
		}
	}
	return nil
}

// Totals lists what each order costs, in the order of the orders.
func Totals(all []*orders.Order) []int64 {
	totals := make([]int64, 0)
	for _, o := range all {
		totals = append(totals, o.Total())
	}
	return totals
}
