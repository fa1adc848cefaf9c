package snakepit

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"time"

	"github.com/gosnakepit/snakepit/policy"
	"github.com/gosnakepit/snakepit/pool"
	"github.com/gosnakepit/snakepit/profile"
	"github.com/gosnakepit/snakepit/telemetry"
	"github.com/gosnakepit/snakepit/tool"
)

// Config configures a Runtime. It is validated once, in Open.
type Config struct {
	// Pools are the runtime's pools, at least one. The first is the default: methods
	// of Runtime use it.
	Pools []PoolConfig
	// Tools are Go functions that Python may call; see [Runtime.RegisterTool].
	Tools []tool.Tool
	// Logger gets what the runtime has to say; nil is slog.Default().
	Logger *slog.Logger
	// Observer hears of the runtime's work while it goes on; its zero value of nothing.
	Observer telemetry.Observer
	// SessionTTL is how long a session lives after its last use; 0 is an hour, negative
	// for ever.
	SessionTTL time.Duration
	// MaxSessions is how many sessions there may be; 0 is 10,000, negative any number.
	MaxSessions int
	// DrainTimeout is how long Close waits for calls in progress; 0 is 30 seconds.
	DrainTimeout time.Duration
}

// PoolConfig configures one pool.
type PoolConfig struct {
	// Name is unique among the pools; "" is "default".
	Name string
	// Profile says where the workers run, and what adapter they have.
	Profile profile.Profile
	// Workers is how many calls may be in Python at once; 0 is GOMAXPROCS.
	Workers int
	// MinWorkers is how many of them there always are; 0 is all. The others are started
	// while calls wait, and end when they have had none for IdleTimeout. Calls that have a
	// choice go to the first workers then, so that the last ones are idle.
	MinWorkers int
	// IdleTimeout is how long a worker beyond MinWorkers lives without calls; 0 is 5
	// minutes, negative for ever.
	IdleTimeout time.Duration
	// NativeThreads is how many threads libraries such as BLAS and OpenMP may use within one
	// call: 0 is the number of processors (GOMAXPROCS) divided by Workers, at least 1;
	// negative leaves them alone. A number that the environment has (OMP_NUM_THREADS, or a
	// library's own variable) goes first. In the thread profile all pools share the
	// libraries: the least number of those that are open holds, and OpenMP, if a pool was
	// open before with another number, keeps that.
	NativeThreads int
	// QueueLimit is how many callers may wait for a worker; 0 is 1000, negative none.
	QueueLimit int
	// Affinity says how strictly the calls of a session stay on its worker.
	Affinity Affinity
	// StreamBuffer is how many items a stream's generator may be ahead of the range
	// over it: nil is 16, 0 none (Python runs only while the range waits).
	StreamBuffer *int
	// QueueTimeout is how long each may wait; 0 is 10 seconds, negative as long as its context.
	QueueTimeout time.Duration
	// MaxBytesInFlight is how many bytes the arguments of calls may have that wait for a
	// worker or run, in bulk: calls with less than 4 KiB are not counted. One more fails
	// with ErrSaturated, unless it is the only one. 0 is any number.
	MaxBytesInFlight int64
	// NoShedding has calls wait that would most likely do so in vain. Without it they
	// fail with ErrSaturated at once where the queue, at the pace of the last calls, lasts
	// longer than their deadline or QueueTimeout lets them wait.
	NoShedding bool
	// Policy is what the pool does about failures; its zero value is nothing, and costs
	// nothing.
	Policy policy.Policy

	// CancelGrace is how long Python may go on with a call whose context has ended. Then the
	// call is stuck: it is logged and counted, with where it is in Python. On a thread
	// another worker takes its place, as far as MaxStuck allows; a child process is killed
	// and replaced, and other calls that it runs fail with a WorkerCrashError. 0 is 5 seconds,
	// negative never.
	CancelGrace time.Duration
	// MaxStuck is how many stuck calls at once may be replaced on threads: each keeps its
	// thread and its adapter until it ends. 0 is as many as Workers, negative none. Others
	// keep their worker until they end.
	MaxStuck int
}

// DefaultPool is the name of a pool that is given none.
const DefaultPool = "default"

const (
	defaultGrace       = 5 * time.Second
	defaultDrain       = 30 * time.Second
	defaultIdle        = 5 * time.Minute
	defaultSessionTTL  = time.Hour
	defaultMaxSessions = 10_000
)

// withDefaults returns the configuration with its zero values replaced, or a
// *ConfigError.
func (c Config) withDefaults() (Config, error) {
	if c.DrainTimeout < 0 {
		return c, &ConfigError{"Config.DrainTimeout", fmt.Sprintf("%v is negative", c.DrainTimeout)}
	}
	if c.DrainTimeout == 0 {
		c.DrainTimeout = defaultDrain
	}
	if c.SessionTTL == 0 {
		c.SessionTTL = defaultSessionTTL
	}
	if c.MaxSessions == 0 {
		c.MaxSessions = defaultMaxSessions
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if len(c.Pools) == 0 {
		return c, &ConfigError{"Config.Pools", "a runtime needs at least one pool"}
	}
	c.Pools = append([]PoolConfig(nil), c.Pools...)
	return c, c.checkPools()
}

func (c Config) checkPools() error {
	taken := map[string]bool{}
	for i := range c.Pools {
		p := &c.Pools[i]
		if p.Name == "" {
			p.Name = DefaultPool
		}
		field := func(name string) string { return fmt.Sprintf("Config.Pools[%d].%s", i, name) }
		switch {
		case taken[p.Name]:
			return &ConfigError{field("Name"), fmt.Sprintf("%q is the name of an earlier pool", p.Name)}
		case p.Profile == nil:
			return &ConfigError{field("Profile"), "is nil; use threadprofile.New, for example"}
		case p.StreamBuffer != nil && *p.StreamBuffer < 0:
			return &ConfigError{field("StreamBuffer"), fmt.Sprintf("%d is negative", *p.StreamBuffer)}
		case p.Affinity < AffinityHint || p.Affinity > AffinityStrictFailFast:
			return &ConfigError{field("Affinity"), fmt.Sprintf("%d is no affinity", p.Affinity)}
		case p.Workers < 0:
			return &ConfigError{field("Workers"), fmt.Sprintf("%d is negative", p.Workers)}
		case p.MinWorkers < 0:
			return &ConfigError{field("MinWorkers"), fmt.Sprintf("%d is negative", p.MinWorkers)}
		case p.MaxBytesInFlight < 0:
			return &ConfigError{field("MaxBytesInFlight"), fmt.Sprintf("%d is negative; 0 is any number", p.MaxBytesInFlight)}
		}
		if p.Workers == 0 {
			p.Workers = runtime.GOMAXPROCS(0)
		}
		p.CancelGrace = cmp.Or(p.CancelGrace, defaultGrace)
		p.MaxStuck = cmp.Or(p.MaxStuck, p.Workers)
		if p.MinWorkers > p.Workers {
			return &ConfigError{field("MinWorkers"), fmt.Sprintf("%d is more than Workers, %d", p.MinWorkers, p.Workers)}
		}
		if p.IdleTimeout == 0 {
			p.IdleTimeout = defaultIdle
		}
		if err := p.checkPolicy(field); err != nil {
			return err
		}
		taken[p.Name] = true
	}
	return nil
}

// nativeThreads is how many threads libraries may use in a call, 0 for any.
func (c PoolConfig) nativeThreads() int {
	if c.NativeThreads != 0 {
		return max(c.NativeThreads, 0)
	}
	return max(runtime.GOMAXPROCS(0)/c.Workers, 1)
}

// checkPolicy replaces the policy's zero values. Workers is set.
func (c *PoolConfig) checkPolicy(field func(string) string) (err error) {
	var wrong *policy.FieldError
	if c.Policy, err = c.Policy.Check(c.Workers); errors.As(err, &wrong) {
		return &ConfigError{field("Policy." + wrong.Field), wrong.Why}
	}
	return err
}

const defaultStreamBuffer = 16

func (c PoolConfig) streamBuffer() int {
	if c.StreamBuffer == nil {
		return defaultStreamBuffer
	}
	return *c.StreamBuffer
}

func (c PoolConfig) slots() (*pool.Pool, error) {
	return pool.New(pool.Config{
		Slots: c.Workers, QueueLimit: c.QueueLimit, QueueTimeout: c.QueueTimeout,
		MaxBytes: c.MaxBytesInFlight, NoShedding: c.NoShedding,
		Elastic: c.MinWorkers > 0 && c.MinWorkers < c.Workers,
	})
}
