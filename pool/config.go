package pool

import (
	"fmt"
	"math"
	"time"
)

// What a zero field of [Config] stands for.
const (
	DefaultQueueLimit   = 1000
	DefaultQueueTimeout = 10 * time.Second
)

// maxSlots keeps a slip of the pen (a size in bytes, a product that ran over)
// from becoming gigabytes of cache lines.
const maxSlots = 1 << 20

// Config describes a [Pool]. Only Slots has no useful zero value.
type Config struct {
	// Slots is the number of calls that may run at once, 1 to 1,048,576.
	Slots int
	// QueueLimit is the number of callers that may wait for a slot.
	// 0 means DefaultQueueLimit; negative means that none may wait.
	QueueLimit int
	// QueueTimeout is the longest time that a caller waits.
	// 0 means DefaultQueueTimeout; negative means no limit but the context's.
	QueueTimeout time.Duration
	// MaxBytes is how many bytes of arguments ([Request].Bytes) there may be at once, of
	// callers in line and of calls. One more is refused with ErrSaturated, unless it is
	// the only one. 0 means any number.
	MaxBytes int64
	// NoShedding lets callers wait who would most likely do so in vain: until their
	// context ends, or the queue timeout. Otherwise they get ErrSaturated at once.
	NoShedding bool
	// Elastic says that slots come and go with the demand (Down, Up): callers that have a
	// choice get slots of the first workers, so that the others stay idle while they can,
	// and [Pool.Demand] tells of callers in line.
	Elastic bool
}

func (c Config) validate() error {
	if c.Slots < 1 || c.Slots > maxSlots {
		return fmt.Errorf("snakepit: pool.Config.Slots is %d, want 1 to %d: the number of calls that may run at once", c.Slots, maxSlots)
	}
	if c.MaxBytes < 0 {
		return fmt.Errorf("snakepit: pool.Config.MaxBytes is %d, want 0 for any number, or more", c.MaxBytes)
	}
	return nil
}

// withDefaults makes the fields mean what they say: a limit of 0 is no queue,
// a timeout longer than any life is no timeout.
func (c Config) withDefaults() Config {
	switch {
	case c.QueueLimit == 0:
		c.QueueLimit = DefaultQueueLimit
	case c.QueueLimit < 0:
		c.QueueLimit = 0
	}
	switch {
	case c.QueueTimeout == 0:
		c.QueueTimeout = DefaultQueueTimeout
	case c.QueueTimeout < 0:
		c.QueueTimeout = math.MaxInt64
	}
	return c
}
