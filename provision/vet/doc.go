// Package vet tries libraries in a child Python before a program loads them into its
// own process: whether they are there, survive their import and leave the GIL off.
package vet
