package tool

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"unicode/utf8"
)

// fault is why a value does not fit, and where.
type fault struct{ path, want, got string }

// in returns the same fault as seen from one step further out.
func (f *fault) in(step string) *fault { return &fault{step + f.path, f.want, f.got} }

// quick accepts the commonest values without a closer look.
func (n *node) quick(v any) bool {
	switch v.(type) {
	case int, int64:
		return n.plain&isInteger != 0
	case float64:
		return n.plain&isNumber != 0
	case string:
		return n.plain&isString != 0
	case bool:
		return n.plain&isBool != 0
	}
	return false
}

func (n *node) check(v any) *fault { return n.value(classify(v), new(walk)) }

// value checks a value. Where the walk ends early nobody knows, so there is no fault.
func (n *node) value(v classified, w *walk) *fault {
	if v.unknowable || w.ends() {
		return nil
	}
	f := w.visit(n, v)
	if w.over {
		return nil
	}
	return f
}

// look checks what a schema says by its parts, and then what it says itself.
func (n *node) look(v classified, w *walk) *fault {
	if n.ref != nil {
		if f := n.ref.value(v, w); f != nil {
			return f
		}
	}
	for _, part := range n.allOf {
		if f := part.value(v, w); f != nil {
			return f
		}
	}
	if f := n.some(v, w); f != nil {
		return f
	}
	if f := n.one(v, w); f != nil {
		return f
	}
	return n.itself(v, w)
}

// some wants one of anyOf, at least.
func (n *node) some(v classified, w *walk) *fault {
	var nearest *fault
	for _, one := range n.anyOf {
		f := one.value(v, w)
		if f == nil {
			return nil
		}
		nearest = nearest.or(f)
	}
	return n.none(n.anyOf, nearest, v)
}

// one wants one of oneOf, and no second.
func (n *node) one(v classified, w *walk) *fault {
	var nearest *fault
	fit := 0
	for _, one := range n.oneOf {
		f := one.value(v, w)
		if f == nil {
			fit++
		}
		nearest = nearest.or(f)
	}
	switch fit {
	case 0:
		return n.none(n.oneOf, nearest, v)
	case 1:
		return nil
	}
	return &fault{want: "only one of: " + n.String(), got: v.String()}
}

// or prefers the first fault that is inside the value: of the alternative that the value
// comes closest to.
func (f *fault) or(g *fault) *fault {
	if f == nil && g != nil && g.path != "" {
		return g
	}
	return f
}

// none is the fault of a value that fits no alternative.
func (n *node) none(all []*node, nearest *fault, v classified) *fault {
	if all == nil || nearest != nil {
		return nearest
	}
	return &fault{want: n.String(), got: v.String()}
}

func (n *node) mismatch(v classified) *fault { return &fault{want: n.own(), got: v.String()} }

// itself checks what the node says without its parts.
func (n *node) itself(v classified, w *walk) *fault {
	switch {
	case n.isEnum && !slices.ContainsFunc(n.enum, v.equals):
		return n.mismatch(v)
	case n.python == "" && n.kinds&isString != 0 && n.format != "" && n.format == v.format:
		return nil // a model makes it of its text, or takes it as it is
	case n.python != "" && n.python == v.python, n.python != "" && n.fromText(v):
		return n.inside(v, w)
	case n.python != "" && !n.alike(v):
		return n.mismatch(v)
	case n.kinds != 0 && n.kinds&v.kind == 0:
		return n.mismatch(v)
	}
	return n.inside(v, w)
}

// fromText reports whether Python will read the value from its text.
func (n *node) fromText(v classified) bool { return v.kind == isString && n.format != "" }

// alike reports whether Python will make its own of a plain value: a tuple of a list, an
// iterator of anything that can be iterated over.
func (n *node) alike(v classified) bool {
	switch n.python {
	case "tuple", "set", "frozenset":
		return v.kind == isArray
	case "collections.abc.Iterator":
		return v.kind == isArray
	case "complex":
		return v.kind&(isInteger|isNumber) != 0
	case "datetime.datetime", "datetime.date", "datetime.time", "datetime.timedelta", "decimal.Decimal", "uuid.UUID", "bytes":
		return false
	}
	return true // a type that we know nothing of
}

// inside checks what a value holds, and its limits.
func (n *node) inside(v classified, w *walk) *fault {
	switch v.kind {
	case isInteger, isNumber:
		return n.number(v)
	case isString:
		return n.text(v)
	case isArray:
		return n.array(v, w)
	case isObject:
		return n.object(v, w)
	}
	return nil
}

func (n *node) number(v classified) *fault {
	if n.min == nil && n.max == nil && n.above == nil && n.below == nil {
		return nil
	}
	f := v.float()
	if n.min != nil && f < *n.min || n.max != nil && f > *n.max || n.above != nil && f <= *n.above || n.below != nil && f >= *n.below {
		return n.mismatch(v)
	}
	return nil
}

func (n *node) text(v classified) *fault {
	if n.minLength == 0 && n.maxLength < 0 && n.pattern == nil {
		return nil
	}
	s := v.text()
	length := utf8.RuneCountInString(s)
	if length < n.minLength || n.maxLength >= 0 && length > n.maxLength || n.pattern != nil && !n.pattern.MatchString(s) {
		return n.mismatch(v)
	}
	return nil
}

func (n *node) array(v classified, w *walk) *fault {
	length := v.v.Len()
	if length < n.minItems || n.maxItems >= 0 && length > n.maxItems {
		return &fault{want: n.own(), got: strconv.Itoa(length) + " items"}
	}
	if n.prefix == nil && n.items.acceptsAll(v.v.Type().Elem()) {
		return nil
	}
	for i := 0; i < length && !w.over; i++ {
		item := n.items
		if i < len(n.prefix) {
			item = n.prefix[i]
		}
		if item == nil {
			continue
		}
		if f := item.value(classifyValue(v.v.Index(i)), w); f != nil {
			return f.in(fmt.Sprintf("[%d]", i))
		}
	}
	return nil
}

// acceptsAll reports whether all values of a type fit, so that none need be looked at.
func (n *node) acceptsAll(t reflect.Type) bool {
	return n == nil || n.plain != 0 && n.plain&scalarKind(t) != 0
}

func (n *node) object(v classified, w *walk) *fault {
	if n.properties == nil && n.others == nil && !n.closed && n.required == nil {
		return nil
	}
	members := v.members()
	for _, name := range n.required {
		if _, ok := members[name]; !ok {
			return &fault{"." + name, n.propertyOf(name), "nothing: it is required"}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if f := n.member(name, members[name], w); f != nil {
			return f.in("." + name)
		}
	}
	return nil
}

func (n *node) propertyOf(name string) string {
	if p := n.properties[name]; p != nil {
		return p.String()
	}
	return "a value"
}

func (n *node) member(name string, v reflect.Value, w *walk) *fault {
	p := n.properties[name]
	if p == nil {
		if n.closed {
			return &fault{want: "no member of this name", got: classifyValue(v).String()}
		}
		p = n.others
	}
	if p == nil {
		return nil
	}
	return p.value(classifyValue(v), w)
}

// takes compares a Go type with the schema, as far as that can be done without a value.
func (n *node) takes(t reflect.Type) *fault {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	k := scalarKind(t)
	if k == 0 || n.kinds == 0 || n.python != "" || n.isEnum || n.kinds&k != 0 {
		return nil
	}
	return &fault{want: n.String(), got: "a field of type " + t.String()}
}
