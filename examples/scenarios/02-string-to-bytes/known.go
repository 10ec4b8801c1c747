package ingest

import "crypto/subtle"

// sumShared is sum where all devices have the same token.
func sumShared(batch []Record, want []byte) (sum int64) {
	for i := range batch {
		if isToken([]byte(batch[i].Token), want) {
			sum += batch[i].Value
		}
	}
	return sum
}

// isToken only reads: since Go 1.22 its caller's conversion copies nothing.
//
//go:noinline
func isToken(token, want []byte) bool {
	return subtle.ConstantTimeCompare(token, want) == 1
}
