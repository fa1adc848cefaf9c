package policy_test

import (
	"context"
	"testing"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/failsafe-go/failsafe-go/retrypolicy"
	"github.com/stretchr/testify/require"
)

// BenchmarkFailsafe is what the library's own executor and breaker take for a call that
// succeeds; BenchmarkCircuit is ours.
func BenchmarkFailsafe(b *testing.B) {
	answer := func() (any, error) { return nil, nil }
	breaker := circuitbreaker.NewWithDefaults[any]()
	b.Run("Executor", func(b *testing.B) {
		executor := failsafe.With(retrypolicy.NewWithDefaults[any](), breaker).WithContext(context.Background())
		b.ReportAllocs()
		for b.Loop() {
			if _, err := executor.Get(answer); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Breaker", func(b *testing.B) {
		b.ReportAllocs()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				if breaker.TryAcquirePermit() {
					breaker.RecordSuccess()
				}
			}
		})
	})
}

// TestFailsafeKeepsProbes shows why its breaker is not ours: the place of a probe comes
// back with a result alone, and a result counts whenever it comes.
func TestFailsafeKeepsProbes(t *testing.T) {
	breaker := circuitbreaker.NewBuilder[any]().WithFailureThreshold(1).WithSuccessThreshold(1).Build()
	breaker.HalfOpen()
	require.True(t, breaker.TryAcquirePermit())
	require.False(t, breaker.TryAcquirePermit(), "and nothing but a result ends this")
	breaker.RecordSuccess() // of a call, say, that began before the breaker opened
	require.True(t, breaker.IsClosed())
}
