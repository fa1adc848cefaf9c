package locate

import (
	"os"
	"path/filepath"
)

// cached offers the Pythons that setup made or prepared.
func cached(s *search) (string, []candidate) {
	return recordedIn(PythonsDir(s.cacheDir))
}

func recordedIn(dir string) (string, []candidate) {
	var found []candidate
	for _, m := range manifestsIn(dir) {
		if m.Fresh() {
			found = append(found, candidate{path: m.Python.Executable, known: &m.Python})
		} else if isFile(m.Python.Executable) {
			found = append(found, candidate{path: m.Python.Executable})
		}
	}
	return dir, found
}

func manifestsIn(dir string) []Manifest {
	var all []Manifest
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if m, err := ReadManifest(filepath.Join(dir, e.Name())); err == nil {
			all = append(all, m)
		}
	}
	return all
}

// recorded is setup's Python whose library this is.
func (s *search) recorded(library string) (Python, bool) {
	for _, m := range manifestsIn(PythonsDir(s.cacheDir)) {
		if m.Fresh() && sameFile(m.Python.Library, library) {
			return m.Python, true
		}
	}
	return Python{}, false
}

func sameFile(a, b string) bool {
	x, errA := os.Stat(a)
	y, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(x, y)
}
