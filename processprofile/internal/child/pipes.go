package child

import (
	"fmt"
	"os"
)

// pipe has one end for the host and one for the child.
type pipe struct{ host, child *os.File }

// pipes are the descriptors that a child is born with.
type pipes struct {
	null                           *os.File
	stdout, stderr, life, greeting pipe
}

func openPipes() (*pipes, error) {
	p := &pipes{}
	var err error
	if p.null, err = os.Open(os.DevNull); err != nil {
		return nil, fmt.Errorf("child: stdin: %w", err)
	}
	for _, one := range []*pipe{&p.stdout, &p.stderr, &p.greeting} {
		if one.host, one.child, err = os.Pipe(); err != nil {
			return nil, p.broken(err)
		}
	}
	if p.life.child, p.life.host, err = os.Pipe(); err != nil {
		return nil, p.broken(err)
	}
	return p, nil
}

func (p *pipes) broken(err error) error {
	p.closeChild()
	p.closeHost()
	return fmt.Errorf("child: pipes: %w", err)
}

// files returns the descriptors 0 and up.
func (p *pipes) files(more []*os.File) []*os.File {
	return append([]*os.File{p.null, p.stdout.child, p.stderr.child, p.life.child, p.greeting.child}, more...)
}

func (p *pipes) closeChild() {
	for _, f := range []*os.File{p.null, p.stdout.child, p.stderr.child, p.life.child, p.greeting.child} {
		_ = f.Close() // nil is an error too
	}
}

func (p *pipes) closeHost() {
	for _, f := range []*os.File{p.stdout.host, p.stderr.host, p.life.host, p.greeting.host} {
		_ = f.Close()
	}
}
