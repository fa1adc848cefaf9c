package processprofile_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/processprofile"
	"github.com/gosnakepit/snakepit/proto/snakepitv1"
)

// TestNoPort looks for sockets by which this process and its children can be reached
// over a network.
func TestNoPort(t *testing.T) {
	rt := open(t, processprofile.Config{}, snakepit.PoolConfig{Workers: 2})
	call(t, rt, "pid")
	all := append(pids(rt), os.Getpid())
	require.Empty(t, ports(t, all))

	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	u, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	defer u.Close()
	require.Len(t, ports(t, all), 2, "those would have been found")
}

// ports are the TCP sockets that listen, and all UDP sockets, that processes have open.
func ports(t testing.TB, pids []int) (found []string) {
	t.Helper()
	inodes := map[string]bool{}
	for _, pid := range pids {
		for _, inode := range sockets(t, pid) {
			inodes[inode] = true
		}
	}
	for _, table := range []string{"tcp", "tcp6", "udp", "udp6"} {
		for _, row := range rows(t, "/proc/self/net/"+table) {
			listens := row[3] == "0A" || strings.HasPrefix(table, "udp")
			if listens && inodes[row[9]] {
				found = append(found, table+" "+row[1])
			}
		}
	}
	return found
}

// rows are the fields of the lines of a table, less its head.
func rows(t testing.TB, file string) (all [][]string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if os.IsNotExist(err) { // a machine without IPv6
		return nil
	}
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		all = append(all, strings.Fields(line))
	}
	return all[1:]
}

// sockets are the inodes of the sockets that a process has open.
func sockets(t testing.TB, pid int) (inodes []string) {
	t.Helper()
	fds, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	require.NoError(t, err)
	require.NotEmpty(t, fds)
	for _, fd := range fds {
		if name, err := os.Readlink(fd); err == nil && strings.HasPrefix(name, "socket:[") {
			inodes = append(inodes, strings.Trim(name, "socket:[]"))
		}
	}
	return inodes
}

// listening is the path of the Unix socket that a process listens on.
func listening(t testing.TB, pid int) string {
	t.Helper()
	inodes := sockets(t, pid)
	for _, row := range rows(t, "/proc/self/net/unix") {
		const accepts = "00010000"
		if len(row) == 8 && row[3] == accepts {
			for _, inode := range inodes {
				if row[6] == inode {
					return row[7]
				}
			}
		}
	}
	t.Fatalf("process %d listens on no Unix socket", pid)
	return ""
}

// TestStrangers looks at who can open a worker's socket, and what it tells those who can.
func TestStrangers(t *testing.T) {
	rt := open(t, processprofile.Config{}, snakepit.PoolConfig{Workers: 1})
	socket := listening(t, pids(rt)[0])
	info, err := os.Stat(filepath.Dir(socket))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o700), info.Mode().Perm())

	conn, err := grpc.NewClient("unix:"+socket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	defer conn.Close()
	worker := snakepitv1.NewWorkerClient(conn)
	wrong := metadata.AppendToOutgoingContext(ctx0, "authorization", "Bearer "+strings.Repeat("00", 32))
	for _, ctx := range []context.Context{ctx0, wrong} {
		_, err = worker.Ping(ctx, &snakepitv1.PingRequest{})
		require.Equal(t, codes.Unauthenticated, status.Code(err), "%v", err)
		lane, err := worker.Execute(ctx)
		require.NoError(t, err)
		_, err = lane.Recv()
		require.Equal(t, codes.Unauthenticated, status.Code(err), "%v", err)
	}
	call(t, rt, "pid")
}

// TestSecretsStay wants nothing of the protocol in the environment that grandchildren get,
// but the mark by which they are found.
func TestSecretsStay(t *testing.T) {
	rt := open(t, processprofile.Config{}, snakepit.PoolConfig{Workers: 1})
	v, err := rt.Call(ctx0, "chaos:environment")
	require.NoError(t, err)
	for _, name := range v.(snakepit.Set) {
		require.NotContains(t, []any{"SNAKEPIT_TOKEN", "SNAKEPIT_SOCKET", "SNAKEPIT_WORKER", "SNAKEPIT_AREAS"}, name)
	}
	require.Contains(t, v, "SNAKEPIT_RUN")
}
