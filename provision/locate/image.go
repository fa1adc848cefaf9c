package locate

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// image is what an executable or a shared library says about itself.
type image struct {
	needed       []string // shared libraries it asks for
	runPath      []string // where it asks to look for them
	version      uint64   // Py_Version, or 0 where no interpreter is inside
	freeThreaded bool
	musl         bool
}

// Symbols of libpython that answer without running it. Py_Version is exported
// since 3.11; the other is compiled in only with --disable-gil.
const (
	versionSymbol      = "Py_Version"
	freeThreadedSymbol = "_Py_MergeZeroLocalRefcount"
)

// errScript says that the file is a script, as a version manager's shim is.
const errScript = rejection("is a script")

func readImage(m machine, path string) (image, error) {
	if script, err := isScript(path); err != nil {
		return image{}, err
	} else if script {
		return image{}, errScript
	}
	if m.goos == "darwin" {
		return readMachO(m, path)
	}
	return readELF(m, path)
}

func isScript(path string) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer func() { _ = f.Close() }()
	head := make([]byte, 2)
	n, _ := f.Read(head)
	return string(head[:n]) == "#!", nil
}

// library is the libpython that the image asks for, or "" when the interpreter
// is linked statically. libpython3.so holds none: it only forwards.
func (i image) library() string {
	for _, name := range i.needed {
		base := name[strings.LastIndexByte(name, '/')+1:]
		if strings.HasPrefix(base, "libpython3.") && !strings.HasPrefix(base, "libpython3.so") || isFramework(base) {
			return name
		}
	}
	return ""
}

// abi is the ABI of the interpreter inside, or of the library asked for; empty
// where neither says.
func (i image) abi() string {
	if i.version != 0 {
		return abiName(int(i.version>>24&0xff), int(i.version>>16&0xff), i.freeThreaded)
	}
	name := filepath.Base(i.library())
	if !strings.HasPrefix(name, "libpython") {
		return ""
	}
	abi, _, _ := strings.Cut(strings.TrimPrefix(name, "libpython"), ".so")
	return strings.TrimSuffix(strings.TrimSuffix(abi, ".dylib"), "d") // "d" is a debug build
}

func isFramework(base string) bool { return base == "Python" || base == "PythonT" }

// fill sets the parts of p that the image knows.
func (i image) fill(p *Python) {
	p.Major, p.Minor, p.Micro = int(i.version>>24&0xff), int(i.version>>16&0xff), int(i.version>>8&0xff)
	p.FreeThreaded = i.freeThreaded
	p.Version = versionText(i.version)
}

// versionText writes PY_VERSION_HEX the way Python does.
func versionText(hex uint64) string {
	text := fmt.Sprintf("%d.%d.%d", hex>>24&0xff, hex>>16&0xff, hex>>8&0xff)
	if level := map[uint64]string{0xa: "a", 0xb: "b", 0xc: "rc"}[hex>>4&0xf]; level != "" {
		text += fmt.Sprintf("%s%d", level, hex&0xf)
	}
	return text
}
