package main

import (
	"bufio"
	"context"
	_ "embed"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

//go:embed floorserver.py
var floorServer []byte

// floor is a bare grpcio server, driven by grpc-go over a Unix socket.
type floor struct {
	conn  *grpc.ClientConn
	stdin io.Closer
	cmd   *exec.Cmd
}

// openFloor starts a server in a folder, where its socket will be.
func openFloor(python, dir string, number int) (*floor, error) {
	script := filepath.Join(dir, "floorserver.py")
	if err := os.WriteFile(script, floorServer, 0o600); err != nil {
		return nil, err
	}
	socket := filepath.Join(dir, fmt.Sprintf("floor-%d", number))
	f := &floor{cmd: exec.Command(python, script, socket)}
	f.cmd.Stderr = os.Stderr
	stdin, err1 := f.cmd.StdinPipe()
	stdout, err2 := f.cmd.StdoutPipe()
	if err := firstOf(err1, err2, f.cmd.Start()); err != nil {
		return nil, err
	}
	f.stdin = stdin
	if _, err := bufio.NewReader(stdout).ReadString('\n'); err != nil {
		return nil, fmt.Errorf("the bare gRPC server did not start: %w", err)
	}
	var err error
	f.conn, err = grpc.NewClient("unix:"+socket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	return f, err
}

func (f *floor) close() {
	f.conn.Close()
	f.stdin.Close()
	f.cmd.Wait()
}

// bytesEach is as many as the message of a call of a tool has that adds two ints.
const bytesEach = 60

func (f *floor) echo() error {
	in, out := wrapperspb.Bytes(make([]byte, bytesEach)), new(wrapperspb.BytesValue)
	return f.conn.Invoke(context.Background(), "/floor.Floor/Echo", in, out)
}

// stream reads n messages.
func (f *floor) stream(n int) error {
	s, err := f.conn.NewStream(context.Background(), &grpc.StreamDesc{ServerStreams: true}, "/floor.Floor/Numbers")
	if err != nil {
		return err
	}
	number := []byte{byte(n), byte(n >> 8), byte(n >> 16), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
	if err := firstOf(s.SendMsg(wrapperspb.Bytes(number)), s.CloseSend()); err != nil {
		return err
	}
	for range n {
		if err := s.RecvMsg(new(wrapperspb.BytesValue)); err != nil {
			return err
		}
	}
	if err := s.RecvMsg(new(wrapperspb.BytesValue)); err != io.EOF {
		return fmt.Errorf("more than %d messages came, or %w", n, err)
	}
	return nil
}

// floors are several servers, of which calls use one after the other.
type floors struct {
	all  []*floor
	next atomic.Int64
}

func (f *floors) echo(n int) {
	server := f.all[int(f.next.Add(1))%len(f.all)]
	repeat(n, func(int) error { return server.echo() })
}
