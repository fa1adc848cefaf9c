package main

import (
	"unsafe"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/cdata"

	"github.com/gosnakepit/snakepit/zerocopy/rawarrow"
)

// These are all that a program on v18 needs, for records and for streams.

func toPython(rec arrow.RecordBatch) (*rawarrow.Value, error) {
	var schema cdata.CArrowSchema
	var arr cdata.CArrowArray
	cdata.ExportArrowRecordBatch(rec, &arr, &schema)
	return rawarrow.ImportFrom(unsafe.Pointer(&schema), unsafe.Pointer(&arr))
}

func fromPython(v any) (arrow.RecordBatch, error) {
	var schema cdata.CArrowSchema
	var arr cdata.CArrowArray
	if err := rawarrow.ExportTo(v, unsafe.Pointer(&schema), unsafe.Pointer(&arr)); err != nil {
		return nil, err
	}
	return cdata.ImportCRecordBatch(&arr, &schema)
}

func streamToPython(r array.RecordReader) (*rawarrow.Value, error) {
	var stream cdata.CArrowArrayStream
	cdata.ExportRecordReader(r, &stream)
	return rawarrow.ImportStreamFrom(unsafe.Pointer(&stream))
}

func streamFromPython(v any) (array.RecordReader, error) {
	var stream cdata.CArrowArrayStream
	if err := rawarrow.ExportStreamTo(v, unsafe.Pointer(&stream)); err != nil {
		return nil, err
	}
	r, err := cdata.ImportCRecordReader(&stream, nil)
	if err != nil {
		return nil, err
	}
	return r.(array.RecordReader), nil
}
