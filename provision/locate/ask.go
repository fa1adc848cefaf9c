package locate

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gosnakepit/snakepit/provision/internal/child"
)

// askLimit bounds a child that is only asked for facts.
const askLimit = 15 * time.Second

// question makes an interpreter say what its files do not. -I keeps the user's
// environment and site out of the answer.
const question = `import json, sys, sysconfig
v = sysconfig.get_config_vars()
print(json.dumps({"executable": sys.executable, "libdir": v.get("LIBDIR") or "", "name": v.get("INSTSONAME") or v.get("LDLIBRARY") or "",
    "version": sys.hexversion, "free_threaded": bool(v.get("Py_GIL_DISABLED"))}))`

// answer is an interpreter's word on itself.
type answer struct {
	Executable   string `json:"executable"`
	LibDir       string `json:"libdir"`
	Name         string `json:"name"`
	Version      uint64 `json:"version"` // as PY_VERSION_HEX
	FreeThreaded bool   `json:"free_threaded"`
}

// ask starts the interpreter. It is the last resort: a start takes tens of
// milliseconds.
func ask(ctx context.Context, python string) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	var out, errs bytes.Buffer
	cmd := child.Command(ctx, python, "-I", "-c", question)
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return answer{}, fmt.Errorf("%w: %s", err, lastLine(errs.String()))
	}
	var a answer
	if err := json.Unmarshal(out.Bytes(), &a); err != nil {
		return answer{}, fmt.Errorf("its answer is not readable: %w", err)
	}
	return a, nil
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

// askLibrary asks an interpreter for its shared library.
func (s *search) askLibrary(ctx context.Context, python string) string {
	known, err := s.askOnce(ctx, python)
	if err != nil {
		return ""
	}
	if path := filepath.Join(known.LibDir, known.Name); isLibrary(path) && isFile(path) && !strings.HasSuffix(path, ".a") {
		return path
	}
	return ""
}

// askOnce asks an interpreter, and remembers the answer for as long as the file
// stays as it is.
func (s *search) askOnce(ctx context.Context, python string) (answer, error) {
	if known, ok := s.remembered(python); ok && known.Version != 0 {
		return known, nil
	}
	known, err := ask(ctx, python)
	if err == nil {
		s.remember(python, known)
	}
	return known, err
}

// memory is an answer on disk and the state of the file that it holds for.
type memory struct {
	Path    string    `json:"path"`
	Size    int64     `json:"size"`
	Changed time.Time `json:"changed"`
	Answer  answer    `json:"answer"`
}

func (s *search) memoryFile(python string) string {
	sum := sha256.Sum256([]byte(python))
	return filepath.Join(s.cacheDir, "answers", hex.EncodeToString(sum[:8])+".json")
}

func (s *search) remembered(python string) (answer, bool) {
	var m memory
	data, err := os.ReadFile(s.memoryFile(python))
	if err != nil || json.Unmarshal(data, &m) != nil {
		return answer{}, false
	}
	info, err := os.Stat(python)
	fresh := err == nil && m.Path == python && m.Size == info.Size() && m.Changed.Equal(info.ModTime())
	return m.Answer, fresh
}

// remember stores an answer. A cache folder that cannot be written costs time
// only, so failures are not reported.
func (s *search) remember(python string, a answer) {
	info, err := os.Stat(python)
	if err != nil || s.cacheDir == "" {
		return
	}
	data, err := json.Marshal(memory{Path: python, Size: info.Size(), Changed: info.ModTime(), Answer: a})
	if err == nil {
		_ = writeFile(s.memoryFile(python), data)
	}
}
