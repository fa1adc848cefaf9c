package processprofile

import (
	"cmp"
	"runtime"
	"time"

	"github.com/gosnakepit/snakepit/internal/offheap"
)

// withDefaults returns the configuration with its zero values replaced.
func (c Config) withDefaults() Config {
	c.Threads = cmp.Or(c.Threads, 1)
	c.StartTimeout = cmp.Or(c.StartTimeout, time.Minute)
	c.StartsAtOnce = cmp.Or(c.StartsAtOnce, runtime.GOMAXPROCS(0))
	c.StopTimeout = cmp.Or(c.StopTimeout, 5*time.Second)
	c.RestartDelay = cmp.Or(c.RestartDelay, 100*time.Millisecond)
	c.RestartDelayMax = max(cmp.Or(c.RestartDelayMax, 10*time.Second), c.RestartDelay)
	c.MaxRestarts = cmp.Or(c.MaxRestarts, 100)
	c.RestartWindow = cmp.Or(c.RestartWindow, time.Minute)
	c.DrainTimeout = cmp.Or(c.DrainTimeout, time.Minute)
	c.Heartbeat = cmp.Or(c.Heartbeat, time.Second)
	c.HangTimeout = cmp.Or(c.HangTimeout, 5*time.Minute)
	c.FrozenTimeout = cmp.Or(c.FrozenTimeout, 10*time.Second)
	c.InlineMax = cmp.Or(c.InlineMax, offheap.ShareMin-1)
	c.ChunkSize = cmp.Or(c.ChunkSize, 1<<20)
	c.MaxMessage = cmp.Or(c.MaxMessage, 1<<30)
	return c
}
