// Command arrow18 passes records of arrow-go v18 to pyarrow and reads records back, at
// the same addresses. It is a module of its own, so that only it depends on v18.
package main
