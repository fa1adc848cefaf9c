package shm

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// region is a file in memory, mapped whole.
type region struct {
	file *os.File
	mem  []byte
}

// newRegion makes a file whose size nobody can change: a process that cut it short would
// end the others with it. Until they are written its pages take no memory.
func newRegion(name string, size int) (*region, error) {
	file, err := newFile(name)
	if err != nil {
		return nil, fmt.Errorf("shm: the system gives no shared memory: %w", err)
	}
	mem, err := mapFile(file, size)
	if err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("shm: cannot map %d bytes of shared memory: %w", size, err)
	}
	return &region{file, mem}, nil
}

func newFile(name string) (*os.File, error) {
	const flags = unix.MFD_CLOEXEC | unix.MFD_ALLOW_SEALING
	fd, err := unix.MemfdCreate(name, flags|unix.MFD_NOEXEC_SEAL)
	if errors.Is(err, unix.EINVAL) { // before Linux 6.3
		fd, err = unix.MemfdCreate(name, flags)
	}
	if errors.Is(err, unix.ENOSYS) {
		err = errors.ErrUnsupported
	}
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), name), nil
}

func mapFile(file *os.File, size int) ([]byte, error) {
	if err := file.Truncate(int64(size)); err != nil {
		return nil, err
	}
	fd := int(file.Fd())
	_, err := unix.FcntlInt(file.Fd(), unix.F_ADD_SEALS, unix.F_SEAL_SHRINK|unix.F_SEAL_GROW|unix.F_SEAL_SEAL)
	if err != nil {
		return nil, err
	}
	return unix.Mmap(fd, 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED|unix.MAP_NORESERVE)
}

// punch gives the pages of a range back to the system; they read as zeros afterwards.
func (r *region) punch(offset, n int) error {
	for {
		err := unix.Fallocate(int(r.file.Fd()), unix.FALLOC_FL_PUNCH_HOLE|unix.FALLOC_FL_KEEP_SIZE, int64(offset), int64(n))
		if !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

// resident returns how many bytes have memory.
func (r *region) resident() int64 {
	var s unix.Stat_t
	if unix.Fstat(int(r.file.Fd()), &s) != nil {
		return 0
	}
	return s.Blocks * 512
}

func (r *region) close() {
	_ = unix.Munmap(r.mem) // fails only for memory that is not mapped
	_ = r.file.Close()
}
