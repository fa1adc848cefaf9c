// Package provision makes what a program needs to run Python: a CPython, and
// beside it a virtual environment with locked packages. In process that is one
// with a shared library, free-threaded unless asked otherwise; for child
// processes it is any with the GIL that is on the machine.
//
// [Setup] is one call for all of it, and the work of "snakepit setup". For the
// thread profile it takes the first of these that does:
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
