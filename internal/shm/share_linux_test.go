package shm_test

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/shm"
)

func TestMain(m *testing.M) {
	if size := os.Getenv("SNAKEPIT_TEST_MAP"); size != "" {
		answer(size)
		return
	}
	os.Exit(m.Run())
}

// answer is the other process: it adds one to the first byte of a page and writes 42 to
// the next page, each time it is asked.
func answer(args string) {
	var size, at int
	fmt.Sscan(args, &size, &at)
	mem, err := syscall.Mmap(3, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		panic(err)
	}
	if syscall.Ftruncate(3, 0) == nil {
		panic("a child could cut the file short")
	}
	var b [1]byte
	for n, _ := os.Stdin.Read(b[:]); n == 1; n, _ = os.Stdin.Read(b[:]) {
		mem[at]++
		mem[at+page] = 42
		os.Stdout.Write(b[:])
	}
}

// other starts the other process; what it returns asks it and waits.
func other(t *testing.T, file *os.File, size int64, at int) (ask func()) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), fmt.Sprintf("SNAKEPIT_TEST_MAP=%d %d", size, at))
	c.ExtraFiles = []*os.File{file}
	c.Stderr = os.Stderr
	in, err := c.StdinPipe()
	require.NoError(t, err)
	out, err := c.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	t.Cleanup(func() {
		in.Close()
		require.NoError(t, c.Wait())
	})
	return func() {
		_, err := in.Write([]byte{1})
		require.NoError(t, err)
		_, err = io.ReadFull(out, make([]byte, 1))
		require.NoError(t, err)
	}
}

func TestTwoProcesses(t *testing.T) {
	a := arena(t, shm.Options{Cap: 1 << 30})
	alloc(t, a, page, 1)
	p := alloc(t, a, 2*page, 1)
	at, ok := a.Find(uintptr(p), 2*page)
	require.True(t, ok)
	ask := other(t, a.File(), a.Size(), int(at))
	ask()
	require.Equal(t, byte(2), bytesAt(p, 1)[0], "it saw 1")
	bytesAt(p, 1)[0] = 20
	ask()
	require.Equal(t, byte(21), bytesAt(p, 1)[0])
	require.Equal(t, byte(42), bytesAt(p, 2*page)[page])
}

func mapping(t *testing.T, size int64) *shm.Mapping {
	t.Helper()
	m, err := shm.NewMapping(size)
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip(err)
	}
	require.NoError(t, err)
	return m
}

// TestMapping reads what the other process wrote, and releases on other goroutines.
func TestMapping(t *testing.T) {
	m := mapping(t, 1<<20)
	other(t, m.File(), m.Size(), page)()
	b, err := m.Slice(uint64(2*page), 4)
	require.NoError(t, err)
	require.Equal(t, []byte{42, 0, 0, 0}, b)
	require.Equal(t, 4, cap(b))
	require.Positive(t, m.Resident())
	_, err = m.Slice(uint64(m.Size()), 1)
	require.ErrorContains(t, err, "not within")
	var wg sync.WaitGroup
	for range 10 {
		m.Hold()
		wg.Go(m.Release)
	}
	wg.Wait()
	require.Equal(t, byte(42), b[0], "the first reference keeps it")
	m.Release()
	require.False(t, mapped(unsafe.Pointer(&b[0])))
	require.Error(t, m.File().Sync(), "and closed")
	require.Panics(t, m.Release)
	require.Panics(t, m.Hold)
}

// mapped asks the system whether there is memory at an address.
func mapped(p unsafe.Pointer) bool {
	aligned := uintptr(p) &^ uintptr(page-1)
	_, _, errno := syscall.Syscall(syscall.SYS_MINCORE, aligned, uintptr(page), uintptr(unsafe.Pointer(new([16]byte))))
	return errno == 0
}
