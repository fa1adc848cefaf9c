package cgo

/*
#include <stdint.h>
#include <stdlib.h>
*/
import "C"

import (
	"errors"
	"fmt"

	"github.com/gosnakepit/snakepit/internal/capsule"
	"github.com/gosnakepit/snakepit/internal/hold"
)

//export snakepitExportArrow
func snakepitExportArrow(index C.uint64_t, kind C.int, first, array C.uintptr_t) *C.char {
	if err := exportArrow(uint64(index), capsule.Kind(kind), uintptr(first), uintptr(array)); err != nil {
		return C.CString(err.Error())
	}
	return nil
}

func exportArrow(index uint64, kind capsule.Kind, first, array uintptr) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in Go: %v", p)
		}
	}()
	e, ok := hold.At(index).Owner().(capsule.Exporter)
	if !ok {
		return errors.New("snakepit: the Go value behind this object is no Arrow value")
	}
	switch kind {
	case capsule.Schema:
		return e.ExportSchema(first)
	case capsule.Array:
		return e.ExportArray(first, array)
	}
	return e.ExportStream(first)
}
