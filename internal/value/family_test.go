package value_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit/internal/value"
)

// The messages of torch, jax, cupy and tensorflow are from reports of their users, but for
// a few that were written down from memory (jax's shapes, cupy's memory): none of these is
// installed where the tests run. Those of numpy, scikit-learn and pandas are met for real
// in the conformance suite.

type shape = []int

func runtimeError(message string) *value.PythonError {
	return &value.PythonError{Type: "RuntimeError", Module: "builtins", Bases: []string{"builtins.Exception"}, Message: message}
}

func TestShapeError(t *testing.T) {
	for message, want := range map[string]value.ShapeError{
		"mat1 and mat2 shapes cannot be multiplied (863x1 and 11x5120)":                                     {Operation: "matmul", Got: []shape{{863, 1}, {11, 5120}}, Dim: 0, GotSize: 11, WantSize: 1},
		"linear(): input and weight.T shapes cannot be multiplied (77x768 and 4096x1536)":                   {Operation: "matmul", Got: []shape{{77, 768}, {4096, 1536}}, Dim: 0, GotSize: 4096, WantSize: 768},
		"size mismatch, m1: [64 x 400], m2: [120 x 84] at /pytorch/aten/src/TH/generic/THTensorMath.cpp:41": {Operation: "matmul", Got: []shape{{64, 400}, {120, 84}}, Dim: 0, GotSize: 120, WantSize: 400},
		"a and b must have same reduction dim, but got [8, 128] X [1, 1].":                                  {Operation: "matmul", Got: []shape{{8, 128}, {1, 1}}, Dim: 0, GotSize: 1, WantSize: 128},
		"Expected size for first two dimensions of batch2 tensor to be: [1, 16] but got: [1, 100].":         {Operation: "bmm", Got: []shape{{1, 100}}, Want: []shape{{1, 16}}, Dim: -1, GotSize: -1, WantSize: -1},
		"The size of tensor a (16) must match the size of tensor b (48) at non-singleton dimension 1":       {Operation: "broadcast", Dim: 1, GotSize: 48, WantSize: 16},
		"The expanded size of the tensor (299) must match the existing size (214) at non-singleton dimension 3.  Target sizes: [12, 14, 214, 299].  Tensor sizes: [12, 1, 214, 214]": {
			Operation: "expand", Got: []shape{{12, 1, 214, 214}}, Want: []shape{{12, 14, 214, 299}}, Dim: 3, GotSize: 214, WantSize: 299,
		},
		"Sizes of tensors must match except in dimension 1. Expected size 13 but got size 14 for tensor number 1 in the list.": {Operation: "cat", Dim: -1, GotSize: 14, WantSize: 13},
		"Sizes of tensors must match except in dimension 1. Got 3 and 4 in dimension 2":                                        {Operation: "cat", Dim: 2, GotSize: 4, WantSize: 3},
		"stack expects each tensor to be equal size, but got [132, 128, 128] at entry 0 and [133, 128, 128] at entry 1":        {Operation: "stack", Got: []shape{{133, 128, 128}}, Want: []shape{{132, 128, 128}}, Dim: -1, GotSize: -1, WantSize: -1},
		"shape '[-1, 784]' is invalid for input of size 100352":                                                                {Operation: "reshape", Want: []shape{{-1, 784}}, Dim: -1, GotSize: 100352, WantSize: -1},
		"Given groups=1, weight of size [64, 3, 3, 3], expected input[1, 256, 256, 256] to have 3 channels, but got 256 channels instead": {
			Operation: "convolution", Got: []shape{{1, 256, 256, 256}, {64, 3, 3, 3}}, Dim: -1, GotSize: 256, WantSize: 3,
		},
		"Given groups=1, weight of size 64 3 3 3, expected input[1, 512, 512, 3] to have 3 channels, but got 512 channels instead": {
			Operation: "convolution", Got: []shape{{1, 512, 512, 3}, {64, 3, 3, 3}}, Dim: -1, GotSize: 512, WantSize: 3,
		},
		"Error(s) in loading state_dict for EnVariationalDiffusion:\n\tsize mismatch for dynamics.egnn.embedding.weight: copying a param with shape torch.Size([256, 39]) from checkpoint, the shape in current model is torch.Size([256, 33]).": {
			Operation: "load_state_dict", Got: []shape{{256, 39}}, Want: []shape{{256, 33}}, Dim: -1, GotSize: -1, WantSize: -1,
		},
		"Target size (torch.Size([64])) must be the same as input size (torch.Size([64, 1]))": {Operation: "loss", Got: []shape{{64}}, Want: []shape{{64, 1}}, Dim: -1, GotSize: -1, WantSize: -1},
		"Expected input batch_size (324) to match target batch_size (4).":                     {Operation: "loss", Dim: -1, GotSize: 324, WantSize: 4},
		"Dimension out of range (expected to be in range of [-2, 1], but got 2)":              {Dim: 2, GotSize: -1, WantSize: -1, GotRank: 2},
		"add got incompatible shapes for broadcasting: (2, 3), (4, 5).":                       {Operation: "broadcast", Got: []shape{{2, 3}, {4, 5}}, Dim: -1, GotSize: -1, WantSize: -1}, // jax
		"Incompatible shapes for broadcasting: shapes=[(2, 3), (4, 5)]":                       {Operation: "broadcast", Got: []shape{{2, 3}, {4, 5}}, Dim: -1, GotSize: -1, WantSize: -1},
	} {
		err := fmt.Errorf("predict: %w", runtimeError(message))
		var got *value.ShapeError
		require.ErrorAs(t, err, &got, message)
		require.Contains(t, got.Error(), message)
		if strings.HasPrefix(message, "add got") {
			want.Operation = "add"
		}
		want.Err, want.WantRank = got.Err, -1
		if want.GotRank == 0 {
			want.GotRank = -1
		}
		require.Equal(t, &want, got, message)
		requireOnly[value.ShapeError](t, err)
	}
}

func TestDTypeError(t *testing.T) {
	for message, want := range map[string]value.DTypeError{
		"mat1 and mat2 must have the same dtype, but got Float and BFloat16":                                     {Operation: "matmul", Got: []string{"float32", "bfloat16"}},
		"self and mat2 must have the same dtype, but got BFloat16 and Float":                                     {Operation: "matmul", Got: []string{"bfloat16", "float32"}},
		"expected mat1 and mat2 to have the same dtype, but got: float != c10::Half":                             {Operation: "matmul", Got: []string{"float32", "float16"}},
		"expected scalar type Half but found Float":                                                              {Got: []string{"float32"}, Want: []string{"float16"}},
		"Expected object of scalar type Double but got scalar type Float for argument #2 'mat2'":                 {Got: []string{"float32"}, Want: []string{"float64"}},
		"Expected object of scalar type Float but got scalar type Long for argument #2 'mat2' in call to _th_mm": {Operation: "mm", Got: []string{"int64"}, Want: []string{"float32"}},
		"Input type (double) and bias type (float) should be the same":                                           {Operation: "layer", Got: []string{"float64"}, Want: []string{"float32"}},
		"Input type (float) and bias type (struct c10::Half) should be the same":                                 {Operation: "layer", Got: []string{"float32"}, Want: []string{"float16"}},
		"Input type (c10::BFloat16) and bias type (c10::Half) should be the same":                                {Operation: "layer", Got: []string{"bfloat16"}, Want: []string{"float16"}},
		"Input type (torch.cuda.FloatTensor) and weight type (torch.cuda.HalfTensor) should be the same":         {Operation: "layer", Got: []string{"float32"}, Want: []string{"float16"}},
		"result type Float can't be cast to the desired output type long int":                                    {Operation: "cast", Got: []string{"float32"}, Want: []string{"int64"}},
		"result type Float can't be cast to the desired output type Long":                                        {Operation: "cast", Got: []string{"float32"}, Want: []string{"int64"}},
		`"addmm_impl_cpu_" not implemented for 'Half'`:                                                           {Operation: "addmm_impl_cpu_", Got: []string{"float16"}},
		"mean(): input dtype should be either floating point or complex dtypes. Got Long instead.":               {Operation: "mean", Got: []string{"int64"}},
	} {
		err := error(runtimeError(message))
		var got *value.DTypeError
		require.ErrorAs(t, err, &got, message)
		want.Err = got.Err
		require.Equal(t, &want, got, message)
		require.Contains(t, got.Error(), message)
		requireOnly[value.DTypeError](t, err)
	}
}

func TestDeviceError(t *testing.T) {
	both := []string{"cpu", "cuda:0"}
	for message, want := range map[string]value.DeviceError{
		"Expected all tensors to be on the same device, but found at least two devices, cpu and cuda:0! (when checking argument for argument mat1 in method wrapper_CUDA_addmm)": {Operation: "addmm", Argument: "mat1", Devices: both},
		"Expected all tensors to be on the same device, but found at least two devices, cuda:1 and cuda:0! (when checking aru" + "gment for argument mat2 in method wrapper_mm)": {Operation: "mm", Argument: "mat2", Devices: []string{"cuda:1", "cuda:0"}},
		"Expected all tensors to be on the same device, but found at least two devices, cpu and cuda:0!":                                                                         {Devices: both},
		"Expected all tensors to be on the same device, but got index is on cuda:5, different from other tensors on cpu (when checking argument in method wrapper_CUDA__index_select)": {
			Operation: "index_select", Argument: "index", Devices: []string{"cuda:5", "cpu"}, Got: "cuda:5", Want: "cpu",
		},
		"Expected object of device type cuda but got device type cpu for argument #1 'self' in call to _th_index_select":       {Operation: "index_select", Argument: "self", Devices: []string{"cpu", "cuda"}, Got: "cpu", Want: "cuda"},
		"Expected object of backend CPU but got backend CUDA for argument #2 'weight'":                                         {Argument: "weight", Devices: []string{"cuda", "cpu"}, Got: "cuda", Want: "cpu"},
		"Input type (torch.cuda.FloatTensor) and weight type (torch.FloatTensor) should be the same":                           {Operation: "layer", Devices: []string{"cuda", "cpu"}, Got: "cuda", Want: "cpu"},
		"Input type (MPSFloatType) and weight type (torch.FloatTensor) should be the same":                                     {},
		"module must have its parameters and buffers on device cuda:0 (device_ids[0]) but found one of them on device: cuda:1": {Operation: "parallel", Devices: []string{"cuda:1", "cuda:0"}, Got: "cuda:1", Want: "cuda:0"},
		"can't convert cuda:0 device type tensor to numpy. Use Tensor.cpu() to copy the tensor to host memory first.":          {Operation: "numpy", Devices: []string{"cuda:0"}, Got: "cuda:0"},
		"indices should be either on cpu or on the same device as the indexed tensor (cpu)":                                    {Operation: "index", Devices: []string{"cpu"}},
		"Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False. If you are running on a CPU-only machine, please use torch.load with map_location=torch.device('cpu') to map your storages to the CPU.": {
			Operation: "load", Devices: []string{"cuda"}, Missing: true,
		},
		"Attempting to deserialize object on CUDA device 1 but torch.cuda.device_count() is 1. Please use torch.load with map_location to map your storages to an existing device.": {
			Operation: "load", Devices: []string{"cuda:1"}, Missing: true,
		},
		"Torch not compiled with CUDA enabled": {Devices: []string{"cuda"}, Missing: true},
		"No CUDA GPUs are available":           {Devices: []string{"cuda"}, Missing: true},
		"CUDA error: invalid device ordinal\nCUDA kernel errors might be asynchronously reported at some other API call": {Devices: []string{"cuda"}, Missing: true},
	} {
		err := error(runtimeError(message))
		var got *value.DeviceError
		if want.Devices == nil {
			require.False(t, errors.As(err, &got), message)
			continue
		}
		require.ErrorAs(t, err, &got, message)
		want.Err = got.Err
		require.Equal(t, &want, got, message)
		require.Contains(t, got.Error(), message)
		requireOnly[value.DeviceError](t, err)
	}
}

func TestOutOfMemoryError(t *testing.T) {
	const kib, mib, gib = 1 << 10, 1 << 20, float64(1 << 30)
	in := func(n float64) int64 { return int64(n * gib) }
	hint := " Of the allocated memory 22.90 GiB is allocated by PyTorch, and 194.87 MiB is reserved by PyTorch but unallocated. If reserved but unallocated memory is large try setting PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True"
	for message, want := range map[string]value.OutOfMemoryError{
		// torch 1.0, 1.4 to 1.13, 2.0, 2.1, 2.2 and later
		"CUDA out of memory. Tried to allocate 1024.00 KiB (GPU 0; 11.17 GiB total capacity; 10.90 GiB already allocated; 576.00 KiB free; 30.96 MiB cached)":                            {Bytes: 1 << 20, Free: 576 * kib, Total: in(11.17), Device: "cuda:0"},
		"CUDA out of memory. Tried to allocate 2.26 GiB (GPU 1; 6.00 GiB total capacity; 781.59 MiB already allocated; 3.03 GiB free; 1.24 GiB reserved in total by PyTorch)":            {Bytes: in(2.26), Free: in(3.03), Total: in(6), Device: "cuda:1"},
		"CUDA out of memory. Tried to allocate 192.00 MiB (GPU 0; 4.00 GiB total capacity; 3.08 GiB already allocated; 0 bytes free; 3.47 GiB reserved in total by PyTorch) If reserved": {Bytes: 192 * mib, Free: 0, Total: in(4), Device: "cuda:0"},
		"CUDA out of memory. Tried to allocate 3.00 GiB. GPU 0 has a total capacty of 23.65 GiB of which 1.66 GiB is free. Including non-PyTorch memory, this process has 20.81 GiB":     {Bytes: in(3), Free: in(1.66), Total: in(23.65), Device: "cuda:0"},
		"CUDA out of memory. Tried to allocate 22.00 MiB. GPU 3 has a total capacity of 23.65 GiB of which 11.06 MiB is free." + hint:                                                    {Bytes: 22 * mib, Free: in(11.06 / kib), Total: in(23.65), Device: "cuda:3"},
		"HIP out of memory. Tried to allocate 432.00 MiB. GPU 0 has a total capacity of 15.92 GiB of which 7.12 GiB is free." + hint:                                                     {Bytes: 432 * mib, Free: in(7.12), Total: in(15.92), Device: "cuda:0"},
		"XPU out of memory. Tried to allocate 192.00 MiB. GPU 3 has a total capacity of 31.89 GiB of which 13.22 GiB is free.":                                                           {Bytes: 192 * mib, Free: in(13.22), Total: in(31.89), Device: "xpu:3"},
		"MPS backend out of memory (MPS allocated: 9.57 GiB, other allocations: 17.35 GiB, max allowed: 27.20 GiB). Tried to allocate 292.50 MiB on private pool. Use PYTORCH_MPS":       {Bytes: 292*mib + mib/2, Free: -1, Total: in(27.2), Device: "mps"},
		"MPS backend out of memory (MPS allocated: 16.00 GB, other allocations: 3.31 GB, max allowed: 18.13 GB). Tried to allocate 256 bytes on shared pool.":                            {Bytes: 256, Free: -1, Total: in(18.13), Device: "mps"},
		"[enforce fail at alloc_cpu.cpp:117] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 2359296 bytes. Error code 12 (Cannot allocate memory)":          {Bytes: 2359296, Free: -1, Total: -1, Device: "cpu"},
		"[enforce fail at alloc_cpu.cpp:80] data. DefaultCPUAllocator: not enough memory: you tried to allocate 8589934592 bytes.":                                                       {Bytes: 8589934592, Free: -1, Total: -1, Device: "cpu"},
		"CUDA error: out of memory\nCUDA kernel errors might be asynchronously reported at some other API call":                                                                          {Bytes: -1, Free: -1, Total: -1, Device: "cuda"},
		"CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`":                                                                                                     {Bytes: -1, Free: -1, Total: -1, Device: "cuda"},
		"Out of memory allocating 8,589,934,592 bytes (allocated so far: 15,032,385,536 bytes).":                                                                                         {Bytes: 8589934592, Free: -1, Total: -1, Device: "cuda"}, // cupy
		"RESOURCE_EXHAUSTED: Out of memory while trying to allocate 6291456 bytes.\nBufferAssignment OOM Debugging.":                                                                     {Bytes: 6291456, Free: -1, Total: -1},                    // jax
		"OOM when allocating tensor with shape[16,112,112,147] and type float on /job:localhost/replica:0/task:0/device:GPU:0 by allocator gpu_0_bfc":                                    {Bytes: 16 * 112 * 112 * 147 * 4, Free: -1, Total: -1, Device: "cuda:0"},
		"Resource exhausted: OOM when allocating tensor with shape[1,512,647,3] and type float on /job:localhost/replica:0/task:0/device:CPU:0 by allocator cpu":                         {Bytes: 512 * 647 * 3 * 4, Free: -1, Total: -1, Device: "cpu"},
	} {
		err := error(runtimeError(message))
		var got *value.OutOfMemoryError
		require.ErrorAs(t, err, &got, message)
		want.Err = got.Err
		require.Equal(t, &want, got, message)
		require.Contains(t, got.Error(), message)
		requireOnly[value.OutOfMemoryError](t, err)
	}
	byType := &value.PythonError{Type: "OutOfMemoryError", Module: "torch", Bases: []string{"builtins.RuntimeError"}, Message: "no"}
	require.Equal(t, &value.OutOfMemoryError{Bytes: -1, Free: -1, Total: -1, Err: byType}, as[value.OutOfMemoryError](byType))
}

// TestFamiliesOfACause checks that what the exception does not tell is looked for in its
// cause, and that nothing is found where there is nothing.
func TestFamiliesOfACause(t *testing.T) {
	err := runtimeError("training failed after 3 epochs: no room for the shape of things")
	requireOnly[struct{}](t, err)
	err.Cause = runtimeError("No CUDA GPUs are available")
	require.Same(t, err.Cause, as[value.DeviceError](err).Err)
	requireOnly[value.DeviceError](t, err)

	for _, nothing := range []string{
		"", "the room is full", "device or resource busy", "shape", "expected 3 arguments, got 4", "could not allocate a port",
		strings.Repeat("x", 10_000) + "No CUDA GPUs are available", // far into the text
	} {
		requireOnly[struct{}](t, runtimeError(nothing))
	}
}

func as[T any](err error) *T {
	var t *T
	_ = errors.As(err, any(&t))
	return t
}

// requireOnly checks that an error is of no family but T.
func requireOnly[T any](t *testing.T, err error) {
	t.Helper()
	for _, family := range []any{new(*value.ShapeError), new(*value.DTypeError), new(*value.DeviceError), new(*value.OutOfMemoryError)} {
		_, this := family.(**T)
		require.Equal(t, this, errors.As(err, family), "%T of %v", family, err)
	}
}

func BenchmarkAsOther(b *testing.B) {
	err := error(runtimeError("the message of an error of no family, which nobody reads here"))
	for b.Loop() {
		var other *value.ConversionError
		if errors.As(err, &other) {
			b.Fatal()
		}
	}
}
