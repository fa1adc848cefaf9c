// Package locate finds a CPython whose shared library a program can load.
//
// It only finds: making one, and the virtual environment beside it, is package
// provision's work. It imports the standard library alone and, on the usual
// path, starts no child process: an interpreter's version, whether it is free
// of the GIL and where its shared library lies are read from its files. That
// keeps it cheap enough to run each time a program starts.
//
// An explicit choice ([Options], or SNAKEPIT_PYTHON and SNAKEPIT_LIBPYTHON in
// the environment) is binding: when it cannot be used, [Find] returns an
// [UnusableError] and looks no further. Without one the steps run in order
// (activated virtual environment, the cache that setup fills, .venv, PATH,
// pyenv, uv, Homebrew, the distribution, /opt and /usr/local), and the first that
// has a usable Python decides.
//
// All functions may be called from several goroutines at once.
package locate
