package codec

// Zones returns how many time zones are kept.
func Zones() (loaded, fixed int) { return len(zones.loaded), len(zones.fixed) }
