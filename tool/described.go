package tool

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Described reads what Python says of an adapter's tools: a list of what
// snakepit_bridge._worker.Worker.describe returns. It is for profiles.
func Described(listed []any) ([]Spec, error) {
	var all []Spec
	for _, item := range listed {
		facts, _ := item.(map[string]any)
		s, err := described(facts)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

func described(facts map[string]any) (Spec, error) {
	text := func(key string) string { s, _ := facts[key].(string); return s }
	flag := func(key string) bool { b, _ := facts[key].(bool); return b }
	s := Spec{
		Name: text("name"), Description: text("doc"), Schema: json.RawMessage(text("schema")), Result: json.RawMessage(text("result")),
		Open: flag("open"), Streams: flag("streams"), Positional: flag("positional"),
	}
	var schema struct {
		Properties map[string]json.RawMessage
		Required   []string
	}
	if err := json.Unmarshal(s.Schema, &schema); err != nil {
		return s, fmt.Errorf("snakepit: the schema of tool %q: %w", s.Name, err)
	}
	params, _ := facts["params"].([]any)
	for _, p := range params {
		name, _ := p.(string)
		s.Params = append(s.Params, Param{Name: name, Required: slices.Contains(schema.Required, name), Schema: schema.Properties[name]})
	}
	return s, nil
}
