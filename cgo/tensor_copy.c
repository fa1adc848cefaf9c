#include <stdlib.h>
#include <string.h>

#include "tensor.h"

// gather copies the elements from dimension dim on, in order, and returns where it ended.
static char *gather(char *to, const DLTensor *t, int dim, const char *from) {
    size_t size = (size_t)sp_item_size(t->dtype);
    if (dim == t->ndim) return (char *)memcpy(to, from, size) + size;
    for (int64_t i = 0; i < t->shape[dim]; i++)
        to = gather(to, t, dim + 1, from + i * t->strides[dim] * (int64_t)size);
    return to;
}

void *sp_tensor_copy(const DLTensor *t) {
    size_t n = (size_t)sp_item_size(t->dtype);
    for (int i = 0; i < t->ndim; i++) n *= (size_t)t->shape[i];
    char *to = malloc(n ? n : 1);
    if (to && n) gather(to, t, 0, t->data);
    return to;
}
