// Package provision makes what a program needs to run Python in process: a
// CPython with a shared library, free-threaded unless asked otherwise, and
// beside it a virtual environment with locked packages.
//
// [Setup] is one call for all of it, and the work of "snakepit setup". It takes
// the first of these that does:
//
//   - what an earlier set-up left in the cache folder, which takes milliseconds;
//   - an explicit choice, or a fitting Python that is on the machine;
//   - a download by uv, where uv is there or pip can bring it;
//   - a build from the distribution's own source package.
//
// Everything made is in the user's cache folder: built aside, renamed in when
// complete, and recorded in a manifest that package locate reads. A file lock
// keeps two set-ups apart, and what an interrupted one left is removed by the
// next. Package doctor checks the result.
package provision
