package embed

import (
	"errors"
	"fmt"
	"slices"

	"github.com/gosnakepit/snakepit/cgo"
	"github.com/gosnakepit/snakepit/internal/goerror"
	"github.com/gosnakepit/snakepit/internal/wire"
	"github.com/gosnakepit/snakepit/python"
)

// bridge holds the functions of snakepit_bridge._runtime. They live as long as
// the process.
type bridge struct {
	module cgo.Object
	native cgo.HostFunctions
	held   cgo.Object
}

// startBridge makes snakepit_bridge run in a fresh interpreter. On the init thread.
func startBridge() (*bridge, error) {
	module, err := importBridge()
	if err != nil {
		return nil, fmt.Errorf("snakepit: its Python half did not start: %w", err)
	}
	b := &bridge{module: module}
	if err := b.setHelpers(); err != nil {
		return nil, err
	}
	cgo.SetHostCall(answer)
	return b, b.setNatives()
}

func importBridge() (cgo.Object, error) {
	sources, err := python.Sources()
	if err != nil {
		return 0, err
	}
	const name = "snakepit_bridge._boot"
	f := wire.NewFrame()
	defer f.Recycle()
	if err := cgo.Module(name, sources[name], "<snakepit>/_boot.py", f).Err(f, nil); err != nil {
		return 0, err
	}
	boot, err := Attribute(cgo.Object(f.Ret.Bits), "boot")
	if err != nil {
		return 0, err
	}
	v, err := Ask(cgo.Call, boot, sources)
	if err != nil {
		return 0, err
	}
	return v.(cgo.Object), nil
}

// setHelpers gives the C side the functions it calls.
func (b *bridge) setHelpers() error {
	classify, err := b.function("classify")
	pack, err1 := b.function("pack")
	unpack, err2 := b.function("unpack")
	describe, err3 := b.function("describe")
	missing, err4 := b.function("missing")
	current, err5 := b.function("current_number")
	cgo.SetHelpers(cgo.Helpers{
		Classify: classify, Pack: pack, Unpack: unpack, Describe: describe, Missing: missing, Current: current,
	})
	return errors.Join(err, err1, err2, err3, err4, err5, b.setCancel())
}

// setCancel gives it what interrupts calls.
func (b *bridge) setCancel() error {
	cancelled, err1 := b.function("Cancelled")
	wake, err2 := b.function("wake")
	forget, err3 := b.function("forget")
	cgo.SetCancel(cancelled, wake, forget)
	return errors.Join(err1, err2, err3)
}

// setNatives makes the functions that C gives to Python.
func (b *bridge) setNatives() error {
	fail, err1 := b.function("fail")
	flush, err2 := b.function("flush")
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	b.native, b.held = cgo.NewHostFunctions(fail), cgo.OutputFunction(flush)
	n := b.native
	if slices.Contains([]cgo.Object{n.Call, n.Caller, n.Switch, n.Take, n.Running, n.Arrived, n.Pause, n.Resume, b.held}, 0) {
		return errors.New("snakepit: out of memory while starting Python")
	}
	return b.connect()
}

// connect tells Python how to call Go.
func (b *bridge) connect() error {
	ids := map[string]any{"forget": Register(tell(goerror.Forget)), "lend": Register(tell(goerror.Lend))}
	for name, f := range system.functions {
		ids[name] = Register(f)
	}
	n := b.native
	_, err := b.ask("connect", Ref(n.Call), Ref(n.Caller), Ref(n.Switch), Ref(n.Take), []any{Ref(n.Running), Ref(n.Arrived), Ref(n.Pause), Ref(n.Resume)}, ids)
	return err
}

// system holds what snakepit_bridge itself calls in Go, by the names it knows.
var system struct{ functions map[string]GoFunc }

// Provide sets the functions that snakepit_bridge calls in Go. Before the first Open.
func Provide(functions map[string]GoFunc) { system.functions = functions }

// function returns a function of the runtime module, owned by the caller.
func (b *bridge) function(name string) (cgo.Object, error) { return Attribute(b.module, name) }

// ask calls a function of the runtime module.
func (b *bridge) ask(name string, args ...any) (any, error) {
	key := cgo.Intern(name)
	defer key.Release()
	return Ask(cgo.Method, key, append([]any{Ref(b.module)}, args...)...)
}

// tell makes a GoFunc of a function of one value that answers nothing.
func tell(do func(any)) GoFunc {
	return Values(func(_ uint64, values []any) (any, error) {
		do(values[0])
		return nil, nil
	})
}
