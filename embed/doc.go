// Package embed runs the one Python interpreter of a process: it finds and loads a
// libpython, starts it isolated from the user's environment, watches whether the
// GIL comes back, and keeps it alive until the process ends.
//
// There is one interpreter per process, whatever is opened how often: [Open]
// returns a user of it, and Close takes leave. Python is never finalised, because
// threads still in it would vanish together with their goroutines.
//
// One goroutine is locked to the OS thread that initialised Python, for the life
// of the process. Imports run there: some native libraries crash when their first
// import happens on a thread that ends.
package embed
