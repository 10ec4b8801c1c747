// Package intake takes orders over HTTP.
package intake

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"time"

	"example.com/orders"
)

// A Server checks orders and hands them to whoever reads its queue.
type Server struct {
	queue chan *orders.Order
}

// NewServer makes a server whose queue holds size orders.
func NewServer(size int) *Server {
	return &Server{queue: make(chan *orders.Order, size)}
}

// Queue is where accepted orders come out.
func (s *Server) Queue() <-chan *orders.Order { return s.queue }

// ServeHTTP takes one order, or a batch of them.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var batch []*orders.Order
	if err := json.NewDecoder(r.Body).Decode(&batch); err != nil {
		http.Error(w, fmt.Sprintf("bad request: %v", err), http.StatusBadRequest)
		return
	}
	var accepted []string
	for _, o := range batch {
		if err := Validate(o); err != nil {
			http.Error(w, fmt.Sprintf("order %s: %v", o.ID, err), http.StatusUnprocessableEntity)
			return
		}
		accepted = append(accepted, o.ID)
	}
	for _, o := range batch {
		s.queue <- o
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(accepted); err != nil {
		http.Error(w, "cannot answer", http.StatusInternalServerError)
	}
}

// Validate says what is wrong with an order, if anything.
func Validate(o *orders.Order) error {
	if !validID(o.ID) {
		return errors.New("malformed order id")
	}
	if o.Customer == "" {
		return errors.New("order without a customer")
	}
	if len(o.Lines) == 0 {
		return fmt.Errorf("order without lines")
	}
	for i, l := range o.Lines {
		if l.Count <= 0 {
			return fmt.Errorf("line %d: count %d", i, l.Count)
		}
		if l.Price < 0 {
			return errors.New("negative price")
		}
	}
	return nil
}

func validID(id string) bool {
	re := regexp.MustCompile(`^[A-Z]{2}-[0-9]{4,12}$`)
	return re.MatchString(id)
}

// Work hands orders on until the queue is closed, and calls idle when nothing came for a while.
func (s *Server) Work(handle func(*orders.Order), idle func(), patience time.Duration) {
	for {
		select {
		case o, ok := <-s.queue:
			if !ok {
				return
			}
			handle(o)
		case <-time.After(patience):
			idle()
		}
	}
}

// Close ends the queue: no order is taken afterwards.
func (s *Server) Close() { close(s.queue) }
