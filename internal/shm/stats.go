package shm

// Stats is what an arena has given away, in bytes unless it says otherwise.
type Stats struct {
	Live     int64  // allocated, in whole pages
	Retained int64  // freed, and kept for the next allocation
	Cap      int64  // what can be allocated
	Resident int64  // that have memory of the system's
	Extents  int    // how many allocations are live
	Refused  uint64 // how many allocations there was no room for
}

// Stats returns a snapshot.
func (a *Arena) Stats() Stats {
	a.mu.Lock()
	defer a.mu.Unlock()
	bytes := func(s state) int64 { return int64(a.space.pages[s]) * int64(page) }
	return Stats{
		Live: bytes(live), Retained: bytes(dirty) + bytes(busy), Cap: int64(len(a.mem)), Resident: a.resident(),
		Extents: a.space.n[live], Refused: a.refused,
	}
}
