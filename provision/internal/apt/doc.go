// Package apt gets source packages from the mirror that a Debian or Ubuntu
// machine is already configured with. It keeps apt's lists and caches in a
// folder of its own, so that nothing is written to the system's; apt's signature
// and hash checks stay on.
package apt
