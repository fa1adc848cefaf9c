package main

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
)

func TestTools(t *testing.T) {
	harness.Python(t)
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), &out))
	require.Equal(t, `3 lamps cost 55.57 CHF
    stock: 12 left
    price: 58.5 EUR
    convert: 55.57 CHF
only 4 of 9 chairs are left
    stock: 4 left
    answer
cannot say: unknown currency "XYZ"
    stock: 4 left
    price: 49.0 EUR
    convert failed
cannot say: unknown good "dragons"
    stock failed
`, out.String())
}
