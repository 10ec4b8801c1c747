package p

type number interface{ ~int | ~float64 }

func sum[T number](xs []T) T {
	var s T
	for _, x := range xs {
		s += x
	}
	return s
}

type list[T any] struct {
	head T
	tail *list[T]
}

func (l *list[T]) push(x T) *list[T] { return &list[T]{x, l} }

func (l *list[T]) each(f func(T)) {
	for ; l != nil; l = l.tail {
		f(l.head)
	}
}

func collect[T any](l *list[T]) (all []T) {
	l.each(func(x T) { all = append(all, x) })
	return all
}

type stringer interface{ String() string }

type id int

func (i id) String() string { return "id" }

func text[T stringer](x T) string { return x.String() }

func uses() (int, float64, []string) {
	var l *list[string]
	l = l.push("a").push("b")
	return sum([]int{1}), sum([]float64{2}), collect(l)
}

func prints() string { return text(id(1)) }
