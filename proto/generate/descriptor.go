package main

import (
	"fmt"
	"os"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
)

// head begins the Python module. What protoc generates for Python refuses to run
// with a protobuf older than itself; a description is understood by all of them.
const head = `"""The messages of proto/%s, as a serialised FileDescriptorProto.

Made by proto/generate (make generate); change the .proto file, not this one.
"""

FILE = (
`

// writeDescriptor turns protoc's set of one file into a Python module.
func writeDescriptor(set string) error {
	data, err := os.ReadFile(set)
	if err != nil {
		return err
	}
	var files descriptorpb.FileDescriptorSet
	if err := proto.Unmarshal(data, &files); err != nil {
		return err
	}
	if len(files.File) != 1 {
		return fmt.Errorf("%s: want one file that imports no other, got %d", source, len(files.File))
	}
	file, err := proto.MarshalOptions{Deterministic: true}.Marshal(files.File[0])
	if err != nil {
		return err
	}
	return os.WriteFile(descriptor, []byte(fmt.Sprintf(head, source)+literal(file)+")\n"), 0o644)
}

// literal writes bytes the way a Python formatter leaves them: in double quotes, in
// lines of at most 100 characters.
func literal(data []byte) string {
	var text, line strings.Builder
	flush := func() {
		fmt.Fprintf(&text, "    b\"%s\"\n", line.String())
		line.Reset()
	}
	for _, b := range data {
		c := escaped(b)
		if line.Len()+len(c) > 90 {
			flush()
		}
		line.WriteString(c)
	}
	flush()
	return text.String()
}

func escaped(b byte) string {
	switch {
	case b == '\n':
		return `\n`
	case b == '\r':
		return `\r`
	case b == '\t':
		return `\t`
	case b == '"' || b == '\\':
		return `\` + string(rune(b))
	case b < ' ' || b > '~':
		return fmt.Sprintf(`\x%02x`, b)
	}
	return string(rune(b))
}
