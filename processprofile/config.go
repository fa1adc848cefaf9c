package processprofile

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/gosnakepit/snakepit/profile"
)

// Config configures the profile. The zero value finds a Python by itself and has no
// adapter.
type Config struct {
	// Adapter is what offers the pool's tools: "module:Class", whose public methods
	// they are, or "module", whose public functions they are.
	Adapter string
	// Python is a python executable or a virtual environment that has grpcio; "" finds one.
	Python string
	// AllowFreeThreaded accepts a free-threaded Python, though grpcio turns its GIL on.
	AllowFreeThreaded bool
	// Path are folders to put in front of sys.path, Env is added to the children's
	// environment, as "NAME=value".
	Path, Env []string
	// Threads is how many calls one child runs at once; 0 is 1. The pool's workers are
	// spread over as few children as that allows.
	Threads int

	// Stdout and Stderr get what the children print, whole lines at a time; nil makes each
	// line a log record.
	Stdout, Stderr io.Writer

	// StartTimeout is how long a child may take until its adapter is loaded; 0 is a minute.
	StartTimeout time.Duration
	// StartsAtOnce is how many children start side by side; 0 is GOMAXPROCS.
	StartsAtOnce int
	// StopTimeout is how long a child may take to end by itself, before it is killed; 0 is
	// 5 seconds.
	StopTimeout time.Duration

	// RestartDelay is the pause before the second start in a row that failed; it doubles
	// up to RestartDelayMax. 0 are 100 ms and 10 s.
	RestartDelay, RestartDelayMax time.Duration
	// MaxRestarts is how many restarts of the pool's children RestartWindow may see; more,
	// and calls fail with ErrUnavailable. 0 are 100 in a minute; negative is any number.
	MaxRestarts   int
	RestartWindow time.Duration

	// MaxAge, MaxCalls and MaxMemory (resident, in bytes) are after what a child is
	// replaced by a new one, once its calls have ended; 0 is never.
	MaxAge    time.Duration
	MaxCalls  uint64
	MaxMemory int64
	// DrainTimeout is how long a child that is to be replaced may finish its calls; 0 is a
	// minute.
	DrainTimeout time.Duration

	// Heartbeat is how often a child is asked whether it lives; 0 is a second. A child that
	// does not answer is killed after HangTimeout (C code may hold the GIL for long; 0 is
	// five minutes, negative never), after FrozenTimeout if it has been stopped by a signal
	// (0 is ten seconds).
	Heartbeat, HangTimeout, FrozenTimeout time.Duration

	// InlineMax is up to what size in bytes a tensor travels in the message; larger ones go
	// by shared memory. 0 is 4095: a page is the least that can be shared.
	InlineMax int
	// ChunkSize is the size in bytes from which messages travel in parts; 0 is 1 MiB.
	ChunkSize int
	// MaxMessage is the largest message in bytes that a child may send, parts taken
	// together; 0 is 1 GiB.
	MaxMessage int64
	// SharedMemory is how many bytes a child may lay down in memory that Go sees: results,
	// and what ctx.empty makes. 0 is half of the machine's memory.
	SharedMemory int64
}

// New returns the profile. Nothing is started before Open.
func New(c Config) profile.Profile { return &process{config: c} }

type process struct{ config Config }

// FieldError says which setting is wrong, and how.
type FieldError struct{ Field, Why string }

func (e *FieldError) Error() string {
	return fmt.Sprintf("snakepit: processprofile.Config.%s: %s", e.Field, e.Why)
}

func (c Config) validate() error {
	module, class, hasClass := strings.Cut(c.Adapter, ":")
	if c.Adapter != "" && (module == "" || hasClass && class == "") {
		return &FieldError{"Adapter", fmt.Sprintf("%q is neither \"module\" nor \"module:Class\"", c.Adapter)}
	}
	for _, e := range c.Env {
		if name, _, ok := strings.Cut(e, "="); !ok || name == "" {
			return &FieldError{"Env", fmt.Sprintf("%q is not NAME=value", e)}
		}
	}
	for _, n := range c.numbers() {
		if n.value < 0 && !n.negative {
			return &FieldError{n.field, fmt.Sprintf("%d is negative", n.value)}
		}
	}
	if c.RestartDelayMax != 0 && c.RestartDelayMax < c.RestartDelay {
		return &FieldError{"RestartDelayMax", fmt.Sprintf("%v is less than RestartDelay, %v", c.RestartDelayMax, c.RestartDelay)}
	}
	return nil
}

type number struct {
	field    string
	value    int64
	negative bool // it may be
}

func (c Config) numbers() []number {
	return []number{
		{"Threads", int64(c.Threads), false},
		{"StartTimeout", int64(c.StartTimeout), false},
		{"StartsAtOnce", int64(c.StartsAtOnce), false},
		{"StopTimeout", int64(c.StopTimeout), false},
		{"RestartDelay", int64(c.RestartDelay), false},
		{"RestartDelayMax", int64(c.RestartDelayMax), false},
		{"MaxRestarts", int64(c.MaxRestarts), true},
		{"RestartWindow", int64(c.RestartWindow), false},
		{"MaxAge", int64(c.MaxAge), false},
		{"MaxMemory", c.MaxMemory, false},
		{"DrainTimeout", int64(c.DrainTimeout), false},
		{"Heartbeat", int64(c.Heartbeat), false},
		{"HangTimeout", int64(c.HangTimeout), true},
		{"FrozenTimeout", int64(c.FrozenTimeout), false},
		{"InlineMax", int64(c.InlineMax), false},
		{"ChunkSize", int64(c.ChunkSize), false},
		{"MaxMessage", c.MaxMessage, false},
		{"SharedMemory", c.SharedMemory, false},
	}
}
