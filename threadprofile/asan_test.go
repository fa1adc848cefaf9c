//go:build asan

package threadprofile_test

const asanEnabled = true
