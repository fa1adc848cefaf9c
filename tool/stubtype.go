package tool

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// use imports a name of typing's, and returns it.
func (s *stub) use(name string) string {
	s.typing[name] = true
	return name
}

// schemaType is the Python type for a schema that is complete in itself.
func (s *stub) schemaType(schema json.RawMessage) (string, error) { return s.typeIn(schema, schema) }

// typeIn is the Python type for a schema; root has the definitions that it refers to.
func (s *stub) typeIn(schema, root json.RawMessage) (string, error) {
	if len(schema) == 0 {
		return s.use("Any"), nil
	}
	var parsed any
	if err := json.Unmarshal(schema, &parsed); err != nil {
		return "", err
	}
	var definitions struct {
		Defs object `json:"$defs"`
	}
	if err := json.Unmarshal(root, &definitions); err != nil {
		definitions.Defs = nil // true has none
	}
	return (&stubTypes{s, definitions.Defs}).of(parsed), nil
}

// stubTypes makes Python types of the schemas of one tool.
type stubTypes struct {
	*stub
	defs object
}

var scalars = map[string]string{
	"integer": "int", "number": "float", "string": "str", "boolean": "bool", "null": "None",
}

func (t *stubTypes) of(schema any) string {
	o, ok := schema.(object)
	if !ok {
		return t.use("Any")
	}
	if ref, ok := o["$ref"].(string); ok {
		return t.class(strings.TrimPrefix(ref, "#/$defs/"))
	}
	if options, ok := o["anyOf"].([]any); ok {
		return t.union(options)
	}
	if values, ok := o["enum"].([]any); ok {
		return t.literal(values)
	}
	if python, ok := o["x-python"].(string); ok {
		return t.python(python, o)
	}
	word, _ := o["type"].(string)
	return t.plain(word, o)
}

func (t *stubTypes) plain(word string, o object) string {
	switch known, ok := scalars[word]; {
	case ok:
		return known
	case word == "array":
		return "list[" + t.of(o["items"]) + "]"
	case word == "object":
		return "dict[str, " + t.of(o["additionalProperties"]) + "]"
	}
	return t.use("Any")
}

// python is a type that JSON has not.
func (t *stubTypes) python(name string, o object) string {
	switch name {
	case "bytes", "complex":
		return name
	case "tuple":
		return "tuple[" + t.of(o["items"]) + ", ...]"
	case "set", "frozenset":
		return name + "[" + t.of(o["items"]) + "]"
	case "collections.abc.Iterator":
		t.modules["import collections.abc"] = true
		return name + "[" + t.use("Any") + "]"
	}
	module, _, ok := cutLast(name, ".")
	if !ok {
		return t.use("Any")
	}
	t.modules["import "+module] = true
	return name
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

func (t *stubTypes) union(options []any) string {
	var words []string
	for _, o := range options {
		if word := t.of(o); !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	return strings.Join(words, " | ")
}

func (t *stubTypes) literal(values []any) string {
	var words []string
	for _, v := range values {
		switch v := v.(type) {
		case nil:
			words = append(words, "None")
		case bool:
			words = append(words, map[bool]string{true: "True", false: "False"}[v])
		case float64:
			if v != float64(int64(v)) {
				return "float"
			}
			words = append(words, fmt.Sprint(int64(v)))
		default:
			words = append(words, fmt.Sprintf("%+q", v))
		}
	}
	return t.use("Literal") + "[" + strings.Join(words, ", ") + "]"
}

// class is the TypedDict of a struct. Structs of two tools share one if all about them
// is the same.
func (t *stubTypes) class(name string) string {
	text, _ := json.Marshal([]any{name, t.reachable(name, map[string]any{})})
	if made, ok := t.classOf[string(text)]; ok {
		return made
	}
	made := t.unused(strings.ToUpper(name[:1]) + name[1:])
	t.classOf[string(text)] = made
	at := len(t.classes)
	t.classes = append(t.classes, "") // before those that it refers to
	o, _ := t.defs[name].(object)
	t.classes[at] = t.typedDict(made, o)
	return made
}

// reachable collects a definition and all that it refers to.
func (t *stubTypes) reachable(name string, seen map[string]any) map[string]any {
	if _, ok := seen[name]; ok {
		return seen
	}
	seen[name] = t.defs[name]
	text, _ := json.Marshal(t.defs[name])
	for _, m := range refs.FindAllStringSubmatch(string(text), -1) {
		t.reachable(m[1], seen)
	}
	return seen
}

var refs = regexp.MustCompile(`"\$ref":"#/\$defs/([^"]+)"`)

// unused makes a class's name of a type's.
func (t *stubTypes) unused(name string) string {
	if name = notInNames.ReplaceAllString(name, "_"); !isPythonName(name) {
		name = "T" + name
	}
	made := name
	for i := 2; t.taken[made] || slices.Contains(hidden, made); i++ {
		made = fmt.Sprintf("%s_%d", name, i)
	}
	t.taken[made] = true
	return made
}

var notInNames = regexp.MustCompile(`[^A-Za-z0-9_]`)

// typedDict writes a class; in the other way if a field is no name in Python.
func (t *stubTypes) typedDict(name string, o object) string {
	t.use("TypedDict")
	properties, _ := o["properties"].(object)
	required, _ := o["required"].([]any)
	plain := true
	var fields, items []string
	for _, field := range slices.Sorted(maps.Keys(properties)) {
		typ := t.of(properties[field])
		if !slices.Contains(required, any(field)) {
			typ = t.use("NotRequired") + "[" + typ + "]"
		}
		plain = plain && isPythonName(field)
		fields = append(fields, fmt.Sprintf("    %s: %s\n", field, typ))
		items = append(items, fmt.Sprintf("%+q: %s", field, typ))
	}
	if !plain || len(fields) == 0 {
		return fmt.Sprintf("%s = TypedDict(%q, {%s})\n", name, name, strings.Join(items, ", "))
	}
	return fmt.Sprintf("class %s(TypedDict):\n%s", name, strings.Join(fields, ""))
}

var (
	pythonName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	reserved   = strings.Fields(`False None True and as assert async await break class continue def del elif else except
		finally for from global if import in is lambda nonlocal not or pass raise return try while with yield`)
)

// isPythonName reports whether Python takes a name for one.
func isPythonName(name string) bool {
	return pythonName.MatchString(name) && !slices.Contains(reserved, name)
}
