# The two commands of a new user: make demo, make test. Both set up what they need.
# LIBPYTHON=/path/to/libpython (or to a python) runs everything on that one.

.PHONY: help setup demo examples build test go-test pure-test python-test race short bench fuzz leak \
	sanitize lint fmt generate generated check clean test-cpython hammer soak chaos

GO ?= go
SNAKEPIT = $(GO) run ./cmd/snakepit
FUZZTIME ?= 30s

ifdef LIBPYTHON
export SNAKEPIT_PYTHON := $(LIBPYTHON)
endif
export SNAKEPIT_TEST_PYTHON := required

# The profile that the demo runs on: thread or process.
PROFILE ?= thread

# What needs no cgo passes without it.
PURE = . ./internal/... ./pool/... ./policy ./health ./profile ./tool ./provision/... ./proto/... ./python ./zerocopy ./zerocopy/arrow ./auto ./cmd/snakepit
# What has locks and atomics.
HOT = . ./pool/... ./policy ./tool ./internal/... ./embed ./interp ./threadprofile ./zerocopy/...
# The packages whose C code the sanitizer watches.
NATIVE = ./cgo ./interp ./zerocopy/arrow
# The tests of memory that both sides see.
SHARED = TestConformance/Default/(ZeroCopy|Arrow)|ExchangesHammer

# The tests of what happens when processes end, and of what they leave.
ENDS = Kill|Hosts|Neighbours|Crash|Frozen|Hang|Budget|BackOff|Start|Recycl|Call|Port|Strangers|Secrets|Memory|Pages

help: ## say what the targets do
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

setup: ## find or make the Pythons of both profiles and install the locked packages
	@$(SNAKEPIT) setup --profile all

demo: ## train and predict handwritten digits: the main job on real input (PROFILE=process: in child processes)
	@$(SNAKEPIT) setup --profile $(PROFILE)
	@$(GO) run ./examples/digits -profile $(PROFILE)

examples: setup ## run the other examples: a state per user, an agent with Go tools, streams, Arrow, polars in a child process
	@for example in sessions tools stream pipeline polars; do \
		echo "== examples/$$example"; \
		$(GO) run ./examples/$$example || exit 1; \
	done
	@echo "== examples/arrow18"; cd examples/arrow18 && $(GO) run . && $(GO) test .

build: ## compile everything; needs no Python
	$(GO) build ./...

test: setup go-test pure-test python-test ## set up, then the whole suite

go-test:
	$(GO) test -timeout 15m ./...

pure-test:
	CGO_ENABLED=0 $(GO) test -timeout 5m $(PURE)

python-test:
	$(SNAKEPIT) python-test

short: setup ## the suite without what takes long
	$(GO) test -short -timeout 5m ./...

race: setup ## the hot packages under the race detector
	$(GO) test -race -short -timeout 15m $(HOT)

bench: setup ## measure, print a table, write bench.json
	$(GO) run ./cmd/bench -o bench.json

fuzz: setup ## fuzz the conversion of values, FUZZTIME for each target
	@for pkg in ./internal/codec ./interp ./tool ./zerocopy ./zerocopy/arrow; do \
		for target in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
			echo "fuzzing $$target in $$pkg for $(FUZZTIME)"; \
			$(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$pkg || exit 1; \
		done; \
	done

leak: setup ## the suite with checks for handles that nobody released
	$(GO) test -tags invariants -short -timeout 15m ./interp ./threadprofile ./zerocopy/...

sanitize: setup ## C code under AddressSanitizer, and Go's checks of pointers passed to C
	ASAN_OPTIONS=detect_leaks=0 $(GO) test -asan -short -timeout 15m $(NATIVE)
	ASAN_OPTIONS=detect_leaks=0 $(GO) test -asan -short -timeout 15m -run '$(SHARED)' -skip '/Default/ZeroCopy/Libraries' ./threadprofile
	GODEBUG=cgocheck=1 GOEXPERIMENT=cgocheck2 $(GO) test -short -timeout 15m ./cgo ./embed ./interp ./threadprofile ./zerocopy/arrow

hammer: setup ## the long hammers: ten minutes of everything, ten million calls
	SNAKEPIT_HAMMER=10m SNAKEPIT_LEAK_CALLS=10000000 SNAKEPIT_CANCEL_CALLS=1000000 $(GO) test -timeout 60m -run 'Hammer|LeakNothing' -v ./threadprofile

SOAK ?= 10m

soak: setup ## everything at once on both profiles, side by side, for SOAK (10m): nothing may grow, no error may surprise
	@$(GO) vet ./soak
	@soak() { SNAKEPIT_SOAK=$(SOAK) $(GO) test -count=1 -timeout 0 -v -run "$$1" ./soak; }; \
	soak TestThread & thread=$$!; soak TestProcess & process=$$!; \
	wait $$thread; failed=$$?; wait $$process && exit $$failed

chaos: setup ## kill workers and hosts 200 and 20 times, and measure the process profile
	SNAKEPIT_CHAOS=1 $(GO) test -count=1 -timeout 30m -run '$(ENDS)' -v ./processprofile
	$(GO) run ./cmd/bench -strict -only '^proc/' -o bench.json

test-cpython: setup ## CPython's own regression tests, run through the library
	$(GO) run ./cmd/test-cpython

lint: ## formatting, vet, staticcheck and friends; needs no Python
	@test -z "$$($(GO) tool gofumpt -l .)" || { $(GO) tool gofumpt -l .; echo 'not formatted: run make fmt'; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	$(GO) tool errcheck -ignoretests -exclude .errcheck $$($(GO) list ./... | grep -vE '/(cmd|examples|profiletest)')
	$(GO) tool ineffassign ./...
	@$(GO) tool misspell -error $$(git ls-files '*.go' '*.md' '*.py' '*.c' '*.h')
	$(GO) test ./internal/lint

fmt: ## format Go, and C and Python where the formatters are
	$(GO) tool gofumpt -w .
	@if command -v clang-format >/dev/null; then clang-format -i cgo/*.[ch] cgo/carrow/*.[ch]; fi

generate: ## write what is made from the .proto file, with pinned tools
	$(GO) generate ./proto

# What generate writes.
GENERATED = proto/snakepitv1 python/snakepit_bridge/_child/_descriptor.py

generated: generate ## check that what is generated is as it was committed
	@test -z "$$(git status --porcelain -- $(GENERATED))" || \
		{ git diff --stat -- $(GENERATED); echo 'not as the .proto file has it: run make generate and commit'; exit 1; }

check: generated lint race sanitize leak fuzz ## what CI runs after the tests
	@test -z "$$(git status --porcelain)" || { git status --short; echo 'the run left changes behind'; exit 1; }

clean: ## remove what a run leaves in the working tree
	rm -f bench.json
	$(GO) clean -testcache
