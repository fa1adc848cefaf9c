package threadprofile_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/threadprofile"
)

// TestLastWordsOfThreads leaves objects to OS threads that end, which then print to
// a writer of Go's. Go cannot be called there any more: the text goes to the process's
// own stdout.
func TestLastWordsOfThreads(t *testing.T) {
	harness.Python(t)
	out := harness.Child{Part: lastWordsPart}.Succeed(t)
	require.Greater(t, strings.Count(out.Stdout, "last words of"), 100-few, "the last few threads may outlive the program")
	require.Empty(t, out.Stderr)
}

var lastWordsPart = harness.Part("last words", func() {
	var text bytes.Buffer
	rt := openChild(threadprofile.Config{Stdout: &text})
	before := states(rt)
	for i := range 100 {
		<-onThread(func() { call(rt, "last_words", i) })
	}
	var t testing.T
	harness.Eventually(&t, "the threads are gone", func() bool { return states(rt) <= before+few })
	harness.Check(rt.Close())
	wants(text.String(), "")
})
