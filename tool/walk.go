package tool

import (
	"reflect"
	"unsafe"
)

// walk is one look at one argument. It is over, and what was not seen yet is left to the
// codec and to Python, where values nest deeper than anything sensible, which one that
// holds itself does, and where the alternatives for one scalar multiply.
type walk struct {
	depth   int
	choices int // how many choices between alternatives this is in
	tries   int // of alternatives in many choices
	over    bool
	known   map[sight]*fault // what was found of containers in many choices
}

const (
	maxNesting = 200
	maxTries   = 1 << 20
	// Schemas that do not refer to themselves have no more choices in choices.
	manyChoices = 3
)

// sight is a container as looked at by a schema.
type sight struct {
	by     *node
	at     unsafe.Pointer
	length int
	typ    reflect.Type
}

// visit looks at a value, one level down from the last.
func (w *walk) visit(n *node, v classified) (f *fault) {
	chooses := n.anyOf != nil || n.oneOf != nil || n.allOf != nil
	w.depth++
	if chooses {
		w.choices++
	}
	if w.choices > manyChoices {
		f = w.again(n, v)
	} else {
		f = n.look(v, w)
	}
	if chooses {
		w.choices--
	}
	w.depth--
	return f
}

// again looks at a value that other alternatives may have looked at before. Once is
// enough for each schema, or the looks would double with each choice.
func (w *walk) again(n *node, v classified) *fault {
	key, ok := sightOf(n, v)
	if !ok {
		w.tries++
		return n.look(v, w)
	}
	f, seen := w.known[key]
	if seen {
		return f
	}
	if f = n.look(v, w); w.known == nil {
		w.known = map[sight]*fault{}
	}
	w.known[key] = f
	return f
}

// ends reports whether there is nothing more to find out.
func (w *walk) ends() bool {
	w.over = w.over || w.depth > maxNesting || w.tries > maxTries
	return w.over
}

// sightOf tells containers that several ways may lead to.
func sightOf(n *node, v classified) (sight, bool) {
	if v.kind != isArray && v.kind != isObject {
		return sight{}, false
	}
	s := sight{by: n, typ: v.v.Type()}
	switch k := v.v.Kind(); {
	case k == reflect.Map:
		s.at = v.v.UnsafePointer()
	case k == reflect.Slice:
		s.at, s.length = v.v.UnsafePointer(), v.v.Len()
	case v.v.CanAddr():
		s.at = v.v.Addr().UnsafePointer()
	}
	return s, s.at != nil
}
