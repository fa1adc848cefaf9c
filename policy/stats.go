package policy

// Stats counts what the policies of a pool did. State, Tainted and Devices tell of this
// moment; the rest only grows.
type Stats struct {
	State   State    // of the breaker
	Opened  uint64   // times that it opened
	Refused uint64   // attempts that it refused
	Tainted int      // workers' slots that rest
	Devices []string // that were named by crashes whose workers rest

	Retries      uint64 // attempts after the first
	Exhausted    uint64 // calls that failed after as many attempts as they may make
	Hedges       uint64 // calls that were made a second time because the first took long
	HedgesWon    uint64 // of these, those whose second call answered first
	RateLimited  uint64 // calls refused by the rate limit
	BulkheadFull uint64 // calls refused by a bulkhead
	Crashes      uint64 // of workers
	Taints       uint64 // times that a worker was sent to rest
}

// Count adds what the breaker counts; c may be nil.
func (c *Circuit) Count(s *Stats) {
	if c != nil {
		s.State, s.Opened, s.Refused = c.State(), c.opened.Load(), c.refused.Load()
	}
}
