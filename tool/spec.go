package tool

import "encoding/json"

// Dialect is the version of JSON Schema that schemas are written in.
const Dialect = "https://json-schema.org/draft/2020-12/schema"

// Spec says what a tool takes and gives.
type Spec struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Pool        string `json:"pool,omitempty"` // whose adapter offers it; "" for tools of Go's

	// Schema is that of the arguments: of type object, with Params as properties.
	Schema json.RawMessage `json:"schema"`
	// Result is the schema of the result, true if nothing is known of it.
	Result json.RawMessage `json:"result,omitempty"`

	Params []Param `json:"params"`
	// Positional says that the arguments may be passed by position as well.
	Positional bool `json:"-"`
	Open       bool `json:"open,omitempty"`    // takes other arguments too
	Streams    bool `json:"streams,omitempty"` // its result is a stream
}

// Param is one parameter of a tool.
type Param struct {
	Name     string          `json:"name"`
	Required bool            `json:"required"`
	Schema   json.RawMessage `json:"schema"`
}
