package capsule

import (
	"context"
	"errors"
	"fmt"
	"syscall"
)

// SchemaTree is what an ArrowSchema says, in memory of Go: the form in which data crosses
// between processes, where addresses say nothing.
type SchemaTree struct {
	Format, Name string
	Metadata     []byte // as C has it; nil: there is none
	Flags        int64
	Children     []SchemaTree
	Dictionary   *SchemaTree
}

// ArrayTree is what an ArrowArray says, with the buffers that it has in C; nil: left out.
type ArrayTree struct {
	Length, NullCount, Offset int64
	Buffers                   [][]byte
	Children                  []ArrayTree
	Dictionary                *ArrayTree
}

// Batch is an array with what tells its owner that nobody reads it any more: once, on any
// goroutine.
type Batch struct {
	Tree    *ArrayTree
	Release func()
}

// Batches are those of a stream, for one goroutine at a time. Next returns nil at the end.
// A stream of Python that fails is a [*FailedError].
type Batches interface {
	Next() (*Batch, error)
	Close() // also long before the end, and twice
}

// Describer is a [Lender] that can say what it lends without C's structs. All of it is
// good until the batches are released, and a reader can be taken once.
type Describer interface {
	Lender
	DescribeSchema() (*SchemaTree, error)
	DescribeArray() (*Batch, error)
	DescribeStream() (Batches, error)
}

// Giver is a Python object of another process that offers Arrow data. Nothing of what it
// gives was checked, except that the buffers are memory. An object without the method of
// a kind is an error that wraps [ErrNotOffered].
type Giver interface {
	GiveSchema(ctx context.Context) (*SchemaTree, error)
	GiveArray(ctx context.Context) (*SchemaTree, *Batch, error)
	GiveStream(ctx context.Context) (*SchemaTree, Batches, error)
}

// FailedError is what a stream's producer says went wrong.
type FailedError struct {
	Errno   syscall.Errno
	Message string
}

func (e *FailedError) Error() string { return fmt.Sprintf("%s (%v)", e.Message, e.Errno) }

// Errno is the number by which the C stream interface tells of an error.
func Errno(err error) syscall.Errno {
	switch {
	case err == nil:
		return 0
	case errors.Is(err, context.Canceled):
		return syscall.ECANCELED
	case errors.Is(err, context.DeadlineExceeded):
		return syscall.ETIMEDOUT
	}
	return syscall.EIO
}
