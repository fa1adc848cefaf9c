package snakepit

import (
	"context"
	"log/slog"
	"runtime/debug"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/telemetry"
)

// TestMemoryWatch lets memory grow step by step.
func TestMemoryWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var told []telemetry.Policy
		rt := &Runtime{config: Config{
			Logger:   slog.New(slog.DiscardHandler),
			Observer: telemetry.Observer{Policy: func(_ context.Context, e telemetry.Policy) { told = append(told, e) }},
		}}
		sizes := []int64{100, 149, 150, 160, 120, 199, 200, 500}
		ctx, cancel := context.WithCancel(t.Context())
		o := &memoryWatch{
			of: &workers{rt: rt, name: "default"}, growth: 50, told: 100, ended: cancel,
			read: func() (int64, bool) { size := sizes[0]; sizes = sizes[1:]; return size, true },
		}
		n := len(sizes)
		go o.run(ctx, time.Second)
		time.Sleep(time.Duration(n)*time.Second + time.Second/2)
		o.stop()
		synctest.Wait()
		var grown []int64
		for _, e := range told {
			require.Equal(t, telemetry.PolicyMemory, e.Action)
			grown = append(grown, e.Bytes)
		}
		require.Equal(t, []int64{150, 200, 500}, grown)
	})
}

func TestResident(t *testing.T) {
	debug.FreeOSMemory() // not meanwhile
	before, ok := resident()
	if !ok {
		t.Skip("this system does not say how much memory a program has")
	}
	const grown = 64 << 20
	b := make([]byte, grown)
	for i := 0; i < len(b); i += 4096 {
		b[i] = 1
	}
	after, _ := resident()
	require.Greater(t, after, before+grown/2)
	require.Equal(t, byte(1), b[0])
}
