#include "signals.h"

#include <signal.h>
#include <stddef.h>

int sp_signal_without_altstack(int from) {
    for (int sig = from; sig < NSIG; sig++) {
        struct sigaction a;
        if (sigaction(sig, NULL, &a)) continue;
        if (a.sa_handler == SIG_DFL || a.sa_handler == SIG_IGN) continue;
        if (!(a.sa_flags & SA_ONSTACK)) return sig;
    }
    return 0;
}
