// Package locks holds the locked, hashed requirements that setup installs
// beside a Python: one file for each ABI, made by the command in refresh.
package locks
