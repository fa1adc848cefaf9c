#include "hold.h"

#include <unistd.h>

static _Atomic(sp_hold *) gone; // a stack, pushed by anyone, taken whole
static sp_hold *heard;          // what was taken of it
static _Atomic(int) wake = -1;

void sp_holds_wake(int fd) { atomic_store(&wake, fd); }

void sp_hold_release(sp_hold *h) {
    if (atomic_fetch_sub(&h->count, 1) != 1) return;
    h->next = atomic_load(&gone);
    while (!atomic_compare_exchange_weak(&gone, &h->next, h)) {
    }
    if (h->next) return; // Go was told, and has not come yet
    int fd = atomic_load(&wake);
    // A pipe that is full has woken Go already: there is nothing to do about a failure.
    if (fd >= 0 && write(fd, "", 1) < 0) return;
}

int sp_holds_gone(uint64_t *index) {
    if (!heard) heard = atomic_exchange(&gone, NULL);
    if (!heard) return 0;
    *index = heard->index;
    heard = heard->next; // read before Go uses the cell again
    return 1;
}
