package embed

import (
	"os/signal"
	"syscall"

	"github.com/gosnakepit/snakepit/cgo"
)

// ignoreSIGPIPE makes a write to a broken pipe an error. Otherwise one on a thread
// that Python made would end the process: Go's handler passes signals of threads it
// does not know on to the default action.
func ignoreSIGPIPE() { signal.Ignore(syscall.SIGPIPE) }

// checkSignals reports handlers that native code installed in a way that kills Go
// programs. Each signal is reported once.
func (p *Interpreter) checkSignals() {
	for sig := cgo.SignalWithoutAltStack(1); sig != 0; sig = cgo.SignalWithoutAltStack(sig + 1) {
		if _, known := p.badSignals.LoadOrStore(sig, true); !known {
			p.config.Load().logger().Error("snakepit: a native library installed a signal handler without SA_ONSTACK; "+
				"if the signal arrives while Go code runs, the process dies",
				"signal", syscall.Signal(sig).String(), "fix", "report it to the library, or run it in the process profile")
		}
	}
}

// BadSignals returns the signals whose handlers lack SA_ONSTACK.
func (p *Interpreter) BadSignals() []syscall.Signal {
	var all []syscall.Signal
	p.badSignals.Range(func(sig, _ any) bool {
		all = append(all, syscall.Signal(sig.(int)))
		return true
	})
	return all
}
