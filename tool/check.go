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

func (f *fault) in(step string) *fault {
	f.path = step + f.path
	return f
}

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

// maxNesting bounds the depth to which values are looked at.
const maxNesting = 200

func (n *node) check(v any, depth int) *fault {
	return n.value(classify(v), depth)
}

// value checks a value; what lies deeper than anything sensible is left to the codec.
func (n *node) value(v classified, depth int) *fault {
	if v.unknowable || depth > maxNesting {
		return nil
	}
	if n.ref != nil {
		if f := n.ref.value(v, depth+1); f != nil {
			return f
		}
	}
	for _, part := range n.allOf {
		if f := part.value(v, depth+1); f != nil {
			return f
		}
	}
	if n.anyOf != nil && count1(n.anyOf, v, depth) == 0 {
		return n.nearest(n.anyOf, v, depth)
	}
	if n.oneOf != nil && count1(n.oneOf, v, depth) != 1 {
		return n.nearest(n.oneOf, v, depth)
	}
	return n.itself(v, depth)
}

func count1(all []*node, v classified, depth int) int {
	fit := 0
	for _, n := range all {
		if n.value(v, depth+1) == nil {
			fit++
		}
	}
	return fit
}

// nearest is the fault of the alternative that v comes closest to.
func (n *node) nearest(all []*node, v classified, depth int) *fault {
	for _, one := range all {
		if f := one.value(v, depth+1); f != nil && f.path != "" {
			return f
		}
	}
	return n.mismatch(v)
}

func (n *node) mismatch(v classified) *fault { return &fault{want: n.String(), got: v.String()} }

// itself checks what the node says without its parts.
func (n *node) itself(v classified, depth int) *fault {
	switch {
	case n.isEnum:
		if !slices.ContainsFunc(n.enum, v.equals) {
			return n.mismatch(v)
		}
		return nil
	case n.python != "" && n.python == v.python, n.python != "" && n.fromText(v):
		return n.inside(v, depth)
	case n.python != "" && !n.alike(v):
		return n.mismatch(v)
	case n.kinds != 0 && n.kinds&v.kind == 0:
		return n.mismatch(v)
	}
	return n.inside(v, depth)
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
func (n *node) inside(v classified, depth int) *fault {
	switch v.kind {
	case isInteger, isNumber:
		return n.number(v)
	case isString:
		return n.text(v)
	case isArray:
		return n.array(v, depth)
	case isObject:
		return n.object(v, depth)
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

func (n *node) array(v classified, depth int) *fault {
	length := v.v.Len()
	if length < n.minItems || n.maxItems >= 0 && length > n.maxItems {
		return &fault{want: n.String(), got: strconv.Itoa(length) + " items"}
	}
	if n.prefix == nil && n.items.acceptsAll(v.v.Type().Elem()) {
		return nil
	}
	for i := range length {
		item := n.items
		if i < len(n.prefix) {
			item = n.prefix[i]
		}
		if item == nil {
			continue
		}
		if f := item.value(classifyValue(v.v.Index(i)), depth+1); f != nil {
			return f.in(fmt.Sprintf("[%d]", i))
		}
	}
	return nil
}

// acceptsAll reports whether all values of a type fit, so that none need be looked at.
func (n *node) acceptsAll(t reflect.Type) bool {
	return n == nil || n.plain != 0 && n.plain&scalarKind(t) != 0
}

func (n *node) object(v classified, depth int) *fault {
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
		if f := n.member(name, members[name], depth); f != nil {
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

func (n *node) member(name string, v reflect.Value, depth int) *fault {
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
	return p.value(classifyValue(v), depth+1)
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
