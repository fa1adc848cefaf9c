package locate

import (
	"os"
	"path/filepath"
	"runtime"
)

// machine is what the locators look at. Tests make one up.
type machine struct {
	root   string // where absolute system folders hang: "/"
	getenv func(string) string
	home   string
	cwd    string
	goos   string
	goarch string
}

func thisMachine() machine {
	home, _ := os.UserHomeDir()
	cwd, _ := os.Getwd()
	return machine{root: "/", getenv: os.Getenv, home: home, cwd: cwd, goos: runtime.GOOS, goarch: runtime.GOARCH}
}

// system is the path of a system folder.
func (m machine) system(path string) string {
	return filepath.Join(m.root, path)
}

// env returns the variable's value, or the fallback when it is empty.
func (m machine) env(name, fallback string) string {
	if v := m.getenv(name); v != "" {
		return v
	}
	return fallback
}

// inHome is a path below the user's home, or "" where there is none.
func (m machine) inHome(path string) string {
	if m.home == "" {
		return ""
	}
	return filepath.Join(m.home, path)
}

// triplet is the name of Debian's folder for this machine's libraries.
func (m machine) triplet() string {
	return map[string]string{"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}[m.goarch]
}

// DefaultCacheDir is the folder that setup fills for this user.
func DefaultCacheDir() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(dir, "snakepit"), nil
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
