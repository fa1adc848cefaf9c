// Command generate writes what is made from the .proto file: the Go package
// snakepitv1, and the description of the messages from which the Python half makes
// its classes.
//
//	go generate ./proto
//
// Everything it runs is pinned: protoc by protoc.txt, which is installed in a
// virtual environment of its own, and protoc's plugins by go.mod.
package main

import (
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"

	"github.com/gosnakepit/snakepit/provision"
	"github.com/gosnakepit/snakepit/provision/locks"
	"github.com/gosnakepit/snakepit/provision/progress"
)

//go:embed protoc.txt
var lockText string

// Paths from the folder proto, where go generate runs this.
const (
	source     = "snakepit/v1/snakepit.proto"
	descriptor = "../python/snakepit_bridge/_child/_descriptor.py"
	module     = "github.com/gosnakepit/snakepit/proto"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := generate(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func generate(ctx context.Context) error {
	o := provision.Options{Progress: progress.Plain(os.Stderr)}
	python, err := provision.Tool(ctx, o, "protoc", locks.Lock{Name: "protoc", Text: lockText})
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "generate-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	set := filepath.Join(work, "set")
	args := []string{"-I", "-m", "grpc_tools.protoc", "-I.", "--descriptor_set_out=" + set}
	for _, plugin := range []string{"go", "go-grpc"} {
		path, err := output(ctx, "go", "tool", "-n", "protoc-gen-"+plugin)
		if err != nil {
			return err
		}
		args = append(args, "--plugin=protoc-gen-"+plugin+"="+path, "--"+plugin+"_out=.", "--"+plugin+"_opt=module="+module)
	}
	if _, err := output(ctx, python, append(args, source)...); err != nil {
		return err
	}
	return writeDescriptor(set)
}

// output runs a command and returns what it prints.
func output(ctx context.Context, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(out)), nil
}
