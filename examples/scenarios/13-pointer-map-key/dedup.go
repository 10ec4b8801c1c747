// Package dedup drops deliveries that came before.
package dedup

// A Tenant is a customer. There is one of each in the process.
type Tenant struct {
	ID   uint64
	Name string
}

// A Delivery is a message for a tenant, which may come more than once.
type Delivery struct {
	Tenant *Tenant
	ID     int64
	Body   []byte
}

// key tells deliveries apart.
type key struct {
	Tenant *Tenant
	ID     int64
}

// A Filter remembers what came.
type Filter struct {
	seen map[key]struct{}
}

// NewFilter returns a filter that has seen nothing.
func NewFilter() *Filter {
	return &Filter{seen: make(map[key]struct{})}
}

// Run hands on what comes for the first time.
func (f *Filter) Run(in <-chan Delivery, out chan<- Delivery) {
	defer close(out)
	for d := range in {
		if f.first(d.Tenant, d.ID) {
			out <- d
		}
	}
}

func (f *Filter) first(t *Tenant, id int64) bool {
	k := key{Tenant: t, ID: id}
	if _, ok := f.seen[k]; ok {
		return false
	}
	f.seen[k] = struct{}{}
	return true
}
