// Command bench measures what calls cost, as ratios within one run, and compares
// them with the bars the project has set.
//
// Every row runs in rounds that alternate with those of all other rows, and the
// best round counts: on a machine that others use too, the best round is the one
// least disturbed. Results go to the terminal as a table and to bench.json as one
// JSON object a line.
package main
