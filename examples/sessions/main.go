// Command sessions keeps a state per user: three users talk to the same workers, and
// Python knows who speaks.
package main

import (
	"context"
	_ "embed"
	"fmt"
	"io"
	"log"
	"os"
	"sync"
	"time"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/examples/internal/scratch"
	"github.com/gosnakepit/snakepit/threadprofile"
)

//go:embed chat.py
var adapter []byte

func main() {
	log.SetFlags(0)
	if err := run(context.Background(), os.Stdout); err != nil {
		log.Fatalf("sessions: %v", err)
	}
}

func run(ctx context.Context, out io.Writer) error {
	dir, err := scratch.Folder(map[string][]byte{"chat": adapter})
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	rt, err := snakepit.Open(ctx, snakepit.Config{
		Pools: []snakepit.PoolConfig{{
			Profile: threadprofile.New(threadprofile.Config{Adapter: "chat:Chat", Path: []string{dir}}),
			Workers: 2,
		}},
		SessionTTL: 10 * time.Minute, // of silence
	})
	if err != nil {
		return err
	}
	defer rt.Close()
	talk(ctx, rt, out)
	return hangUp(ctx, rt, out)
}

var users = map[string]string{"ada": "English", "blaise": "French", "carl": "German"}

// talk has all users speak at once.
func talk(ctx context.Context, rt *snakepit.Runtime, out io.Writer) {
	var all sync.WaitGroup
	said := log.New(out, "", 0) // which all may write to
	for user, language := range users {
		all.Go(func() {
			s := rt.Session(user, snakepit.SessionOptions{Metadata: map[string]string{"language": language}})
			for _, text := range []string{"Hello.", "My name is " + user + ".", "Do you know me?"} {
				answer, err := s.Execute(ctx, "say", snakepit.Args{"text": text})
				if err != nil {
					log.Printf("%s: %v", user, err)
					return
				}
				said.Printf("%s: %s", user, answer)
			}
		})
	}
	all.Wait()
}

// hangUp closes a session: what Python kept for it goes, and the next one begins anew.
func hangUp(ctx context.Context, rt *snakepit.Runtime, out io.Writer) error {
	if err := rt.Session("ada").Close(); err != nil {
		return err
	}
	s := rt.Session("ada", snakepit.SessionOptions{Metadata: map[string]string{"language": "English"}})
	answer, err := s.Execute(ctx, "say", snakepit.Args{"text": "Still there?"})
	if err == nil {
		fmt.Fprintf(out, "after hanging up: %s\n", answer)
	}
	return err
}
