// Command snakepit prepares a machine for programs that use the snakepit
// module, and says what is wrong with one that does not work.
//
//	snakepit setup    find or make a Python and install its packages
//	snakepit doctor   check the Python, its packages and the machine
package main
