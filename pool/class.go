package pool

// Class says how much a call matters beside others that wait. Values beyond the
// three count as the nearest.
type Class int8

// The classes. The zero value is Normal.
const (
	Low Class = iota - 1
	Normal
	High
)

// classes is how many there are; index numbers them from 0, lowest first.
const classes = 3

func (c Class) index() int { return int(min(max(c, Low), High) - Low) }

// The word Pool.gate. Above the count of waiters stand bits of which each also keeps
// those newcomers out that the ones below it let pass, so that each class has one number
// to compare the whole word with.
const (
	closedBit = 1 << 63
	strictBit = 1 << 62 // somebody has waited for longer than patience: nobody passes
	highBit   = 1 << 61 // of those who take any slot, some are of this class
	normalBit = 1 << 60
	lowBit    = 1 << 59
	wokenBit  = 1 << 58 // one of them was told to look for a slot, and has not looked yet
	countMask = wokenBit - 1
)

// passes is for each class the least gate that it has to wait before.
var passes = [classes]uint64{normalBit, highBit, strictBit}

const passNormal = highBit

// below are the bits of the classes beneath each.
var below = [classes]uint64{0, lowBit, lowBit | normalBit}
