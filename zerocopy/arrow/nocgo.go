//go:build !cgo

package zarrow

import (
	"errors"
	"fmt"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/gosnakepit/snakepit/internal/capsule"
)

var errNoC = errors.New("zarrow: this program was built without cgo, and has no C structs: run Python in another process, or build with CGO_ENABLED=1")

// ExportSchema fails: there is no C to fill structs for.
func (v *Value) ExportSchema(uintptr) error { return errNoC }

// ExportArray fails as ExportSchema does.
func (v *Value) ExportArray(_, _ uintptr) error { return errNoC }

// ExportStream fails as ExportSchema does.
func (v *Value) ExportStream(uintptr) error { return errNoC }

func openObject(v any, _ ...capsule.Kind) (*incoming, error) { return nil, noObject(v) }

func objectField(v any) (arrow.Field, error) { return arrow.Field{}, noObject(v) }

func noObject(v any) error {
	return fmt.Errorf("snakepit: %T is no Python object with Arrow data: give the result of a call, as *snakepit.ArrowData", v)
}
