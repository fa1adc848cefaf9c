// Package child is everything about one child process but what is said to it: it
// starts the process, keeps what it prints, tells how it ended, ends it, and sees to
// it that nothing of it is left.
//
// # What ends with what
//
//   - The host ends a child: [Process.Stop] closes the life pipe, then sends SIGTERM,
//     then SIGKILL, to the whole process group; [Process.Kill] begins with the last.
//   - The child ends, for whatever reason: the host kills what is left of its group
//     before it reaps the child, so that the number of the group cannot have been
//     given to somebody else, and then every process that carries the child's mark
//     (SNAKEPIT_RUN) in its environment, wherever it moved.
//   - The host ends, for whatever reason, without a chance to do anything: the child
//     reads the end of its life pipe; the kernel kills the child when the thread
//     that started it is gone (which is why that thread lives as long as the host),
//     and the whole group when the pipes of the [leash] are closed.
//   - What is left even so, a process that left its group under a host that was
//     killed, is found by the next host: see [OpenRegistry].
//
// Signals to single processes go by pidfd, where the kernel has them.
//
// On other unixes than Linux there is neither the kernel's help when the host is
// killed nor the mark: the life pipe and the process group remain. Elsewhere
// everything fails with an error that wraps errors.ErrUnsupported.
package child
