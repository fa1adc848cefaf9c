//go:build !invariants

package zerocopy_test

const invariants = false
