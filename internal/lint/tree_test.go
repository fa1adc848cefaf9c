package lint_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/gosnakepit/snakepit"

// source is one Go file of the project.
type source struct {
	path    string // from the project's root
	pkg     string // folder, "" for the root package
	test    bool
	file    *ast.File
	imports []string
}

// tree returns every Go file of the project.
func tree(t *testing.T) []source {
	t.Helper()
	var all []source
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name := d.Name(); d.IsDir() && (name == "testdata" || name != ".." && strings.HasPrefix(name, ".")) {
			return filepath.SkipDir
		}
		if filepath.Ext(path) == ".go" {
			all = append(all, read(t, root, path))
		}
		return nil
	})
	require.NoError(t, err)
	return all
}

func read(t *testing.T, root, path string) source {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
	require.NoError(t, err)
	name, err := filepath.Rel(root, path)
	require.NoError(t, err)
	s := source{path: filepath.ToSlash(name), test: strings.HasSuffix(name, "_test.go"), file: file}
	if s.pkg = filepath.ToSlash(filepath.Dir(name)); s.pkg == "." {
		s.pkg = ""
	}
	for _, i := range file.Imports {
		p, err := strconv.Unquote(i.Path.Value)
		require.NoError(t, err)
		s.imports = append(s.imports, p)
	}
	return s
}

// own returns the folder of a package of this project, and whether it is one.
func own(path string) (string, bool) {
	if path == module {
		return "", true
	}
	return strings.CutPrefix(path, module+"/")
}

// in reports whether a package is a folder or lies below it.
func in(pkg, folder string) bool {
	return pkg == folder || folder != "" && strings.HasPrefix(pkg, folder+"/")
}
