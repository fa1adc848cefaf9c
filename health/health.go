// Package health answers probes over HTTP. It is a package of its own so that programs
// which serve no HTTP do not link it.
package health

import (
	"encoding/json"
	"net/http"
	"path"

	"github.com/gosnakepit/snakepit"
)

// Handler serves the runtime's [snakepit.Health] as JSON: with status 200, or with 503 if
// the answer to the path's last element is no: "live" asks whether the program is worth
// keeping, anything else, such as "ready", whether to send it work. Mount it wherever
// probes look:
//
//	http.Handle("/health/", health.Handler(rt))
//
// It tells of pools, workers and how they crashed; keep it from the public.
//
// Safe for concurrent use, also while the runtime closes and after that.
func Handler(rt *snakepit.Runtime) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
			return
		}
		h := rt.Health()
		good := h.Ready
		if path.Base(r.URL.Path) == "live" {
			good = h.Live
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		if !good {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		_ = json.NewEncoder(w).Encode(h) // who asked is gone
	})
}
