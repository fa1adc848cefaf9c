package docs_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/health"
	"github.com/gosnakepit/snakepit/policy"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/threadprofile"
)

func TestReliability(t *testing.T) {
	rt := open(t, "cart:Cart", snakepit.Config{})
	ctx := ctx0

	urgent := rt.With(snakepit.Priority(snakepit.High))
	root, err := urgent.Call(ctx, "math:sqrt", 2.0)
	require.NoError(t, err)
	require.Equal(t, math.Sqrt2, root)
}

func TestCancelled(t *testing.T) {
	rt := open(t, "sheep", snakepit.Config{})
	ctx := ctx0
	var err error

	deadline, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	_, err = rt.Execute(deadline, "count_sheep", nil)
	var given *snakepit.CancelError
	if errors.As(err, &given) {
		fmt.Println(given.Stage == snakepit.CancelRunning, errors.Is(err, context.DeadlineExceeded))
	}
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestElastic(t *testing.T) {
	harness.Python(t)
	p := threadprofile.New(threadprofile.Config{Adapter: "cart:Cart", Path: []string{folder}})
	elastic := snakepit.PoolConfig{Profile: p, Workers: 8, MinWorkers: 2, IdleTimeout: time.Minute}
	rt, err := snakepit.Open(ctx0, snakepit.Config{Pools: []snakepit.PoolConfig{elastic}, Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	defer func() { require.NoError(t, rt.Close()) }()
	require.NoError(t, rt.Ready(ctx0))
	require.Equal(t, 2, rt.Health().Pools[snakepit.DefaultPool].Up)
}

func TestPolicies(t *testing.T) {
	harness.Python(t)
	p := threadprofile.New(threadprofile.Config{Adapter: "cart:Cart", Path: []string{folder}})
	guarded := snakepit.PoolConfig{Profile: p, Workers: 2, Policy: policy.Policy{
		RateLimit: policy.RateLimit{Calls: 500, MaxWait: time.Second},
		Bulkhead:  policy.Bulkhead{Limit: 64, PerTool: map[string]int{"total": 8}},
		Retry:     policy.Retry{Attempts: 3},
		Breaker:   policy.Breaker{Rate: 0.5},
		Hedge:     policy.Hedge{After: 200 * time.Millisecond},
		Taint:     policy.Taint{Rest: time.Minute},
		Health:    policy.Health{Crashes: 5},
	}}
	rt, err := snakepit.Open(ctx0, snakepit.Config{Pools: []snakepit.PoolConfig{guarded}, Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	defer func() { require.NoError(t, rt.Close()) }()
	v, err := rt.With(snakepit.Idempotent()).Call(ctx0, "math:sqrt", 4.0)
	require.NoError(t, err)
	require.Equal(t, 2.0, v)

	http := http.NewServeMux()
	http.Handle("/health/", health.Handler(rt)) // /health/live and /health/ready

	w := httptest.NewRecorder()
	http.ServeHTTP(w, httptest.NewRequest("GET", "/health/ready", nil))
	require.Equal(t, 200, w.Code, w.Body)
}

// TestChaptersExist does the same for chapters of the conformance suite, and their parts.
func TestChaptersExist(t *testing.T) {
	text, err := os.ReadFile("reliability.md")
	require.NoError(t, err)
	suite, found := texts(t, "../profile/profiletest/*.go"), 0
	for _, list := range regexp.MustCompile("conformance: (`[^;|]+`)").FindAllStringSubmatch(string(text), -1) {
		for _, chapter := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(list[1], -1) {
			found++
			for name := range strings.SplitSeq(chapter[1], "/") {
				require.Contains(t, suite, "t.Run(\""+name+"\"", chapter[1])
			}
		}
	}
	require.Greater(t, found, 5)
}

// TestProofsExist looks for each test that reliability.md names, in the folder that it
// names before.
func TestProofsExist(t *testing.T) {
	text, err := os.ReadFile("reliability.md")
	require.NoError(t, err)
	folder, found := "", 0
	for _, m := range regexp.MustCompile("(`[a-z/]+`|\\broot): |`(Test\\w+)`").FindAllStringSubmatch(string(text), -1) {
		switch {
		case m[2] != "":
			found++
			require.Contains(t, texts(t, filepath.Join("..", folder, "*_test.go")), "func "+m[2]+"(", "in %q", folder)
		case m[1] == "root":
			folder = "."
		default:
			folder = m[1][1 : len(m[1])-1]
		}
	}
	require.Greater(t, found, 20)
}
