package cgo

/*
#include "floor.h"
*/
import "C"

import "errors"

var errFloor = errors.New("snakepit: Python raised in a floor benchmark")

func floor(rc C.int) error {
	if rc != 0 {
		return errFloor
	}
	return nil
}

// FloorCallInt runs n times in C: attach, fn(int) -> int, detach.
func FloorCallInt(fn Object, n int) error {
	return floor(C.sp_floor_call_int(C.uintptr_t(fn), C.size_t(n)))
}

// FloorCallDict5 runs n times in C: attach, fn with five keyword arguments, read
// the dict it returns, detach.
func FloorCallDict5(fn, keys Object, n int) error {
	return floor(C.sp_floor_call_dict5(C.uintptr_t(fn), C.uintptr_t(keys), C.size_t(n)))
}

// FloorListF64 runs n times in C: attach, a list of m floats to fn and back, detach.
func FloorListF64(fn Object, m, n int) error {
	return floor(C.sp_floor_list_f64(C.uintptr_t(fn), C.size_t(m), C.size_t(n)))
}

// FloorMemcpy copies m bytes n times.
func FloorMemcpy(m, n int) error { return floor(C.sp_floor_memcpy(C.size_t(m), C.size_t(n))) }
