package zarrow

import (
	"context"
	"errors"

	"github.com/apache/arrow/go/v17/arrow"

	"github.com/gosnakepit/snakepit/internal/capsule"
)

// openGiven is open for an object of another process.
func openGiven(ctx context.Context, from capsule.Giver, kinds ...capsule.Kind) (*incoming, error) {
	var in *incoming
	var err error
	for _, kind := range kinds {
		if kind == capsule.Array {
			in, err = givenArray(ctx, from)
		} else {
			in, err = givenStream(ctx, from)
		}
		if !errors.Is(err, capsule.ErrNotOffered) {
			break
		}
	}
	return in, err
}

func givenArray(ctx context.Context, from capsule.Giver) (*incoming, error) {
	schema, batch, err := from.GiveArray(ctx)
	if err != nil {
		return nil, err
	}
	f, err := readField(schema)
	if err != nil {
		batch.Release()
		return nil, err
	}
	arr, err := readBatch(batch, f.Type)
	return &incoming{field: f, first: arr}, err
}

func givenStream(ctx context.Context, from capsule.Giver) (*incoming, error) {
	schema, batches, err := from.GiveStream(ctx)
	if err != nil {
		return nil, streamError(err)
	}
	f, err := readField(schema)
	if err != nil {
		batches.Close()
		return nil, err
	}
	return started(f, givenBatches{batches}), nil
}

// givenBatches are those of a stream of another process.
type givenBatches struct{ capsule.Batches }

func (b givenBatches) close() { b.Close() }

func (b givenBatches) next(dt arrow.DataType) (arrow.Array, error) {
	batch, err := b.Next()
	if err != nil || batch == nil {
		return nil, streamError(err)
	}
	return readBatch(batch, dt)
}

// streamError is what a producer said, in this package's words.
func streamError(err error) error {
	var failed *capsule.FailedError
	if errors.As(err, &failed) {
		return &StreamError{failed.Errno, failed.Message}
	}
	return err
}

// readBatch makes an array of a batch, and owns it.
func readBatch(batch *capsule.Batch, dt arrow.DataType) (arrow.Array, error) {
	return adopt(batch.Release).read(tree{batch.Tree}, dt)
}
