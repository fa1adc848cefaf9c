// Guards: an exception for a call that runs on another thread, which no other call gets.
//
// PyThreadState_SetAsyncExc knows threads only, and what it leaves there reaches whatever
// runs next. A guard is open while its call may be interrupted: who cancels looks at it and
// sets the exception in one step, and who closes it takes back what has not arrived.
#ifndef SNAKEPIT_GUARD_H
#define SNAKEPIT_GUARD_H

#include <stdint.h>

#include "api.h"

// word is the key of a call, shifted by SP_KEY_SHIFT, and these flags. It lies in Go's
// memory, and each change is atomic.
typedef struct {
    uint64_t word;
    uint64_t thread;   // that runs the call; valid while it is open
    uint64_t arrivals; // exceptions that were raised in it, changed by who sets SP_SETTING
} sp_guard;

enum {
    SP_OPEN = 1,      // the call runs Python, on thread
    SP_SETTING = 2,   // somebody is about to set the exception, or to take it back: wait
    SP_ARMED = 4,     // it is set, and has not arrived
    SP_CANCELLED = 8, // the call is not to begin, if it has not
    SP_PENDING = 16,  // it is to be set once the call comes back from Go
    SP_OVER = 32      // nothing of this key runs any more
};
enum { SP_KEY_SHIFT = 6 };

// Where a call stands among those of its key. The last of several begins even if they were
// cancelled: it cleans up.
enum { SP_ONLY, SP_MORE, SP_LAST };

// sp_guarded stands around a call that may be interrupted; kept in the thread's storage.
typedef struct {
    sp_guard *guard; // NULL if there is none
    int depth;       // of the call that it is for; see sp_thread
    int place;       // of it among those of its key
    int paused;      // how many pauses it is in
} sp_guarded;

// sp_guard_open makes a call one that can be interrupted; -1 with Cancelled set if it was
// cancelled before. Attached, as all that follow but sp_guard_cancel.
int sp_guard_open(sp_guard *g, int place);

// sp_guard_shut ends that: when it returns no exception is on its way. Only the guard of
// the innermost call is shut, and only once.
void sp_guard_shut(void);

// sp_guard_pause and sp_guard_resume stand around what no exception is to reach, such as a
// call of Go: what Go does on this thread meanwhile is not the call's. They nest.
void sp_guard_pause(void);
void sp_guard_resume(void);

// sp_guard_cancel interrupts the call of this key, which was announced; it attaches. It is
// to be repeated, since Python code may drop the exception. 0: the call is over.
int sp_guard_cancel(uint64_t *guard, uint64_t key);

// sp_guard_end says that no call of its key will follow those before; it attaches.
void sp_guard_end(uint64_t *guard);

// sp_guard_arrived is told by an exception that it is raised on this thread: one that was
// set again meanwhile is taken back.
void sp_guard_arrived(void);

// sp_guard_key is the key of the call that this thread runs, 0 if it has none.
uint64_t sp_guard_key(void);

// sp_set_cancel hands over what belongs to it: the exception, wake(key), which returns how
// many have arrived in the call, or -1 if one of these is on its way through it still, and
// forget(key).
void sp_set_cancel(uintptr_t cancelled, uintptr_t wake, uintptr_t forget);

#endif
