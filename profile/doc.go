// Package profile is the contract between the root package and the ways to run
// Python: in process (package threadprofile) or in child processes.
//
// Programs only pass a [Profile] to snakepit.Open. Who writes a profile implements
// Profile, [Instance] and [Prepared]: the root package encodes the arguments of a
// call into a frame, waits for a slot, and has the instance run what was prepared.
package profile
