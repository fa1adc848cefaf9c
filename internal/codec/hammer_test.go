package codec_test

import (
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"
)

// TestHammer makes plans and zones from many goroutines at once, the same and
// different ones.
func TestHammer(t *testing.T) {
	types := make([]reflect.Type, 20)
	for i := range types {
		field := reflect.StructField{Name: "F", Type: reflect.ArrayOf(i+1, reflect.TypeFor[map[[2]int8]*node]())}
		types[i] = reflect.StructOf([]reflect.StructField{field})
	}
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 200 {
				v := reflect.New(types[i%len(types)]).Elem()
				v.Field(0).Index(0).Set(reflect.ValueOf(map[[2]int8]*node{{1, 2}: {Value: i}}))
				if got, err := decodeAs(t, v.Interface(), v.Type()); err != nil || got.Field(0).Index(0).Len() != 1 {
					t.Errorf("%v: %v", got, err)
				}
				at := time.Unix(int64(i), 0).In(time.FixedZone(fmt.Sprintf("Z/%d", i*g%50), 60))
				if got, err := decodeAs(t, at, reflect.TypeFor[time.Time]()); err != nil || !got.Interface().(time.Time).Equal(at) {
					t.Errorf("%v: %v", got, err)
				}
			}
		})
	}
	wg.Wait()
}
