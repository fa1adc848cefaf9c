package value

import (
	"fmt"
	"slices"
	"strings"
)

// DeviceError says that tensors did not lie on the device where they were needed, or
// that there is no such device. It is read from the message of an exception, by
// errors.As. Devices have torch's names: "cpu", "cuda:0", "mps", "xpu:1", "meta"; "cuda"
// where the message names no number. AMD's are "cuda" there, too.
type DeviceError struct {
	Operation string   // "addmm", …, "" if the message does not tell
	Argument  string   // which one lies elsewhere, "" if the message does not tell
	Devices   []string // all that the message names, in its order
	Got, Want string   // where the argument is, and where it should be; "" if untold
	Missing   bool     // the device is not there, or Python cannot use it
	Err       *PythonError
}

// Error says which devices do not fit.
func (e *DeviceError) Error() string {
	var b strings.Builder
	if e.Missing {
		b.WriteString("snakepit: a device is missing")
	} else {
		b.WriteString("snakepit: devices do not fit")
	}
	if e.Operation != "" {
		b.WriteString(" (" + e.Operation + ")")
	}
	if e.Argument != "" {
		fmt.Fprintf(&b, ", argument %s", e.Argument)
	}
	if len(e.Devices) > 0 {
		fmt.Fprintf(&b, ": %s", strings.Join(e.Devices, ", "))
	}
	return b.String() + ": " + e.Err.summary()
}

// Unwrap returns the exception.
func (e *DeviceError) Unwrap() error { return e.Err }

const (
	device = `(?:cpu|cuda|mps|xpu|hpu|xla|meta|hip)(?::\d+)?`
	within = `(?: \(when checking a(?:rgu|rug)ment(?: for argument (?P<argument>\w+))? in method (?:wrapper_)?(?:CUDA_)?_*(?P<op>\w+)\))?`
)

var deviceRules = rules{all: []rule{
	// torch: not together
	{`Expected all tensors to be on the same device, but found at least two devices, (?P<device>` + device + `) and (?P<device2>` + device + `)!?` + within, ""},
	{`Expected all tensors to be on the same device, but got (?P<argument>\w+) is on (?P<got>` + device + `), different from other tensors on (?P<want>` + device + `)(?: \(when checking argument in method (?:wrapper_)?(?:CUDA_)?_*(?P<op>\w+)\))?`, ""},
	{`Expected all tensors to be on the same device`, ""},
	{`Expected object of (?:device type|backend) (?P<want>\w+) but got (?:device type|backend) (?P<got>\w+) for argument #\d+ '(?P<argument>\w+)'(?: in call to _?(?:th_)?(?P<op>\w+))?`, ""},
	{`Expected a '(?P<want>\w+)' (?:device type|generator device) for generator but found '(?P<got>\w+)'`, "generator"},
	{`Input type \((?P<got>[\w.]+)\) and (?:weight|bias) type \((?P<want>[\w.]+)\) should be the same`, "layer"},
	{`[Mm]odule must have its parameters and buffers on device '?(?P<want>` + device + `)'?(?: \(device_ids\[0\]\))? but found one of them on device:? '?(?P<got>` + device + `)`, "parallel"},
	{`indices should be either on cpu or on the same device as the indexed tensor \((?P<device>` + device + `)\)`, "index"},
	{`can't convert (?P<got>` + device + `) device type tensor to numpy`, "numpy"},
	{`Cannot copy out of meta tensor`, "copy"},
	{`Placeholder storage has not been allocated on MPS device`, ""},

	// torch: not there
	{`(?P<missing>Attempting to deserialize object on (?:a )?(?P<device>CUDA) device)(?: (?P<number>\d+))?`, "load"},
	{`(?P<missing>Torch not compiled with (?P<device>\w+) enabled)`, ""},
	{`(?P<missing>No (?P<device>CUDA|HIP|XPU) (?:GPUs|devices) are available)`, ""},
	{`(?P<missing>Found no NVIDIA driver on your system)`, ""},
	{`(?P<missing>(?P<device>CUDA|HIP) error: (?:invalid device ordinal|no kernel image is available|no (?:CUDA|HIP)-capable device is detected))`, ""},
	{`(?P<missing>(?:Unknown backend|Unable to initialize backend):? '(?P<device>\w+)')`, ""}, // jax

	// jax
	{`Received incompatible devices for (?P<op>\w+) computation\..* on platform (?P<device>\w+) .* on platform (?P<device2>\w+)`, ""},
}}

// deviceOf reads a DeviceError from an exception, or returns nil.
func deviceOf(err *PythonError) *DeviceError {
	m := deviceRules.find(err.text())
	if m == nil {
		return nil
	}
	if m["op"] == "layer" && !crossDevice(m["got"], m["want"]) {
		return nil
	}
	e := &DeviceError{
		Operation: m["op"], Argument: m["argument"], Missing: m["missing"] != "",
		Got: deviceName(m["got"], ""), Want: deviceName(m["want"], ""), Err: err,
	}
	for _, name := range []string{deviceName(m["device"], m["number"]), deviceName(m["device2"], ""), e.Got, e.Want} {
		if name != "" && !slices.Contains(e.Devices, name) {
			e.Devices = append(e.Devices, name)
		}
	}
	return e
}

// crossDevice reports whether two types of tensors differ by their device: torch.FloatTensor
// and torch.cuda.FloatTensor.
func crossDevice(a, b string) bool {
	return strings.HasSuffix(a, "Tensor") && strings.HasSuffix(b, "Tensor") && deviceName(a, "") != deviceName(b, "")
}

// deviceName is torch's name of a device, or of that of a type of tensors.
func deviceName(name, number string) string {
	name = strings.ToLower(name)
	if strings.HasSuffix(name, "tensor") {
		parts := strings.Split(name, ".")
		name = "cpu"
		if len(parts) == 3 {
			name = parts[1]
		}
		if strings.HasPrefix(parts[0], "mps") {
			name = "mps"
		}
	}
	if kind, rest, found := strings.Cut(name, ":"); kind == "hip" || kind == "gpu" {
		name = "cuda"
		if found {
			name += ":" + rest
		}
	}
	if name != "" && number != "" {
		return name + ":" + number
	}
	return name
}
