// Package payments checks payments before they are booked.
package payments

import (
	"encoding/json"
	"errors"
	"net/http"
)

// A Payment is what a client asks for.
type Payment struct {
	Amount   int64  `json:"amount"` // cents
	Currency string `json:"currency"`
}

// A Rejection says which payment of a batch is not booked, and why.
type Rejection struct {
	Index  int    `json:"index"`
	Reason string `json:"reason"`
}

// Register has mux answer with the payments of a batch that are rejected.
func Register(mux *http.ServeMux) {
	mux.HandleFunc("POST /payments", handle)
}

func handle(w http.ResponseWriter, r *http.Request) {
	var batch []Payment
	if err := json.NewDecoder(r.Body).Decode(&batch); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	var rejected []Rejection
	for i, p := range batch {
		if err := validate(p); err != nil {
			rejected = append(rejected, Rejection{Index: i, Reason: err.Error()})
		}
	}
	json.NewEncoder(w).Encode(rejected)
}

// validate says what is wrong with a payment.
func validate(p Payment) error {
	if err := validateAmount(p.Amount); err != nil {
		return err
	}
	return validateCurrency(p.Currency)
}

func validateAmount(cents int64) error {
	if cents <= 0 {
		return errors.New("amount must be positive")
	}
	return nil
}

func validateCurrency(code string) error {
	if len(code) != 3 {
		return errors.New("currency must have three letters")
	}
	for i := 0; i < len(code); i++ {
		if code[i] < 'A' || code[i] > 'Z' {
			return errors.New("currency must have capital letters")
		}
	}
	return nil
}
