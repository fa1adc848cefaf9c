package locate

import (
	"context"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gosnakepit/snakepit/provision/internal/child"
)

// needs are the packages that a worker of the process profile imports, by the
// folder that each puts into site-packages.
var needs = []struct{ folder, distribution string }{
	{"grpc", "grpcio"}, {"google/protobuf", "protobuf"},
}

// lacks lists the packages that are in no folder from which the interpreter would
// import them.
func (s *search) lacks(p Python) []string {
	var absent []string
	sites := s.sites(p)
	for _, n := range needs {
		if !slices.ContainsFunc(sites, func(site string) bool { return isDir(filepath.Join(site, n.folder)) }) {
			absent = append(absent, n.distribution)
		}
	}
	return absent
}

// sites are the folders for packages of an interpreter, the user's and the
// distribution's included where it would look there.
func (s *search) sites(p Python) []string {
	version := "python" + p.ABI()
	if p.Venv != "" {
		own := []string{filepath.Join(p.Venv, "lib", version, "site-packages"), filepath.Join(p.Venv, "lib64", version, "site-packages")}
		cfg := readPyvenv(filepath.Join(p.Venv, "pyvenv.cfg"))
		if !strings.EqualFold(cfg["include-system-site-packages"], "true") {
			return own
		}
		return append(own, s.baseSites(p, version)...)
	}
	return s.baseSites(p, version)
}

func (s *search) baseSites(p Python, version string) []string {
	sites := []string{filepath.Join(p.BasePrefix, "lib", version, "site-packages"), filepath.Join(p.BasePrefix, "lib64", version, "site-packages")}
	if home := s.inHome(filepath.Join(".local", "lib", version, "site-packages")); home != "" {
		sites = append(sites, home)
	}
	if p.BasePrefix == s.system("usr") { // Debian's
		sites = append(sites, s.system("usr/lib/python3/dist-packages"), filepath.Join(s.system("usr/local/lib"), version, "dist-packages"))
	}
	return sites
}

// imports asks the interpreter itself, for packages that are installed in a way
// that its folders do not show.
func imports(ctx context.Context, python string) bool {
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	const question = `import importlib.util, sys
sys.exit(not (importlib.util.find_spec("grpc") and importlib.util.find_spec("google.protobuf")))`
	return child.Command(ctx, python, "-c", question).Run() == nil
}
