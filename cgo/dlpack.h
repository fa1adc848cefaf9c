// DLPack's C ABI, version 1: what tensors are described by between libraries. The
// names are those of its standard.
#ifndef SNAKEPIT_DLPACK_H
#define SNAKEPIT_DLPACK_H

#include <stdint.h>

enum { DLPACK_MAJOR = 1, DLPACK_MINOR = 1 };
enum { DLPACK_FLAG_READ_ONLY = 1, DLPACK_FLAG_IS_COPIED = 2, DLPACK_FLAG_PADDED = 4 };

enum { kDLCPU = 1, kDLCUDA = 2, kDLCUDAHost = 3, kDLROCMHost = 11, kDLCUDAManaged = 13 };
enum { kDLInt, kDLUInt, kDLFloat, kDLOpaque, kDLBfloat, kDLComplex, kDLBool };

typedef struct {
    int32_t device_type, device_id;
} DLDevice;

typedef struct {
    uint8_t code, bits;
    uint16_t lanes;
} DLDataType;

typedef struct {
    void *data;
    DLDevice device;
    int32_t ndim;
    DLDataType dtype;
    int64_t *shape, *strides; // in elements; strides may be NULL: compact
    uint64_t byte_offset;
} DLTensor;

// Before version 1.
typedef struct DLManagedTensor {
    DLTensor dl_tensor;
    void *manager_ctx;
    void (*deleter)(struct DLManagedTensor *);
} DLManagedTensor;

typedef struct {
    uint32_t major, minor;
} DLPackVersion;

typedef struct DLManagedTensorVersioned {
    DLPackVersion version;
    void *manager_ctx;
    void (*deleter)(struct DLManagedTensorVersioned *);
    uint64_t flags;
    DLTensor dl_tensor;
} DLManagedTensorVersioned;

// The functions that a library offers as __dlpack_c_exchange_api__ on its type.
typedef struct DLPackExchangeAPI {
    DLPackVersion version;
    struct DLPackExchangeAPI *prev_api; // of an older major version
    int (*managed_tensor_allocator)(DLTensor *, DLManagedTensorVersioned **, void *,
                                    void (*)(void *, const char *, const char *));
    int (*managed_tensor_from_py_object_no_sync)(void *, DLManagedTensorVersioned **);
    int (*managed_tensor_to_py_object_no_sync)(DLManagedTensorVersioned *, void **);
    int (*dltensor_from_py_object_no_sync)(void *, DLTensor *);
    int (*current_work_stream)(int32_t, int32_t, void **);
} DLPackExchangeAPI;

#define SP_CAPSULE_VERSIONED "dltensor_versioned"
#define SP_CAPSULE_LEGACY "dltensor"
#define SP_CAPSULE_USED_VERSIONED "used_dltensor_versioned"
#define SP_CAPSULE_USED_LEGACY "used_dltensor"

#endif
