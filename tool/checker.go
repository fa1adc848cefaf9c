package tool

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/gosnakepit/snakepit/internal/codec"
)

// Checker checks arguments against the schema of a tool. Make one with [NewChecker].
type Checker struct {
	tool   string
	names  []string
	params []*node
	must   []bool
	open   bool
}

// NewChecker compiles the schema of a tool. What a schema says with keywords that a
// Checker does not know is left to Python.
func NewChecker(s Spec) (*Checker, error) {
	var root object
	if err := json.Unmarshal(s.Schema, &root); err != nil {
		return nil, fmt.Errorf("snakepit: the schema of tool %q is no JSON object: %w", s.Name, err)
	}
	c := compiler{defs: object{}, made: map[string]*node{}}
	c.defs, _ = root["$defs"].(object)
	properties, _ := root["properties"].(object)
	check := &Checker{tool: s.Name, open: s.Open}
	for _, p := range s.Params {
		schema, ok := properties[p.Name]
		if !ok {
			schema = true
		}
		n, err := c.compile(schema)
		if err != nil {
			return nil, fmt.Errorf("snakepit: the schema of tool %q, parameter %s: %w", s.Name, p.Name, err)
		}
		check.names, check.params = append(check.names, p.Name), append(check.params, n)
		check.must = append(check.must, p.Required)
	}
	return check, nil
}

// Param checks the argument for one parameter, counted as in Spec.Params.
func (c *Checker) Param(i int, v any) error {
	if c.params[i].quick(v) {
		return nil
	}
	if f := c.params[i].check(v); f != nil {
		return c.fail(c.names[i]+f.path, f)
	}
	return nil
}

func (c *Checker) fail(path string, f *fault) error {
	return &ValidationError{Tool: c.tool, Path: path, Expected: f.want, Got: f.got}
}

// Args checks all arguments: their names, whether one is missing, and each value.
func (c *Checker) Args(args map[string]any) error {
	known := 0
	for i, name := range c.names {
		v, ok := args[name]
		if !ok {
			if c.must[i] {
				return c.fail(name, &fault{want: c.params[i].String(), got: "nothing: it is required"})
			}
			continue
		}
		known++
		if err := c.Param(i, v); err != nil {
			return err
		}
	}
	if c.open || known == len(args) {
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(args)) {
		if !slices.Contains(c.names, name) {
			return c.unknown(name)
		}
	}
	return nil
}

func (c *Checker) unknown(name string) error {
	known := "no argument"
	if len(c.names) > 0 {
		known = "one of " + strings.Join(c.names, ", ")
	}
	return c.fail(name, &fault{want: known, got: "an argument of this name"})
}

// Bind compares the fields of a struct, whose values are to be the arguments of every
// call, with the parameters. It finds unknown and missing ones, and scalars of the wrong
// type.
func (c *Checker) Bind(t reflect.Type) error {
	s, ok, err := codec.PlanStruct(t)
	if err != nil || !ok {
		return err
	}
	given := map[string]bool{}
	for _, f := range s.Fields() {
		given[f.Name] = true
		i := slices.Index(c.names, f.Name)
		if i < 0 && !c.open {
			return c.unknown(f.Name)
		}
		if i >= 0 {
			if f := c.params[i].takes(f.Type); f != nil {
				return c.fail(c.names[i], f)
			}
		}
	}
	for i, name := range c.names {
		if c.must[i] && !given[name] {
			return c.fail(name, &fault{want: c.params[i].String(), got: "no field of that name in " + t.String()})
		}
	}
	return nil
}
