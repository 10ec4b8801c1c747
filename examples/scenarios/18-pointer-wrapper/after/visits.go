// Package after passes numbers of users by value. It keeps the last visitors of a page.
package after

// userID is the number of a user, which no other number is mistaken for.
type userID struct {
	v int64
}

func newUserID(v int64) userID { return userID{v: v} }

// Int64 returns the number.
func (id userID) Int64() int64 { return id.v }

// Recent has the last visitors. It belongs to one goroutine.
type Recent struct {
	users [64]userID
	count int
}

// Run takes visitors until there are no more, and sends the sum of those that are kept whenever it is asked for.
func (r *Recent) Run(visitors <-chan int64, ask <-chan chan<- int64) {
	for {
		select {
		case v, ok := <-visitors:
			if !ok {
				return
			}
			r.add(newUserID(v))
		case answer := <-ask:
			answer <- r.sum()
		}
	}
}

// add keeps a visitor in place of the one that came longest ago.
func (r *Recent) add(id userID) {
	r.users[r.count%len(r.users)] = id
	r.count++
}

// sum adds up the numbers of those who are kept.
func (r *Recent) sum() (sum int64) {
	for _, id := range r.users[:min(r.count, len(r.users))] {
		sum += id.Int64()
	}
	return sum
}
