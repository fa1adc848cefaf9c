package zerocopy

import "strconv"

// DeviceType is a kind of memory, as DLPack numbers it.
type DeviceType int32

// The kinds of memory.
const (
	CPU         DeviceType = 1
	CUDA        DeviceType = 2
	CUDAHost    DeviceType = 3 // pinned memory of the host
	OpenCL      DeviceType = 4
	Vulkan      DeviceType = 7
	Metal       DeviceType = 8
	VPI         DeviceType = 9
	ROCm        DeviceType = 10
	ROCmHost    DeviceType = 11
	ExtDev      DeviceType = 12
	CUDAManaged DeviceType = 13 // moves between host and device by itself
	OneAPI      DeviceType = 14
	WebGPU      DeviceType = 15
	Hexagon     DeviceType = 16
	MAIA        DeviceType = 17
	Trainium    DeviceType = 18
)

var deviceNames = map[DeviceType]string{
	CPU: "cpu", CUDA: "cuda", CUDAHost: "cuda_host", OpenCL: "opencl", Vulkan: "vulkan", Metal: "metal",
	VPI: "vpi", ROCm: "rocm", ROCmHost: "rocm_host", ExtDev: "ext_dev", CUDAManaged: "cuda_managed",
	OneAPI: "oneapi", WebGPU: "webgpu", Hexagon: "hexagon", MAIA: "maia", Trainium: "trn",
}

func (d DeviceType) String() string {
	if name, ok := deviceNames[d]; ok {
		return name
	}
	return "device" + strconv.Itoa(int(d))
}

// Device is where a tensor's memory is.
type Device struct {
	Type DeviceType
	ID   int32
}

// String returns "cuda:0".
func (d Device) String() string { return d.Type.String() + ":" + strconv.Itoa(int(d.ID)) }

// Host reports whether the processor can read the memory at its address.
func (d Device) Host() bool {
	switch d.Type {
	case CPU, CUDAHost, ROCmHost, CUDAManaged:
		return true
	}
	return false
}

// handle reports whether what stands for the address is a handle, to which no offset can
// be added.
func (d Device) handle() bool {
	switch d.Type {
	case OpenCL, Vulkan, Metal, WebGPU:
		return true
	}
	return false
}
