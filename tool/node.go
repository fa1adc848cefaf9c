package tool

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// kinds are types of JSON as a set.
type kinds uint16

const (
	isNull kinds = 1 << iota
	isBool
	isInteger
	isNumber
	isString
	isArray
	isObject
	isBytes   // a string in JSON
	isSpecial // some other type of Python's
)

var kindNames = map[string]kinds{
	"null": isNull, "boolean": isBool, "integer": isInteger, "number": isNumber | isInteger,
	"string": isString, "array": isArray, "object": isObject,
}

// node is a compiled schema.
type node struct {
	kinds  kinds  // 0: any
	python string // x-python
	format string

	enum       []any
	isEnum     bool
	properties map[string]*node
	required   []string
	closed     bool  // no other properties
	others     *node // the other properties
	items      *node
	prefix     []*node
	minItems   int
	maxItems   int // negative: no limit
	min, max   *float64
	above      *float64 // exclusiveMinimum
	below      *float64 // exclusiveMaximum
	minLength  int
	maxLength  int // negative: no limit
	pattern    *regexp.Regexp
	anyOf      []*node
	oneOf      []*node
	allOf      []*node
	ref        *node

	plain kinds // what needs no further look
}

// String says what a value must be.
func (n *node) String() string { return n.describe(map[*node]bool{}) }

// describe is String, but says of schemas that refer to each other each one's once.
func (n *node) describe(said map[*node]bool) string {
	if said[n] {
		return "a value"
	}
	said[n] = true
	switch {
	case n.ref != nil:
		return n.ref.describe(said)
	case n.anyOf != nil:
		return alternatives(n.anyOf, said)
	case n.oneOf != nil:
		return alternatives(n.oneOf, said)
	}
	return n.own()
}

// own says what the node asks itself, without its parts.
func (n *node) own() string {
	switch {
	case n.isEnum && len(n.enum) == 0:
		return "nothing at all"
	case n.isEnum:
		return "one of " + quoteAll(n.enum)
	case n.python != "":
		return n.python
	case n.kinds == 0:
		return "a value" + n.limits()
	}
	return n.kinds.String() + n.limits()
}

func alternatives(all []*node, said map[*node]bool) string {
	var words []string
	for _, n := range all {
		words = append(words, n.describe(said))
	}
	return strings.Join(words, " or ")
}

// quoteAll writes values as JSON does.
func quoteAll(all []any) string {
	var words []string
	for _, v := range all {
		text, _ := json.Marshal(v)
		words = append(words, string(text))
	}
	return strings.Join(words, ", ")
}

// String lists the types.
func (k kinds) String() string {
	var words []string
	for _, name := range slices.Sorted(maps.Keys(kindNames)) {
		if bits := kindNames[name]; k&bits == bits && (name != "integer" || k&isNumber == 0) {
			words = append(words, name)
		}
	}
	return strings.Join(words, " or ")
}

// limits says what else is asked of a value.
func (n *node) limits() string {
	var s string
	add := func(how string, limit *float64) {
		if limit != nil {
			s += fmt.Sprintf(" %s %v", how, *limit)
		}
	}
	add("at least", n.min)
	add("at most", n.max)
	add("above", n.above)
	add("below", n.below)
	if n.minLength > 0 || n.maxLength >= 0 {
		s += lengths(" of length", n.minLength, n.maxLength)
	}
	if n.minItems > 0 || n.maxItems >= 0 {
		s += lengths(" of items", n.minItems, n.maxItems)
	}
	if n.pattern != nil {
		s += " matching " + n.pattern.String()
	}
	return s
}

func lengths(what string, from, to int) string {
	if to < 0 {
		return fmt.Sprintf("%s %d or more", what, from)
	}
	return fmt.Sprintf("%s %d to %d", what, from, to)
}

// compiler makes nodes of schemas.
type compiler struct {
	defs object
	made map[string]*node // by the name of the definition
}

func (c *compiler) compile(schema any) (*node, error) {
	n := &node{maxItems: -1, maxLength: -1}
	switch s := schema.(type) {
	case bool:
		if !s {
			n.isEnum = true // of nothing
		}
		return n, nil
	case object:
		return n, c.fill(n, s)
	}
	return nil, fmt.Errorf("a schema is an object or a bool, not %v", schema)
}

// fill reads one keyword after the other.
func (c *compiler) fill(n *node, s object) error {
	for _, keyword := range slices.Sorted(maps.Keys(s)) {
		if read := keywords[keyword]; read != nil {
			if err := read(c, n, s[keyword]); err != nil {
				return fmt.Errorf("%s: %w", keyword, err)
			}
		}
	}
	if s["patternProperties"] != nil { // Python looks which of the others they are
		n.closed, n.others = false, nil
	}
	n.plain = n.simple()
	return nil
}

// simple tells which scalars need no further look.
func (n *node) simple() kinds {
	if n.isEnum || n.python != "" || n.anyOf != nil || n.oneOf != nil || n.allOf != nil || n.ref != nil {
		return 0
	}
	plain := n.kinds & (isNull | isBool)
	if n.min == nil && n.max == nil && n.above == nil && n.below == nil {
		plain |= n.kinds & (isInteger | isNumber)
	}
	if n.minLength == 0 && n.maxLength < 0 && n.pattern == nil {
		plain |= n.kinds & isString
	}
	return plain
}
