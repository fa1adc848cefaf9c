package locate

import (
	"debug/macho"
	"path/filepath"
	"strings"
)

// readMachO is readELF for macOS. It is written from the format's documentation
// and has not been run on a Mac.
func readMachO(m machine, path string) (image, error) {
	f, closeFile, err := openMachO(m, path)
	if err != nil {
		return image{}, err
	}
	defer closeFile()
	img := image{runPath: machORunPath(f, path)}
	img.needed, _ = f.ImportedLibraries()
	machOSymbols(f, &img)
	return img, nil
}

// openMachO opens the part for this program's processor, where the file has
// several.
func openMachO(m machine, path string) (*macho.File, func(), error) {
	want := map[string]macho.Cpu{"amd64": macho.CpuAmd64, "arm64": macho.CpuArm64}[m.goarch]
	if fat, err := macho.OpenFat(path); err == nil {
		for _, a := range fat.Arches {
			if a.Cpu == want {
				return a.File, func() { _ = fat.Close() }, nil
			}
		}
		_ = fat.Close()
		return nil, nil, reject("has no part for %v", want)
	}
	f, err := macho.Open(path)
	if err != nil {
		return nil, nil, reject("is no Mach-O file: %v", err)
	}
	if f.Cpu != want {
		_ = f.Close()
		return nil, nil, reject("was built for %v, this program for %v", f.Cpu, want)
	}
	return f, func() { _ = f.Close() }, nil
}

func machORunPath(f *macho.File, path string) []string {
	var dirs []string
	origin := strings.NewReplacer("@executable_path", filepath.Dir(path), "@loader_path", filepath.Dir(path))
	for _, load := range f.Loads {
		if r, ok := load.(*macho.Rpath); ok {
			dirs = append(dirs, origin.Replace(r.Path))
		}
	}
	return dirs
}

func machOSymbols(f *macho.File, img *image) {
	if f.Symtab == nil {
		return
	}
	for _, s := range f.Symtab.Syms {
		switch {
		case s.Sect == 0: // asked for, not offered
		case s.Name == "_"+freeThreadedSymbol:
			img.freeThreaded = true
		case s.Name == "_"+versionSymbol:
			img.version = machOWord(f, s)
		}
	}
}

func machOWord(f *macho.File, s macho.Symbol) uint64 {
	if int(s.Sect) > len(f.Sections) {
		return 0
	}
	section := f.Sections[s.Sect-1]
	var word [8]byte
	if _, err := section.ReadAt(word[:], int64(s.Value-section.Addr)); err != nil {
		return 0
	}
	return f.ByteOrder.Uint64(word[:])
}
