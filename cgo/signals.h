#ifndef SNAKEPIT_SIGNALS_H
#define SNAKEPIT_SIGNALS_H

// sp_signal_without_altstack returns the first signal from `from` on whose handler
// was installed without SA_ONSTACK, or 0. Such a handler runs on a goroutine's
// small stack and kills a Go program.
int sp_signal_without_altstack(int from);

#endif
