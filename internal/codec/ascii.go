package codec

import (
	"unicode/utf8"
	"unsafe"
)

const highBits = 0x8080808080808080

// isText reports whether s is UTF-8. Most strings are ASCII, which takes a few
// words to see.
func isText(s string) bool {
	n := len(s)
	if n < 8 {
		return isShortText(s)
	}
	p := unsafe.Pointer(unsafe.StringData(s))
	high := *(*uint64)(unsafe.Add(p, n-8))
	for i := 0; i < n-8; i += 8 {
		high |= *(*uint64)(unsafe.Add(p, i))
		if high&highBits != 0 {
			break
		}
	}
	return high&highBits == 0 || utf8.ValidString(s)
}

func isShortText(s string) bool {
	var high byte
	for i := range len(s) {
		high |= s[i]
	}
	return high < utf8.RuneSelf || utf8.ValidString(s)
}
