// Package sources lays the Python half of Snakepit, which the binary carries, where child
// processes can import it.
package sources

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/gosnakepit/snakepit/python"
)

// Unpack returns the folder to put on Python's path. It is in the user's cache and named
// after what is in it: whoever needs the same finds it there, with the code that Python
// has compiled meanwhile. Safe for concurrent use, by several processes too.
var Unpack = sync.OnceValues(unpack)

func unpack() (string, error) {
	modules, err := python.Sources()
	if err != nil {
		return "", err
	}
	base, err := os.UserCacheDir()
	if err != nil {
		base = filepath.Join(os.TempDir(), fmt.Sprintf("snakepit-%d", os.Getuid()))
	}
	return lay(filepath.Join(base, "snakepit", "bridge"), modules)
}

// lay writes the modules to a folder below base, unless they are there.
func lay(base string, modules map[string]string) (string, error) {
	folder := filepath.Join(base, digest(modules))
	if _, err := os.Stat(folder); err == nil {
		return folder, nil
	}
	if err := os.MkdirAll(base, 0o700); err != nil {
		return "", err
	}
	temp, err := os.MkdirTemp(base, "new-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(temp) }()
	for name, text := range modules {
		if err := write(temp, name, text); err != nil {
			return "", err
		}
	}
	if err := os.Rename(temp, folder); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	return folder, nil
}

func write(folder, module, text string) error {
	file := filepath.Join(folder, strings.ReplaceAll(module, ".", "/")+".py")
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	return os.WriteFile(file, []byte(text), 0o600)
}

// digest names the modules by what is in them.
func digest(modules map[string]string) string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(modules)) {
		fmt.Fprintf(h, "%s %d\n%s", name, len(modules[name]), modules[name])
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}
