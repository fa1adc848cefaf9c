package child

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Files in the folder of a run.
const (
	hostFile    = "host"
	childPrefix = "child-"
)

// hostRecord is what a host writes down of itself.
type hostRecord struct {
	Pid     int    `json:"pid"`
	Start   uint64 `json:"start"`
	Boot    string `json:"boot"`    // of the machine: numbers of processes mean nothing after the next
	Space   string `json:"space"`   // in which the numbers count
	Sockets string `json:"sockets"` // the folder
}

// childRecord is what it writes down of a child, which leads a group of its number.
type childRecord struct {
	Pid   int    `json:"pid"`
	Start uint64 `json:"start"`
}

// self describes this process.
func self() hostRecord {
	return hostRecord{Pid: os.Getpid(), Start: startOf(os.Getpid()), Boot: bootID(), Space: pidSpace()}
}

// comparable reports whether numbers of processes in a record mean what they mean to
// this process.
func (h hostRecord) comparable() bool {
	return h.Boot != "" && h.Boot == bootID() && h.Space == pidSpace()
}

// alive reports whether the host runs, as far as its number can tell.
func (h hostRecord) alive() bool {
	return h.comparable() && h.Start != 0 && startOf(h.Pid) == h.Start
}

func writeRecord(file string, record any) error {
	text, err := json.Marshal(record)
	if err != nil {
		return fmt.Errorf("child: record: %w", err)
	}
	if err := os.WriteFile(file, append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("child: record: %w", err)
	}
	return nil
}

// rewrite replaces the text of an open record, which keeps its lock.
func rewrite(f *os.File, record any) error {
	text, err := json.Marshal(record)
	if err != nil {
		return fmt.Errorf("child: record: %w", err)
	}
	if err := f.Truncate(0); err != nil {
		return fmt.Errorf("child: record: %w", err)
	}
	if _, err := f.WriteAt(append(text, '\n'), 0); err != nil {
		return fmt.Errorf("child: record: %w", err)
	}
	return nil
}

func readHost(f *os.File) (h hostRecord, err error) {
	err = json.NewDecoder(io.LimitReader(f, 1<<16)).Decode(&h)
	return h, err
}

// readChildren returns the records of a run that can be read.
func readChildren(folder string) []childRecord {
	files, _ := filepath.Glob(filepath.Join(folder, childPrefix+"*"))
	var all []childRecord
	for _, file := range files {
		var c childRecord
		if text, err := os.ReadFile(file); err == nil && json.Unmarshal(text, &c) == nil {
			all = append(all, c)
		}
	}
	return all
}
