// Command test-cpython runs test modules of CPython's own regression suite in a
// Python that this program hosts, through the library, and compares what fails
// with expected.txt. docs/embedding.md explains each line of it.
//
//	test-cpython                 run every module
//	test-cpython test_gc test_re run these
//	test-cpython -v test_gc      with tracebacks and output
//	test-cpython -plain main     the same in plain Python processes, to compare
//
// Each module runs in a process of its own, so that a crash hides nothing else. The
// exit code is 1 if a test failed that expected.txt does not name, or one passed
// that it names.
package main
