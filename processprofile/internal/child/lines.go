package child

import "bytes"

// maxLine is where a line is cut in pieces.
const maxLine = 16 << 10

// lines cuts a stream of bytes into lines.
type lines struct {
	deliver func([]byte)
	begun   []byte // a line without its end, at most maxLine long
}

func (l *lines) write(p []byte) {
	if l.begun == nil {
		l.begun = make([]byte, 0, maxLine+1) // and what ends it
	}
	for len(p) > 0 {
		end := bytes.IndexByte(p, '\n')
		if end >= 0 && len(l.begun)+end <= maxLine {
			l.emit(p[:end])
			p = p[end+1:]
			continue
		}
		n := min(len(p), maxLine-len(l.begun))
		if end < 0 && n == len(p) {
			l.begun = append(l.begun, p...)
			return
		}
		l.emit(p[:n])
		p = p[n:]
	}
}

// flush delivers a last line that did not end.
func (l *lines) flush() {
	if len(l.begun) > 0 {
		l.emit(nil)
	}
}

func (l *lines) emit(rest []byte) {
	l.begun = append(l.begun, rest...)
	l.deliver(l.begun)
	l.begun = l.begun[:0]
}
