package locate

import (
	"debug/elf"
	"path/filepath"
	"slices"
	"strings"
)

func readELF(m machine, path string) (image, error) {
	f, err := elf.Open(path)
	if err != nil {
		return image{}, reject("is no ELF file: %v", err)
	}
	defer func() { _ = f.Close() }()
	if err := checkMachine(m, f); err != nil {
		return image{}, err
	}
	img := image{runPath: elfRunPath(f, path)}
	img.needed, _ = f.ImportedLibraries()
	img.musl = elfMusl(f, img.needed)
	elfSymbols(f, &img)
	return img, nil
}

// checkMachine refuses what was built for another processor than this program.
func checkMachine(m machine, f *elf.File) error {
	want, known := map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}[m.goarch]
	if known && f.Machine != want {
		return reject("was built for %v, this program for %v", f.Machine, want)
	}
	return nil
}

// elfRunPath lists the folders that the file names for its libraries, with
// $ORIGIN filled in.
func elfRunPath(f *elf.File, path string) []string {
	var dirs []string
	origin := strings.NewReplacer("$ORIGIN", filepath.Dir(path), "${ORIGIN}", filepath.Dir(path))
	for _, tag := range []elf.DynTag{elf.DT_RUNPATH, elf.DT_RPATH} {
		values, _ := f.DynString(tag)
		for _, v := range values {
			dirs = append(dirs, filepath.SplitList(origin.Replace(v))...)
		}
	}
	return dirs
}

// elfMusl recognises musl's C library by the names it goes by, or by its loader.
func elfMusl(f *elf.File, needed []string) bool {
	named := func(lib string) bool { return lib == "libc.so" || strings.HasPrefix(lib, "libc.musl") }
	if slices.ContainsFunc(needed, named) {
		return true
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP && p.Filesz < 4096 {
			name := make([]byte, p.Filesz)
			_, _ = p.ReadAt(name, 0)
			return strings.Contains(string(name), "ld-musl")
		}
	}
	return false
}

func elfSymbols(f *elf.File, img *image) {
	symbols, _ := f.DynamicSymbols()
	for _, s := range symbols {
		switch {
		case s.Section == elf.SHN_UNDEF: // asked for, not offered
		case s.Name == freeThreadedSymbol:
			img.freeThreaded = true
		case s.Name == versionSymbol:
			img.version = elfWord(f, s)
		}
	}
}

// elfWord reads the eight bytes that a data symbol stands for.
func elfWord(f *elf.File, s elf.Symbol) uint64 {
	if int(s.Section) >= len(f.Sections) {
		return 0
	}
	section := f.Sections[s.Section]
	var word [8]byte
	if _, err := section.ReadAt(word[:], int64(s.Value-section.Addr)); err != nil {
		return 0
	}
	return f.ByteOrder.Uint64(word[:])
}
