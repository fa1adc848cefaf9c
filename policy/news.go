package policy

// change is one of a breaker's state.
type change struct {
	to  State
	why error
}

// news are changes that nobody has told yet. Guarded by the breaker's lock.
type news struct {
	waiting []change
	telling bool // a goroutine is at it, and will tell what comes meanwhile
}

// tell tells of changes in their order. It holds no lock meanwhile: who hears of them may
// ask the breaker for its state, or make a call.
func (c *Circuit) tell() {
	for c.tellOne() {
	}
}

func (c *Circuit) tellOne() bool {
	c.mu.Lock()
	if c.news.telling || len(c.news.waiting) == 0 {
		c.mu.Unlock()
		return false
	}
	first := c.news.waiting[0]
	c.news.waiting = c.news.waiting[1:]
	c.news.telling = true
	c.mu.Unlock()
	defer func() { // also if it panics
		c.mu.Lock()
		c.news.telling = false
		c.mu.Unlock()
	}()
	c.changed(first.to, first.why)
	return true
}
