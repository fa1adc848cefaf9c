package health_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/health"
	"github.com/gosnakepit/snakepit/profile"
)

// idle is a profile without Python, for one worker.
type idle struct {
	slots profile.Slots
	gone  int
}

func (p *idle) Open(_ context.Context, s profile.Spec) (profile.Instance, error) {
	p.slots = s.Slots
	return p, nil
}

func (p *idle) Prepare(context.Context, profile.Target) (profile.Prepared, error) {
	return nil, profile.ErrToolNotFound
}
func (p *idle) Close(context.Context) error { return nil }
func (p *idle) Stats() profile.Stats        { return profile.Stats{Profile: "idle", Gone: p.gone} }

func ask(h http.Handler, method, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return w
}

func TestHandler(t *testing.T) {
	p := &idle{}
	rt, err := snakepit.Open(t.Context(), snakepit.Config{Pools: []snakepit.PoolConfig{{Profile: p, Workers: 1}}})
	require.NoError(t, err)
	h := health.Handler(rt)
	require.Equal(t, http.StatusOK, ask(h, "GET", "/health/ready").Code)
	p.slots.Down(0)
	ready := ask(h, "GET", "/health/ready")
	require.Equal(t, http.StatusServiceUnavailable, ready.Code)
	require.Equal(t, http.StatusOK, ask(h, "HEAD", "/health/live").Code, "it may come back")
	require.Equal(t, "application/json", ready.Header().Get("Content-Type"))
	require.Equal(t, "no-store", ready.Header().Get("Cache-Control"))
	var told map[string]any
	require.NoError(t, json.Unmarshal(ready.Body.Bytes(), &told))
	require.Equal(t, false, told["ready"])
	pool := told["pools"].(map[string]any)[snakepit.DefaultPool].(map[string]any)
	require.Equal(t, "closed", pool["breaker"])
	require.InDelta(t, 1, pool["down"], 0)

	refused := ask(h, "POST", "/health/ready")
	require.Equal(t, http.StatusMethodNotAllowed, refused.Code)
	require.Equal(t, "GET, HEAD", refused.Header().Get("Allow"))
	p.gone = 1
	require.Equal(t, http.StatusServiceUnavailable, ask(h, "GET", "/health/live").Code)
	p.slots.Up(0)
	require.NoError(t, rt.Close())
	require.Equal(t, http.StatusServiceUnavailable, ask(h, "GET", "/health/ready").Code)
}
