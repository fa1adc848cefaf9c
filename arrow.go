package snakepit

import (
	"context"
	"fmt"

	"github.com/gosnakepit/snakepit/internal/capsule"
	"github.com/gosnakepit/snakepit/profile"
)

// ImportArrow is for package zarrow, whose functions read an Object that offers Arrow
// data: it calls the object's method of that kind and moves the C structs to the
// addresses.
func (o *Object) ImportArrow(ctx context.Context, kind capsule.Kind, schema, array, stream uintptr) error {
	first := schema
	if kind == capsule.Stream {
		first = stream
	}
	v, err := o.do(ctx, profile.Helper, "take_arrow", []any{int(kind), first, array})
	if err != nil {
		return err
	}
	if has, _ := v.(bool); !has {
		name, _ := o.TypeName(ctx)
		return fmt.Errorf("snakepit: %w: %s has no %s", capsule.ErrNotOffered, name, kind.Method())
	}
	return nil
}
