package p

func even(n int) bool {
	if n == 0 {
		return true
	}
	return odd(n - 1)
}

func odd(n int) bool {
	if n == 0 {
		return false
	}
	return even(n - 1)
}

func itself(n int) int {
	if n <= 1 {
		return 1
	}
	return n * itself(n-1)
}

func starts(n int) bool { return even(n) && itself(n) > 2 }

func within(n int) int {
	each := func(m int) int {
		if m > 2 {
			return within(m - 1)
		}
		return m
	}
	return each(n)
}
