package visits

// even reports whether a user is in the first half of an experiment.
func even(id *userID) bool { return id.v%2 == 0 }

// countEven makes an ID of each number. The constructor is inlined and nothing keeps the pointer, so that there is no object.
func countEven(numbers []int64) (n int) {
	for _, number := range numbers {
		if even(newUserID(number)) {
			n++
		}
	}
	return n
}
