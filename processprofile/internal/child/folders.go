package child

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// stateFolder returns the folder of all runs, made if need be. It must belong to the
// user: what is written there says which processes are killed.
func stateFolder(given string) (string, error) {
	var problems []error
	for _, folder := range stateFolders(given) {
		err := os.MkdirAll(folder, 0o700)
		if err == nil {
			err = own(folder)
		}
		if err == nil {
			return folder, nil
		}
		problems = append(problems, err)
	}
	return "", fmt.Errorf("child: no folder to write down the run in: %w", errors.Join(problems...))
}

func stateFolders(given string) []string {
	if given != "" {
		return []string{given}
	}
	var all []string
	if state := os.Getenv("XDG_STATE_HOME"); filepath.IsAbs(state) {
		all = append(all, filepath.Join(state, "snakepit", "run"))
	}
	if cache, err := os.UserCacheDir(); err == nil {
		all = append(all, filepath.Join(cache, "snakepit", "run"))
	}
	return append(all, filepath.Join(os.TempDir(), "snakepit-run-"+strconv.Itoa(os.Getuid())))
}

// socketPrefix begins the names of folders of sockets.
const socketPrefix = "snakepit-"

// maxSocket is shorter than what every system takes as the path of a socket.
const maxSocket = 99

func socketBases(given string) []string {
	if given != "" {
		return []string{given}
	}
	var all []string
	if runtime := os.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(runtime) && private(runtime) == nil {
		all = append(all, runtime)
	}
	return append(all, "/tmp", os.TempDir())
}

// socket returns the path of a child's socket. Its folder may have been cleared away
// since, with the user's session.
func (r *Registry) socket(number int) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return "", errors.New("child: the registry is closed")
	}
	if private(r.sockets) != nil {
		if err := r.renewSockets(); err != nil {
			return "", err
		}
	}
	return filepath.Join(r.sockets, strconv.Itoa(number)), nil
}

// renewSockets makes a folder for sockets and writes it down.
func (r *Registry) renewSockets() error {
	var problems []error
	for _, base := range r.bases {
		folder, err := makeSockets(base)
		if err == nil {
			r.sockets = folder
			record := self()
			record.Sockets = folder
			return rewrite(r.host, record)
		}
		problems = append(problems, err)
	}
	return fmt.Errorf("child: no folder for sockets: %w", errors.Join(problems...))
}

// makeSockets makes a folder that nobody else can enter, or replace.
func makeSockets(base string) (string, error) {
	if err := steady(base); err != nil {
		return "", err
	}
	folder, err := os.MkdirTemp(base, socketPrefix)
	if err != nil {
		return "", err
	}
	if len(folder)+len("/2147483647") > maxSocket {
		_ = os.Remove(folder)
		return "", fmt.Errorf("%s is too long for the path of a socket: set Options.Sockets to a shorter one", folder)
	}
	return folder, private(folder)
}

// removeSockets removes what a dead host wrote down as its folder of sockets, if it
// looks like one.
func removeSockets(folder string) {
	if strings.HasPrefix(filepath.Base(folder), socketPrefix) && private(folder) == nil {
		_ = os.RemoveAll(folder)
	}
}
