package child

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestRing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var r ring
		var all []byte
		for _, n := range rapid.SliceOfN(rapid.IntRange(0, 3*ringSize/2), 0, 6).Draw(t, "lengths") {
			p := bytes.Repeat([]byte{'a' + byte(len(all)%26)}, n)
			all = append(all, p...)
			r.write(p)
		}
		if got := r.String(); got != string(all[max(0, len(all)-ringSize):]) {
			t.Fatalf("%d bytes kept of %d, and not the last", len(got), len(all))
		}
	})
}

func TestLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var got []string
		l := lines{deliver: func(line []byte) { got = append(got, string(line)) }}
		var all, want []string
		for _, n := range rapid.SliceOfN(rapid.IntRange(0, 3*maxLine), 0, 6).Draw(t, "lengths") {
			line := strings.Repeat("x", n)
			all = append(all, line+"\n")
			for ; len(line) > maxLine; line = line[maxLine:] {
				want = append(want, line[:maxLine])
			}
			want = append(want, line)
		}
		text := []byte(strings.Join(all, ""))
		for len(text) > 0 {
			n := rapid.IntRange(1, len(text)).Draw(t, "chunk")
			l.write(text[:n])
			text = text[n:]
		}
		l.flush()
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Fatalf("%d lines, want %d", len(got), len(want))
		}
	})
}

func TestFaultStack(t *testing.T) {
	const stack = `Fatal Python error: Aborted

Thread 0x00007f0e15bff6c0 (most recent call first):
  File "/a/b.py", line 3 in work
  ...

Current thread 0x00007f0e1a0a5740 [python] (most recent call first):
  File "/a/b.py", line 7 in <module>

Current thread's C stack trace (most recent call first):
  Binary file "/usr/bin/python3", at _Py_DumpStack+0x37 [0x7f]

Extension modules: numpy._core._multiarray_umath (total: 1)`
	require.Equal(t, stack, faultStack("before\n"+stack+"\nsaid by another thread\n"))
	require.Equal(t, "Current thread 0x01 (most recent call first):\n  File \"x\", line 1 in f",
		faultStack("free(): invalid pointer\nCurrent thread 0x01 (most recent call first):\n  File \"x\", line 1 in f\n"))
	require.Empty(t, faultStack("Traceback (most recent call last):\nValueError"))
}

func TestMark(t *testing.T) {
	m, run := mark{run: "abc", child: 1}, mark{run: "abc"}
	for environ, want := range map[string][2]bool{
		"A=b\x00" + m.variable() + "\x00C=d\x00": {true, true},
		m.variable():                             {true, true},
		mark{run: "abc", child: 12}.variable():   {false, true},
		"X" + m.variable():                       {false, false},
		mark{run: "abcd", child: 1}.variable():   {false, false},
		"":                                       {false, false},
	} {
		require.Equal(t, want, [2]bool{m.in(environ), run.in(environ)}, "%q", environ)
	}
}

func TestInherited(t *testing.T) {
	require.Equal(t, []string{"B=2", "A=3", "EMPTY="}, inherited([]string{"A=1", "SNAKEPIT_TOKEN=x", "B=2", "A=3", "EMPTY="}))
}
