// Package proto is the protocol between a Go program and its child Pythons: the
// .proto file, and what is generated from it. The Go code is package snakepitv1.
package proto

//go:generate go run ./generate
