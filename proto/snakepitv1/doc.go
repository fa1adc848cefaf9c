// Package snakepitv1 is generated from proto/snakepit/v1/snakepit.proto by make generate:
// what a Go program and its child Pythons say to each other. Programs do not use it.
package snakepitv1
