package locate

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// ManifestName is the name of setup's record, beside the installation.
const ManifestName = "manifest.json"

// manifestSchema changes when an older record must not be read.
const manifestSchema = 1

// Manifest is setup's record of one Python: all that Find needs, so that it has
// to inspect nothing.
type Manifest struct {
	Schema int    `json:"schema"`
	Python Python `json:"python"`
	// Base is the real interpreter, without the virtual environment.
	Base string `json:"base"`
	// LibrarySize and LibraryChanged are the library's when it was recorded, or
	// Base's where no library is: a system's upgrade may replace it.
	LibrarySize    int64     `json:"library_size"`
	LibraryChanged time.Time `json:"library_changed"`
	// Lock and LockHash name the requirements that Venv was filled from.
	Lock     string `json:"lock,omitempty"`
	LockHash string `json:"lock_hash,omitempty"`
	// Options are the build's, where setup built it.
	Options []string `json:"options,omitempty"`
}

// NewManifest records p, which is in no virtual environment, as it is now.
func NewManifest(p Python) (Manifest, error) {
	m := Manifest{Schema: manifestSchema, Python: p, Base: p.Executable}
	info, err := os.Stat(m.image())
	if err != nil {
		return Manifest{}, err
	}
	m.LibrarySize, m.LibraryChanged = info.Size(), info.ModTime()
	return m, nil
}

// image is the file that holds the interpreter.
func (m Manifest) image() string {
	if m.Python.Library != "" {
		return m.Python.Library
	}
	return m.Base
}

// WithVenv is the record with a virtual environment made from its interpreter.
func (m Manifest) WithVenv(venv string) Manifest {
	m.Python.Venv, m.Python.Executable = venv, filepath.Join(venv, "bin", "python")
	return m
}

// WithoutVenv is the record of the bare interpreter.
func (m Manifest) WithoutVenv() Manifest {
	m.Python.Venv, m.Python.Executable = "", m.Base
	m.Lock, m.LockHash = "", ""
	return m
}

// PythonsDir is the folder below the cache that holds one folder a Python.
func PythonsDir(cacheDir string) string { return filepath.Join(cacheDir, "pythons") }

// ProcessDir is the same for the Pythons of the process profile, which need no
// shared library.
func ProcessDir(cacheDir string) string { return filepath.Join(cacheDir, "process") }

// ReadManifest reads the record in a folder of PythonsDir or ProcessDir. An unreadable or
// unknown one is an error. A virtual environment that is gone is left out.
func ReadManifest(dir string) (Manifest, error) {
	path := filepath.Join(dir, ManifestName)
	data, err := os.ReadFile(path)
	if err != nil {
		return Manifest{}, err
	}
	var m Manifest
	if err := json.Unmarshal(data, &m); err != nil {
		return Manifest{}, fmt.Errorf("%s: %w", path, err)
	}
	if m.Schema != manifestSchema {
		return Manifest{}, fmt.Errorf("%s: schema %d, this program reads %d", path, m.Schema, manifestSchema)
	}
	if m.Python.Venv != "" && !isFile(m.Python.Executable) {
		m = m.WithoutVenv()
	}
	return m, nil
}

// Write puts the record into a folder in one step: readers see the old or the
// new one, never half of it.
func (m Manifest) Write(dir string) error {
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, ManifestName), append(data, '\n'))
}

// Fresh says that what the record names is still there and unchanged.
func (m Manifest) Fresh() bool {
	info, err := os.Stat(m.image())
	return err == nil && info.Size() == m.LibrarySize && info.ModTime().Equal(m.LibraryChanged) && isFile(m.Base)
}

func writeFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".tmp-*")
	if err != nil {
		return err
	}
	_, err = tmp.Write(data)
	if closed := tmp.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		_ = os.Remove(tmp.Name())
	}
	return err
}
