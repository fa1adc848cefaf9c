package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLiteral(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "    b\"a\\\"\\\\'\\n\\r\\t\\x00\\x7f\\xff~\"\n", literal([]byte("a\"\\'\n\r\t\x00\x7f\xff~")))
	long := literal(make([]byte, 30))
	assert.Len(t, long, 2*len("    b\"\"\n")+30*4, "no escape is cut in two")
}
