package codec

import (
	"strings"
	"sync"
	"time"
)

// The zones kept at most, of either kind. tzdata has some 600 keys; a program
// that makes names up must not fill the memory.
const maxZones = 1024

// zones keeps what was found or made for the names that came by.
var zones struct {
	sync.RWMutex
	loaded map[string]*time.Location // nil for a key that this machine does not know
	fixed  map[fixedZone]*time.Location
}

type fixedZone struct {
	name   string
	offset int
}

// isKey reports whether a zone's name is taken for the key of an IANA zone.
// Names without a slash are ambiguous: "CET" is a key and an abbreviation.
func isKey(name string) bool { return strings.Contains(name, "/") }

// zoneKey returns the key by which Python may look the zone of t up: "UTC" or an
// IANA key. Empty if there is none, or if it names another zone than this one.
func zoneKey(t time.Time, offset int) string {
	name := t.Location().String()
	switch {
	case name == "UTC" && offset == 0:
		return name
	case !isKey(name):
		return ""
	}
	loc := load(name)
	if loc == nil || loc == t.Location() {
		return name
	}
	if _, off := t.In(loc).Zone(); off != offset {
		return ""
	}
	return name
}

// locate returns the location for an instant that Python says is in a zone of
// this name, offset seconds east of UTC.
func locate(utc time.Time, name []byte, offset int) *time.Location {
	if offset == 0 && (len(name) == 0 || string(name) == "UTC") {
		return time.UTC
	}
	if isKey(string(name)) {
		if loc := load(string(name)); loc != nil {
			if _, off := utc.In(loc).Zone(); off == offset {
				return loc
			}
		}
	}
	return fixed(name, offset)
}

// load returns the location of an IANA key, or nil.
func load(name string) *time.Location {
	zones.RLock()
	loc, ok := zones.loaded[name]
	zones.RUnlock()
	if ok {
		return loc
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		loc = nil
	}
	zones.Lock()
	defer zones.Unlock()
	zones.loaded = room(zones.loaded)
	zones.loaded[strings.Clone(name)] = loc
	return loc
}

func fixed(name []byte, offset int) *time.Location {
	zones.RLock()
	loc, ok := zones.fixed[fixedZone{string(name), offset}]
	zones.RUnlock()
	if ok {
		return loc
	}
	key := fixedZone{string(name), offset}
	loc = time.FixedZone(key.name, offset)
	zones.Lock()
	defer zones.Unlock()
	zones.fixed = room(zones.fixed)
	zones.fixed[key] = loc
	return loc
}

// room returns a map with room for one more: an empty one once it is full.
func room[K comparable, V any](m map[K]V) map[K]V {
	if m == nil || len(m) >= maxZones {
		return map[K]V{}
	}
	return m
}
