//go:build invariants

package lend_test

import (
	"testing"

	"github.com/gosnakepit/snakepit/internal/leak/leaktest"
	"github.com/gosnakepit/snakepit/zerocopy/internal/lend"
)

type value struct {
	name    string
	holders lend.Count
}

// TestLeakIsReported forgets one value and releases another.
func TestLeakIsReported(t *testing.T) {
	leaktest.Said(t, `an Arrow value made at .*leak_invariants_test\.go:22 was never released`, func() {
		released, forgotten := &value{name: "released"}, &value{name: "forgotten"}
		released.holders.Start(func() {})
		forgotten.holders.Start(func() {}) // line 22
		released.holders.Release()
	})
}
