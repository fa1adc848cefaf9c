package fakepython

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"runtime"
)

// Image is one ELF file: an executable or a shared library.
type Image struct {
	Needed       []string // the libraries that it asks for
	RunPath      string
	Version      uint64 // PY_VERSION_HEX; 0 makes it no Python
	FreeThreaded bool
	Machine      elf.Machine // 0 is this machine's
}

const dataAddr = 0x1000

// Bytes are the file's content.
func (i Image) Bytes() []byte {
	strs := newStrings()
	dynamic := i.dynamic(strs)
	symbols := i.symbols(strs)
	var data [8]byte
	binary.LittleEndian.PutUint64(data[:], i.Version)
	sections := []section{
		{},
		{name: ".dynstr", kind: elf.SHT_STRTAB, data: strs.data},
		{name: ".dynsym", kind: elf.SHT_DYNSYM, link: 1, entry: elf.Sym64Size, data: symbols},
		{name: ".rodata", kind: elf.SHT_PROGBITS, addr: dataAddr, data: data[:]},
		{name: ".dynamic", kind: elf.SHT_DYNAMIC, link: 1, entry: 16, data: dynamic},
	}
	return assemble(i.machine(), sections)
}

func (i Image) machine() elf.Machine {
	if i.Machine != 0 {
		return i.Machine
	}
	return map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}[runtime.GOARCH]
}

func (i Image) dynamic(strs *stringTable) []byte {
	var b bytes.Buffer
	put := func(tag elf.DynTag, value uint64) {
		_ = binary.Write(&b, binary.LittleEndian, elf.Dyn64{Tag: int64(tag), Val: value})
	}
	for _, name := range i.Needed {
		put(elf.DT_NEEDED, strs.add(name))
	}
	if i.RunPath != "" {
		put(elf.DT_RUNPATH, strs.add(i.RunPath))
	}
	put(elf.DT_NULL, 0)
	return b.Bytes()
}

func (i Image) symbols(strs *stringTable) []byte {
	var b bytes.Buffer
	put := func(name string, section elf.SectionIndex) {
		sym := elf.Sym64{Name: uint32(strs.add(name)), Info: elf.ST_INFO(elf.STB_GLOBAL, elf.STT_OBJECT), Shndx: uint16(section), Value: dataAddr, Size: 8}
		_ = binary.Write(&b, binary.LittleEndian, sym)
	}
	_ = binary.Write(&b, binary.LittleEndian, elf.Sym64{})
	put("malloc", elf.SHN_UNDEF)
	if i.Version != 0 {
		put("Py_Version", 3)
	}
	if i.FreeThreaded {
		put("_Py_MergeZeroLocalRefcount", 3)
	}
	return b.Bytes()
}

type section struct {
	name  string
	kind  elf.SectionType
	link  uint32
	entry uint64
	addr  uint64
	data  []byte
}

// assemble lays the sections out behind the header, and their table last.
func assemble(machine elf.Machine, sections []section) []byte {
	names := newStrings()
	sections = append(sections, section{name: ".shstrtab", kind: elf.SHT_STRTAB})
	var headers []elf.Section64
	var body bytes.Buffer
	for i, s := range sections {
		h := elf.Section64{Name: uint32(names.add(s.name)), Type: uint32(s.kind), Link: s.link, Entsize: s.entry, Addr: s.addr}
		if i == len(sections)-1 {
			s.data = names.data
		}
		h.Off, h.Size = uint64(binary.Size(elf.Header64{})+body.Len()), uint64(len(s.data))
		body.Write(s.data)
		headers = append(headers, h)
	}
	var file bytes.Buffer
	_ = binary.Write(&file, binary.LittleEndian, header(machine, body.Len(), len(sections)))
	file.Write(body.Bytes())
	_ = binary.Write(&file, binary.LittleEndian, headers)
	return file.Bytes()
}

func header(machine elf.Machine, body, sections int) elf.Header64 {
	h := elf.Header64{
		Type: uint16(elf.ET_DYN), Machine: uint16(machine), Version: uint32(elf.EV_CURRENT),
		Shentsize: uint16(binary.Size(elf.Section64{})), Shnum: uint16(sections), Shstrndx: uint16(sections - 1),
	}
	h.Ehsize = uint16(binary.Size(h))
	h.Shoff = uint64(int(h.Ehsize) + body)
	copy(h.Ident[:], elf.ELFMAG)
	h.Ident[elf.EI_CLASS], h.Ident[elf.EI_DATA], h.Ident[elf.EI_VERSION] = byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)
	return h
}

// stringTable is a section of names, which others refer to by their offset.
type stringTable struct{ data []byte }

func newStrings() *stringTable { return &stringTable{data: []byte{0}} }

func (t *stringTable) add(s string) uint64 {
	offset := uint64(len(t.data))
	t.data = append(append(t.data, s...), 0)
	return offset
}
