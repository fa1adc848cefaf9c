package shm

// trim gives dirty pages back to the system until some less than so many are left. The
// lock is held, and given up meanwhile: the system takes its time.
func (a *Arena) trim(most int) {
	if a.rigid || a.space.pages[dirty] <= most {
		return
	}
	for a.space.pages[dirty] > most-most/4 {
		a.punchOne(a.space.largest())
		if a.rigid {
			return
		}
	}
}

// punchOne makes a busy extent clean.
func (a *Arena) punchOne(e *extent) {
	offset, n := e.page*page, e.pages*page
	a.mu.Unlock()
	err := a.punch(offset, n)
	a.mu.Lock()
	if err != nil { // not on this system: what was freed stays as it is
		a.rigid = true
		a.space.free(e, dirty)
	} else {
		a.space.free(e, clean)
	}
	if a.space.n[busy] == 0 {
		a.settled.Broadcast()
	}
}

// gather makes the free pages clean, so that neighbours join, and reports whether that
// may have made room.
func (a *Arena) gather() bool {
	if a.space.n[busy] > 0 {
		for a.space.n[busy] > 0 {
			a.settled.Wait()
		}
		return true
	}
	if a.rigid || a.space.n[dirty] == 0 {
		return false
	}
	a.trim(0)
	return !a.rigid
}
