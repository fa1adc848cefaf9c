// References of Python's to what Go owns: the C side of package internal/hold.
#ifndef SNAKEPIT_HOLD_H
#define SNAKEPIT_HOLD_H

#include <stdatomic.h>
#include <stdint.h>

// A cell of internal/hold. Who takes the count to zero owns next until Go has heard of it.
typedef struct sp_hold {
    _Atomic(int64_t) count;
    uint64_t index;
    struct sp_hold *next;
} sp_hold;

static inline void sp_hold_retain(sp_hold *h) {
    atomic_fetch_add_explicit(&h->count, 1, memory_order_relaxed);
}

// sp_hold_release gives up a reference: from any thread, attached or not, even when
// Python has ended. It never enters Go.
void sp_hold_release(sp_hold *h);

// sp_holds_wake sets the file that is written to when Go has something to hear.
void sp_holds_wake(int fd);

// sp_holds_gone takes the index of one hold that lost its last reference; 0 if there is
// none. By one thread at a time.
int sp_holds_gone(uint64_t *index);

#endif
