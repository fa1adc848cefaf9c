package scratch

import (
	"os"
	"path/filepath"
)

// Folder writes Python modules into a temporary folder, to be put on Python's path.
// The caller removes it.
func Folder(modules map[string][]byte) (string, error) {
	dir, err := os.MkdirTemp("", "snakepit-example-")
	if err != nil {
		return "", err
	}
	for name, source := range modules {
		if err := os.WriteFile(filepath.Join(dir, name+".py"), source, 0o600); err != nil {
			_ = os.RemoveAll(dir)
			return "", err
		}
	}
	return dir, nil
}
