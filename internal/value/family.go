package value

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// As lets errors.As find what the exception tells of arrays and devices: a
// *[ShapeError], *[DTypeError], *[DeviceError] or *[OutOfMemoryError]. The message is
// read when one of them is asked for, and only then. What the exception itself does not
// tell may stand in its cause, which errors.As looks at next.
func (e *PythonError) As(target any) bool {
	switch t := target.(type) {
	case **ShapeError:
		return found(e, shapeOf, t)
	case **DTypeError:
		return found(e, dtypeOf, t)
	case **DeviceError:
		return found(e, deviceOf, t)
	case **OutOfMemoryError:
		return found(e, outOfMemoryOf, t)
	}
	return false
}

func found[T any](e *PythonError, read func(*PythonError) *T, to **T) bool {
	t := read(e)
	if t != nil {
		*to = t
	}
	return t != nil
}

// maxRead bounds how much of a message is read: those of libraries tell early what
// they tell.
const maxRead = 4096

// text is the part of the message that is read.
func (e *PythonError) text() string {
	if len(e.Message) > maxRead {
		return e.Message[:maxRead]
	}
	return e.Message
}

// rule recognises one kind of message. The names of its groups say what they hold.
type rule struct {
	pattern   string
	operation string // where the message has no group for it
}

// rules are tried in order. They are compiled when the first message is read.
type rules struct {
	all  []rule
	once sync.Once
	made []*regexp.Regexp
}

func (r *rules) compile() {
	for _, one := range r.all {
		r.made = append(r.made, regexp.MustCompile(one.pattern))
	}
}

// match is what the groups of a rule hold.
type match map[string]string

// find returns what the first rule that fits found; nil if none does.
func (r *rules) find(text string) match {
	r.once.Do(r.compile)
	for i, re := range r.made {
		groups := re.FindStringSubmatch(text)
		if groups == nil {
			continue
		}
		m := match{"op": r.all[i].operation}
		for g, name := range re.SubexpNames() {
			if name != "" && groups[g] != "" {
				m[name] = groups[g]
			}
		}
		return m
	}
	return nil
}

// number is what a group says, or -1.
func (m match) number(group string) int {
	n, err := strconv.Atoi(m[group])
	if err != nil {
		return -1
	}
	return n
}

// some are the groups that hold something.
func (m match) some(groups ...string) []string {
	var all []string
	for _, g := range groups {
		if text := strings.TrimSpace(m[g]); text != "" {
			all = append(all, text)
		}
	}
	return all
}
