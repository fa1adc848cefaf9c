package tool

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// keywords are those of JSON Schema that are looked at, and ours.
var keywords map[string]func(c *compiler, n *node, v any) error

func init() {
	keywords = map[string]func(c *compiler, n *node, v any) error{
		"type":                 (*compiler).types,
		"x-python":             func(_ *compiler, n *node, v any) error { return text(v, &n.python) },
		"format":               func(_ *compiler, n *node, v any) error { return text(v, &n.format) },
		"const":                func(_ *compiler, n *node, v any) error { n.enum, n.isEnum = []any{v}, true; return nil },
		"enum":                 enum,
		"properties":           (*compiler).properties,
		"required":             func(_ *compiler, n *node, v any) error { return texts(v, &n.required) },
		"additionalProperties": (*compiler).others,
		"items":                func(c *compiler, n *node, v any) (err error) { n.items, err = c.compile(v); return err },
		"prefixItems":          func(c *compiler, n *node, v any) error { return c.all(v, &n.prefix) },
		"minItems":             func(_ *compiler, n *node, v any) error { return count(v, &n.minItems) },
		"maxItems":             func(_ *compiler, n *node, v any) error { return count(v, &n.maxItems) },
		"minLength":            func(_ *compiler, n *node, v any) error { return count(v, &n.minLength) },
		"maxLength":            func(_ *compiler, n *node, v any) error { return count(v, &n.maxLength) },
		"minimum":              func(_ *compiler, n *node, v any) error { return limit(v, &n.min) },
		"maximum":              func(_ *compiler, n *node, v any) error { return limit(v, &n.max) },
		"exclusiveMinimum":     func(_ *compiler, n *node, v any) error { return limit(v, &n.above) },
		"exclusiveMaximum":     func(_ *compiler, n *node, v any) error { return limit(v, &n.below) },
		"pattern":              pattern,
		"anyOf":                func(c *compiler, n *node, v any) error { return c.all(v, &n.anyOf) },
		"oneOf":                func(c *compiler, n *node, v any) error { return c.all(v, &n.oneOf) },
		"allOf":                func(c *compiler, n *node, v any) error { return c.all(v, &n.allOf) },
		"$ref":                 (*compiler).reference,
	}
}

// enum comes after const, which says more.
func enum(_ *compiler, n *node, v any) error {
	var all []any
	if err := list(v, &all); err != nil || n.isEnum {
		return err
	}
	n.enum, n.isEnum = all, true
	return nil
}

func (c *compiler) types(n *node, v any) error {
	names, ok := v.([]any)
	if !ok {
		names = []any{v}
	}
	for _, name := range names {
		word, _ := name.(string)
		k, ok := kindNames[word]
		if !ok {
			return fmt.Errorf("%v is no type", name)
		}
		n.kinds |= k
	}
	return nil
}

func (c *compiler) properties(n *node, v any) error {
	all, ok := v.(object)
	if !ok {
		return errors.New("want an object")
	}
	n.properties = map[string]*node{}
	for name, schema := range all {
		property, err := c.compile(schema)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		n.properties[name] = property
	}
	return nil
}

func (c *compiler) others(n *node, v any) (err error) {
	if v == false {
		n.closed = true
		return nil
	}
	n.others, err = c.compile(v)
	return err
}

func (c *compiler) all(v any, to *[]*node) error {
	schemas, ok := v.([]any)
	if !ok {
		return errors.New("want an array")
	}
	for _, s := range schemas {
		n, err := c.compile(s)
		if err != nil {
			return err
		}
		*to = append(*to, n)
	}
	return nil
}

// reference finds a definition; one may refer to itself.
func (c *compiler) reference(n *node, v any) (err error) {
	path, _ := v.(string)
	name, ok := strings.CutPrefix(path, "#/$defs/")
	name = unescape(name)
	schema, known := c.defs[name]
	if !ok || !known {
		return fmt.Errorf("%v is not among the definitions", v)
	}
	if n.ref = c.made[name]; n.ref == nil {
		n.ref = &node{maxItems: -1, maxLength: -1}
		c.made[name] = n.ref
		return c.define(n.ref, schema)
	}
	return nil
}

// define compiles a definition in place, because it may be referred to already.
func (c *compiler) define(n *node, schema any) error {
	if s, ok := schema.(object); ok {
		return c.fill(n, s)
	}
	made, err := c.compile(schema)
	if err == nil {
		*n = *made
	}
	return err
}

// unescape reads a step of a JSON pointer in a URI.
func unescape(step string) string {
	if plain, err := url.PathUnescape(step); err == nil {
		step = plain
	}
	return strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
}

func pattern(_ *compiler, n *node, v any) (err error) {
	var source string
	if err := text(v, &source); err != nil {
		return err
	}
	if n.pattern, err = regexp.Compile(source); err != nil {
		n.pattern = nil // a pattern of ECMAScript that Go has not: Python looks again
	}
	return nil
}

func text(v any, to *string) error {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("want a string, got %v", v)
	}
	*to = s
	return nil
}

func list(v any, to *[]any) error {
	l, ok := v.([]any)
	if !ok {
		return fmt.Errorf("want an array, got %v", v)
	}
	*to = l
	return nil
}

func texts(v any, to *[]string) error {
	var all []any
	if err := list(v, &all); err != nil {
		return err
	}
	for _, item := range all {
		var s string
		if err := text(item, &s); err != nil {
			return err
		}
		*to = append(*to, s)
	}
	return nil
}

func count(v any, to *int) error {
	f, ok := v.(float64)
	if !ok || f < 0 || f != float64(int(f)) {
		return fmt.Errorf("want a count, got %v", v)
	}
	*to = int(f)
	return nil
}

func limit(v any, to **float64) error {
	f, ok := v.(float64)
	if !ok {
		return fmt.Errorf("want a number, got %v", v)
	}
	*to = &f
	return nil
}
