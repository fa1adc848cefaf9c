package child

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

// Registry is one run of a host: its folder, where it writes down which processes it
// has, and the folder of its sockets. A program may have several. Its methods may be
// called by any goroutine.
//
// The host holds a lock (flock) on its record for life. The lock is the test whether
// a host is alive: the kernel gives it up when the host ends, however it ends, and
// nobody can take another one's number for it. Where locks are not shared, the
// host's number and start time decide.
type Registry struct {
	id     string
	folder string
	host   *os.File // the record, locked
	log    *slog.Logger
	bases  []string // where a folder for sockets may be made

	mu      sync.Mutex
	closed  bool
	count   int
	sockets string
}

// Options says where a registry is kept. Its zero value is right for programs.
type Options struct {
	// Folder holds the folders of all runs. "" is snakepit/run in XDG_STATE_HOME,
	// the user's cache folder or the system's folder for temporary files, the first
	// that can be written.
	Folder string
	// Sockets holds the folder of sockets. "" is XDG_RUNTIME_DIR or the system's folder
	// for temporary files. The path of a socket is limited to about 100 bytes.
	Sockets string
	Logger  *slog.Logger // nil is slog.Default()
}

// OpenRegistry first clears away what dead hosts have left: their processes are
// killed, their folders removed. Runs of hosts that live are not touched. Then it
// makes the folder of a new run, which Close removes.
func OpenRegistry(o Options) (*Registry, error) {
	if !supported {
		return nil, fmt.Errorf("child: processes on this system: %w", errors.ErrUnsupported)
	}
	r := &Registry{id: newID(), log: o.Logger, bases: socketBases(o.Sockets)}
	if r.log == nil {
		r.log = slog.Default()
	}
	root, err := stateFolder(o.Folder)
	if err != nil {
		return nil, err
	}
	sweep(root, r.log)
	if err := r.create(root); err != nil {
		_ = r.remove()
		return nil, err
	}
	return r, nil
}

func newID() string {
	var b [10]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// unborn begins the name of a folder whose record is not locked yet.
const unborn = ".new-"

// create makes the folder under another name, so that nobody sees its record before
// it is locked, and takes it for that of a dead host.
func (r *Registry) create(root string) error {
	r.folder = filepath.Join(root, unborn+r.id)
	if err := os.Mkdir(r.folder, 0o700); err != nil {
		return fmt.Errorf("child: folder of the run: %w", err)
	}
	var err error
	if r.host, err = os.OpenFile(filepath.Join(r.folder, hostFile), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600); err != nil {
		return fmt.Errorf("child: record of the host: %w", err)
	}
	if err := lock(r.host); err != nil {
		r.log.Debug("records of hosts cannot be locked here", "folder", root, "error", err)
	}
	if err := r.renewSockets(); err != nil {
		return err
	}
	final := filepath.Join(root, r.id)
	if err := os.Rename(r.folder, final); err != nil {
		return fmt.Errorf("child: folder of the run: %w", err)
	}
	r.folder = final
	return nil
}

// ID returns the name of the run, which descendants of its children carry.
func (r *Registry) ID() string { return r.id }

// Close kills what is left of the run's children, and removes what the registry had
// made. The processes themselves are to be stopped before. It is idempotent.
func (r *Registry) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil
	}
	r.closed = true
	run := mark{run: r.id}
	killAll(time.Second, func(c candidate) bool { return c.carries(run) })
	return r.remove()
}

func (r *Registry) remove() error {
	var err error
	if r.sockets != "" {
		err = os.RemoveAll(r.sockets)
	}
	if r.folder != "" {
		err = errors.Join(err, os.RemoveAll(r.folder))
	}
	if r.host != nil {
		err = errors.Join(err, r.host.Close()) // gives up the lock, last
	}
	return err
}

func (r *Registry) next() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count++
	return r.count
}

// record writes down a process.
func (r *Registry) record(p *Process) error {
	return writeRecord(r.childFile(p.number), childRecord{Pid: p.pid, Start: p.start})
}

// forget removes what belonged to a process.
func (r *Registry) forget(p *Process) {
	for _, file := range []string{r.childFile(p.number), p.socket} {
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			r.log.Debug("cannot remove what belonged to a worker", "error", err)
		}
	}
}

func (r *Registry) childFile(number int) string {
	return filepath.Join(r.folder, childPrefix+strconv.Itoa(number))
}
