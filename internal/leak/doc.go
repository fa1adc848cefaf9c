// Package leak finds out who made what nobody released.
package leak
