package threadprofile

import (
	"fmt"
	"sync"

	"github.com/gosnakepit/snakepit/cgo"
	"github.com/gosnakepit/snakepit/embed"
)

// budget is how many threads BLAS and its kind may use within a call. They count for the
// whole process, so the least that an open instance wants holds.
var budget struct {
	sync.Mutex
	wanted map[*instance]int
	asked  int // of Python, last
	holds  int // what it answered: the environment may say otherwise
}

func nativeThreads() int {
	budget.Lock()
	defer budget.Unlock()
	return budget.holds
}

// limitThreads makes the instance's wish count, before libraries are loaded.
func (in *instance) limitThreads() error {
	if in.spec.NativeThreads == 0 {
		return nil
	}
	budget.Lock()
	defer budget.Unlock()
	if budget.wanted == nil {
		budget.wanted = map[*instance]int{}
	}
	budget.wanted[in] = in.spec.NativeThreads
	return in.applyBudget()
}

// unlimitThreads forgets the instance's wish. That of the last one stays.
func (in *instance) unlimitThreads() {
	budget.Lock()
	defer budget.Unlock()
	delete(budget.wanted, in)
	if err := in.applyBudget(); err != nil {
		in.spec.Logger.Warn("snakepit: the number of native libraries' threads cannot be set", "pool", in.spec.Pool, "err", err)
	}
}

// applyBudget tells Python of a change. Called with the lock, which nobody takes who is
// attached.
func (in *instance) applyBudget() error {
	least := 0
	for _, n := range budget.wanted {
		if least == 0 || n < least {
			least = n
		}
	}
	if least == 0 || least == budget.asked {
		return nil
	}
	limit, err := in.python.Function("limit_threads")
	if err != nil {
		return err
	}
	defer limit.Release()
	v, err := embed.Ask(cgo.Call, limit, least)
	if err != nil {
		return fmt.Errorf("snakepit: pool %q: NativeThreads: %w", in.spec.Pool, err)
	}
	holds, _ := v.(int64)
	budget.asked, budget.holds = least, int(holds)
	return nil
}
