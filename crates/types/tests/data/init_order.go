// Package order has variables that wait for others. The comment behind a value says when its turn is, as go/types of
// Go 1.27.3 has it.
package order

// The example of the language specification.
var a = c + b // turn 3
var b = f()   // turn 2
var c = 1     // turn 0

func f() int {
	d++
	return d
}

var d = 3 // turn 1

// A variable without a value has a turn all the same.
var (
	waits = &unset // turn 5
	next  = 1      // turn 4
	unset int
)

// Through methods: selected on a value, on a type, on an interface.
var (
	ofInterface = I(T{}).ab()           // turn 6
	_           = sideEffect()          // turn 12
	ofValue     = T{}.value             // turn 9
	ofType      = (*T).pointers         // turn 13
	promoted    = struct{ T }{}.value() // turn 10
)

type I interface{ ab() []int }
type T struct{}

func (T) ab() []int      { return late[:] }
func (T) value() int     { return later }
func (*T) pointers() int { return latest }

func sideEffect() int { return latest }

var late = []int{1}                            // turn 7
var later = 8                                  // turn 8
var latest = func() int { return len(late) }() // turn 11

// Methods of instances, and generic functions.
var (
	ofInstance = G[int]{}.get() // turn 14
	ofGeneric  = get[int]()     // turn 17
)

type G[P any] struct{}

func (G[P]) get() *int { return &got }
func get[P any]() *int { return &gotten }

var got = 1    // turn 15
var gotten = 2 // turn 16

// One value for several variables; values of their own.
var (
	user          = second      // turn 21
	first, second = pair()      // turn 20
	left, right   = both, first // turn 24, 22
	both, _       = pair()      // turn 23
)

func pair() (int, int) { return even(3), zero }

// Functions that call each other.
func even(n int) int {
	if n == 0 {
		return base
	}
	return odd(n - 1)
}

func odd(n int) int { return even(n - 1) }

var zero = 0 // turn 18
var base = 1 // turn 19

// In a function literal, and where a local variable has the name.
var (
	literal = func() int { return inner }                             // turn 27
	shadow  = func() int { base, after := 1, 2; return base + after } // turn 25
	inner   = 1                                                       // turn 26
	after   = 2                                                       // turn 28
)

// In the length of an array, and in a constant.
var (
	array    [len(elements)]int
	sized    = [len(elements)]int{} // turn 31
	ofArray  = array[0]             // turn 32
	constant = length               // turn 29
	elements = [...]int{4, 5, 6}    // turn 30
)

const length = len(elements)
