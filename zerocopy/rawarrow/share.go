//go:build cgo

package rawarrow

import (
	"sync/atomic"
	"unsafe"

	"github.com/gosnakepit/snakepit/cgo/carrow"
	"github.com/gosnakepit/snakepit/zerocopy/internal/lend"
)

// node is a struct of a tree: an ArrowSchema or an ArrowArray.
type node[T any] interface {
	*T
	Child(i int) *T
	Released() bool
	Below() (children int64, pointers unsafe.Pointer, dictionary *T)
	Put(children, private unsafe.Pointer, dictionary *T)
}

// tree is what copying the structs of one takes.
type tree struct{ size, structs int }

// loan is one copy of the structs in C's hands. It refers to the structs that were
// taken over, which hold the memory.
type loan struct {
	from  *block
	count *atomic.Int64
}

// Drop is C's last release, on any thread.
func (l *loan) Drop() {
	l.count.Add(-1)
	l.from.drop()
}

// share makes a copy that counts.
func (v *Value) share(count *atomic.Int64, export func(*loan) error) error {
	if !v.holders.Hold() {
		return ErrReleased
	}
	defer v.holders.Let()
	v.in.refs.Add(1)
	count.Add(1)
	l := &loan{v.in, count}
	err := export(l)
	if err != nil {
		l.Drop()
	}
	return err
}

// share copies the structs at from to out, zeroed memory of C. Strings, buffers and the
// lists of buffers stay where they are.
func share[T any, P node[T]](t tree, l *loan, from, out P) error {
	w, err := lend.NewArena(t.size, t.structs, l)
	if err != nil {
		return err
	}
	repeat(&w, from, out)
	return nil
}

func repeat[T any, P node[T]](w *lend.Arena, from, out P) {
	*out = *from
	n, _, dictionary := from.Below()
	var list unsafe.Pointer
	if n > 0 {
		pointers, structs := lend.Many[P](w, int(n)), lend.Many[T](w, int(n))
		list = unsafe.Pointer(unsafe.SliceData(pointers))
		for i := range pointers {
			pointers[i] = &structs[i]
			repeat(w, P(from.Child(i)), pointers[i])
		}
	}
	if dictionary != nil {
		values := &lend.Many[T](w, 1)[0]
		repeat(w, P(dictionary), P(values))
		dictionary = values
	}
	out.Put(list, w.Private(), dictionary)
}

// measure adds what a copy of p takes, and looks at all that a copy reads.
func measure[T any, P node[T]](t *tree, p P, level int) error {
	n, pointers, dictionary := p.Below()
	switch {
	case level > depth:
		return invalid("it is nested deeper than %d", depth)
	case n < 0 || n > maxNodes || n > 0 && pointers == nil:
		return invalid("it has %d children, or says so", n)
	case t.structs > maxNodes:
		return invalid("it has more than %d children in all", maxNodes)
	}
	var one T
	t.structs++
	t.size += int(n) * int(unsafe.Sizeof(one)+unsafe.Sizeof(pointers))
	for i := range int(n) {
		if child := P(p.Child(i)); child == nil || child.Released() {
			return invalid("its child %d is missing or was released before", i)
		} else if err := measure(t, child, level+1); err != nil {
			return err
		}
	}
	if dictionary == nil {
		return nil
	}
	t.size += int(unsafe.Sizeof(one))
	return measure(t, P(dictionary), level+1)
}

// agree wants a schema and an array with the same children.
func agree(s *carrow.Schema, a *carrow.Array) error {
	if s.NumChildren != a.NumChildren || (s.Dictionary == nil) != (a.Dictionary == nil) {
		return invalid("the schema has %d children, the array %d, or only one of them has a dictionary", s.NumChildren, a.NumChildren)
	}
	for i := range int(s.NumChildren) {
		if err := agree(s.Child(i), a.Child(i)); err != nil {
			return err
		}
	}
	if s.Dictionary != nil {
		return agree(s.Dictionary, a.Dictionary)
	}
	return nil
}
