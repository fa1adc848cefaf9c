package tool

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// WriteStub writes a Python stub file for snakepit_host, the module by which Python
// calls these tools: for editors and type checkers. Structs are TypedDicts in it.
func WriteStub(w io.Writer, tools ...Tool) error {
	specs, err := specsOf(tools)
	if err != nil {
		return err
	}
	s := newStub(specs)
	for _, spec := range specs {
		if err := s.function(spec); err != nil {
			return fmt.Errorf("snakepit: the stub of tool %q: %w", spec.Name, err)
		}
	}
	_, err = io.WriteString(w, s.text())
	return err
}

// specsOf lists tools by their names.
func specsOf(tools []Tool) ([]Spec, error) {
	var all []Spec
	var faults []error
	for _, t := range tools {
		spec, err := t.Spec()
		faults = append(faults, err)
		all = append(all, spec)
	}
	slices.SortFunc(all, func(a, b Spec) int { return strings.Compare(a.Name, b.Name) })
	for i := 1; i < len(all); i++ {
		if all[i].Name == all[i-1].Name {
			faults = append(faults, fmt.Errorf("snakepit: two tools are called %q", all[i].Name))
		}
	}
	return all, errors.Join(faults...)
}

// stub is a stub file in the making.
type stub struct {
	modules   map[string]bool   // lines that import them
	typing    map[string]bool   // names of typing's
	taken     map[string]bool   // names of functions and classes
	classes   []string          // definitions
	classOf   map[string]string // a struct's schema with all that it refers to, to its class
	functions []string
}

func newStub(specs []Spec) *stub {
	s := &stub{modules: map[string]bool{}, typing: map[string]bool{}, taken: map[string]bool{}, classOf: map[string]string{}}
	for _, spec := range specs {
		s.taken[spec.Name] = true
	}
	return s
}

const stubHead = `# Made by "snakepit gen stubs"; do not edit.
"""Tools of the Go program."""
`

func (s *stub) text() string {
	parts := []string{stubHead}
	imports := slices.Sorted(maps.Keys(s.modules))
	if len(s.typing) > 0 {
		imports = append(imports, "from typing_extensions import "+strings.Join(slices.Sorted(maps.Keys(s.typing)), ", "))
	}
	if len(imports) > 0 {
		parts = append(parts, strings.Join(imports, "\n")+"\n")
	}
	return strings.Join(append(append(parts, s.classes...), s.functions...), "\n")
}

// function writes a tool down.
func (s *stub) function(spec Spec) error {
	if !isPythonName(spec.Name) || slices.Contains(hidden, spec.Name) {
		s.functions = append(s.functions, fmt.Sprintf("# %s has no name that fits here: context.call_host_tool(%[1]q)\n", spec.Name))
		return nil
	}
	params, err := s.parameters(spec)
	if err != nil {
		return err
	}
	result, err := s.schemaType(spec.Result)
	if err != nil {
		return err
	}
	head := fmt.Sprintf("def %s(%s) -> %s:", spec.Name, strings.Join(params, ", "), result)
	s.functions = append(s.functions, head+"\n"+docstring(spec)+"    ...\n")
	return nil
}

// hidden are names that a function of the same name would hide from the types here.
var hidden = strings.Fields(`Any Literal NotRequired TypedDict bool bytes collections complex datetime decimal dict float
	frozenset int list set str tuple uuid`)

// parameters are those of a function in Python: the required ones come first.
func (s *stub) parameters(spec Spec) (all []string, err error) {
	if spec.Open {
		return s.anyKeywords(spec)
	}
	var optional []string
	for _, p := range spec.Params {
		if !isPythonName(p.Name) {
			s.use("Any")
			return []string{"**kwargs: Any"}, nil
		}
		t, err := s.typeIn(p.Schema, spec.Schema)
		if err != nil {
			return nil, err
		}
		if p.Required {
			all = append(all, p.Name+": "+t)
		} else {
			optional = append(optional, p.Name+": "+t+" = ...")
		}
	}
	return append(all, optional...), nil
}

// anyKeywords are the parameters of a tool that names none.
func (s *stub) anyKeywords(spec Spec) ([]string, error) {
	var schema struct {
		Others json.RawMessage `json:"additionalProperties"`
	}
	if err := json.Unmarshal(spec.Schema, &schema); err != nil {
		return nil, err
	}
	t, err := s.typeIn(schema.Others, spec.Schema)
	return []string{"**kwargs: " + t}, err
}

// docstring says what a tool is for, and its arguments.
func docstring(spec Spec) string {
	lines := strings.Split(strings.TrimSpace(spec.Description), "\n")
	var arguments []string
	for _, p := range spec.Params {
		var schema struct{ Description string }
		if err := json.Unmarshal(p.Schema, &schema); err == nil && schema.Description != "" {
			arguments = append(arguments, "    "+p.Name+": "+schema.Description)
		}
	}
	if len(arguments) > 0 {
		lines = append(append(lines, "", "Args:"), arguments...)
	}
	if text := strings.Join(lines, "\n"); text != "" {
		return quoted(text)
	}
	return ""
}

// quoted writes a docstring in its place.
func quoted(text string) string {
	text = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\r", `\r`, "\x00", `\x00`).Replace(text)
	lines := strings.Split(text, "\n")
	for i := 1; i < len(lines); i++ {
		if lines[i] != "" {
			lines[i] = "    " + lines[i]
		}
	}
	if len(lines) > 1 {
		lines = append(lines, "    ")
	}
	return `    """` + strings.Join(lines, "\n") + `"""` + "\n"
}
