//go:build !race

package threadprofile_test

const raceEnabled = false
