package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"strings"
	"time"
)

type options struct {
	limit   time.Duration
	plain   string
	verbose bool
	all     bool

	child string // module to run in this process
	dir   string // where a child finds and leaves its files
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("test-cpython: ")
	o := parseFlags()
	if o.child != "" {
		if err := runChild(o); err != nil {
			log.Fatal(err)
		}
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	surprises, err := runAll(ctx, o, flag.Args())
	stop()
	if err != nil {
		log.Fatal(err)
	}
	if surprises > 0 {
		log.Fatalf("%d surprises", surprises)
	}
}

func parseFlags() options {
	var o options
	flag.DurationVar(&o.limit, "limit", 5*time.Minute, "time for one module")
	flag.StringVar(&o.plain, "plain", "", "run the tests in a plain Python, on its `main` thread or on another \"thread\", and judge nothing")
	flag.BoolVar(&o.verbose, "v", false, "print tracebacks and what the tests print")
	flag.BoolVar(&o.all, "all", false, "run the tests that expected.txt says not to run, too")
	flag.StringVar(&o.child, "child", "", "for the program's own use")
	flag.StringVar(&o.dir, "dir", "", "for the program's own use")
	flag.Parse()
	return o
}

// runAll runs modules one after the other and returns how many surprises there were.
func runAll(ctx context.Context, o options, chosen []string) (surprises int, err error) {
	expected, err := parse(expectedText)
	if err != nil {
		return 0, err
	}
	if len(chosen) == 0 {
		chosen = modules
	}
	var all total
	printHeader()
	for _, module := range chosen {
		r := runOne(ctx, o, strings.TrimPrefix(module, "test."), expected)
		if ctx.Err() != nil {
			return surprises, fmt.Errorf("interrupted in %s", module)
		}
		var found []string
		if o.plain == "" {
			found = expected.compare(r)
		}
		printRow(r, found, o.verbose)
		all.add(r)
		surprises += len(found)
	}
	all.print()
	return surprises, nil
}

func runOne(ctx context.Context, o options, module string, expected expectations) result {
	var skip []string
	if !o.all {
		skip = expected.skip(module)
	}
	return run(ctx, o, module, skip)
}
