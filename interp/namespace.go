package interp

import (
	"fmt"

	"github.com/gosnakepit/snakepit/cgo"
	"github.com/gosnakepit/snakepit/embed"
)

// Namespace is named global variables for code given as text.
type Namespace struct{ exec, eval cgo.Object }

// NewNamespace makes an empty one.
func NewNamespace(p *embed.Interpreter, name string) (*Namespace, error) {
	make, err := p.Function("namespace")
	if err != nil {
		return nil, err
	}
	defer make.Release()
	v, err := embed.Ask(cgo.Call, make, name)
	if err != nil {
		return nil, err
	}
	o, ok := v.(cgo.Object)
	if !ok {
		return nil, fmt.Errorf("snakepit: namespace %q is a %T", name, v)
	}
	defer o.Release()
	return bindNamespace(o)
}

func bindNamespace(o cgo.Object) (*Namespace, error) {
	exec, err := embed.Attribute(o, "exec")
	if err != nil {
		return nil, err
	}
	eval, err := embed.Attribute(o, "eval")
	if err != nil {
		exec.Release()
		return nil, err
	}
	return &Namespace{exec, eval}, nil
}

// Exec returns what runs statements: exec(source, variables).
func (n *Namespace) Exec() (*Func, error) { return n.bound(n.exec) }

// Eval returns what evaluates an expression: eval(source, variables).
func (n *Namespace) Eval() (*Func, error) { return n.bound(n.eval) }

func (n *Namespace) bound(o cgo.Object) (*Func, error) {
	return newFunc(cgo.Call, o.Retain(), Names{})
}

// Release drops the namespace; its variables go when the last Func does.
func (n *Namespace) Release() {
	n.exec.Release()
	n.eval.Release()
}
