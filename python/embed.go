// Package python holds the Python package snakepit_bridge, which runs inside every
// interpreter that Snakepit hosts. It is served from memory: nothing is installed.
package python

import (
	"embed"
	"io/fs"
	"path"
	"strings"
)

//go:embed all:snakepit_bridge
var files embed.FS

// Sources returns the modules of snakepit_bridge by their dotted names. A name that
// ends in ".__init__" is that of a package.
func Sources() (map[string]string, error) {
	sources := map[string]string{}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".py" {
			return err
		}
		text, err := files.ReadFile(name)
		sources[strings.ReplaceAll(strings.TrimSuffix(name, ".py"), "/", ".")] = string(text)
		return err
	})
	return sources, err
}
