package main

import "reflect"

// pointers tells whether the collector has to look into values of a type.
func pointers[T any]() int {
	if hasPointers(reflect.TypeFor[T]()) {
		return 1
	}
	return 0
}

func hasPointers(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Array:
		return t.Len() > 0 && hasPointers(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if hasPointers(t.Field(i).Type) {
				return true
			}
		}
		return false
	case reflect.Pointer, reflect.UnsafePointer, reflect.String, reflect.Slice, reflect.Map,
		reflect.Chan, reflect.Func, reflect.Interface:
		return true
	}
	return false
}

// Types of many sizes, without pointers and with.
type (
	mixed struct {
		name string
		n    int32
	}
	ending struct {
		n int64
		_ struct{}
	}
)

// elements does something for types that slices and channels are made of.
func elements(slices, channels bool) {
	element[struct{}](slices, channels)
	element[bool](slices, channels)
	element[int16](slices, channels)
	element[[3]byte](slices, channels)
	element[int32](slices, channels)
	element[[5]byte](slices, channels)
	element[[6]byte](slices, channels)
	element[[7]byte](slices, channels)
	element[int64](slices, channels)
	element[[10]byte](slices, channels)
	element[[3]int32](slices, channels)
	element[[15]byte](slices, channels)
	element[[2]int64](slices, channels)
	element[[5]int32](slices, channels)
	element[[3]int64](slices, channels)
	element[[32]byte](slices, channels)
	element[[33]byte](slices, channels)
	element[[5]int64](slices, channels)
	element[[48]byte](slices, channels)
	element[[64]byte](slices, channels)
	element[[100]byte](slices, channels)
	element[[16]int64](slices, channels)
	element[[200]byte](slices, channels)
	element[[256]byte](slices, channels)
	element[[1000]byte](slices, channels)
	element[ending](slices, channels)
	element[*int](slices, channels)
	element[string](slices, channels)
	element[any](slices, channels)
	element[[]int](slices, channels)
	element[mixed](slices, channels)
	element[[5]*int](slices, channels)
	element[[16]*int](slices, channels)
	element[[17]string](slices, channels)
	element[[65]*int](slices, channels)
	element[[200]*int](slices, channels)
}

func element[T any](slices, channels bool) {
	if slices {
		growth[T]()
		filling[T]()
	}
	if channels {
		channel[T]()
	}
}
