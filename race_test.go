//go:build race

package snakepit_test

const raceEnabled = true
