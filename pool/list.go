package pool

// list is a doubly linked list whose links lie in its members, one pair for each list
// that a member may be in; at finds the pair. The zero value is empty. Guarded by
// Pool.mu.
type list[T any] struct {
	head, tail *T
	len        int
}

type links[T any] struct{ prev, next *T }

func (l *list[T]) push(x *T, at func(*T) *links[T]) {
	*at(x) = links[T]{prev: l.tail}
	if l.tail == nil {
		l.head = x
	} else {
		at(l.tail).next = x
	}
	l.tail = x
	l.len++
}

func (l *list[T]) remove(x *T, at func(*T) *links[T]) {
	links := at(x)
	if links.prev == nil {
		l.head = links.next
	} else {
		at(links.prev).next = links.next
	}
	if links.next == nil {
		l.tail = links.prev
	} else {
		at(links.next).prev = links.prev
	}
	links.prev, links.next = nil, nil
	l.len--
}
