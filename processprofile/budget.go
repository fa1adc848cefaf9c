package processprofile

import (
	"strconv"
	"strings"
)

// nativeVariables are what BLAS and its kind read when they are loaded: see
// snakepit_bridge/_threads.py, which has the same for Python in this process. The first
// speaks for all that have none of their own.
var nativeVariables = []string{
	"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "NUMEXPR_NUM_THREADS",
}

// nativeThreads returns what to add to the environment of children whose libraries may
// use so many threads in a call, and how many they will use: what the user has set stands.
func nativeThreads(env []string, threads int) (add []string, holds int) {
	if threads == 0 {
		return nil, 0
	}
	set := map[string]string{}
	for _, e := range env {
		name, value, _ := strings.Cut(e, "=")
		set[name] = value
	}
	if general, ok := set[nativeVariables[0]]; ok {
		holds, _ = strconv.Atoi(general)
		return nil, max(holds, 0)
	}
	for _, name := range nativeVariables {
		if _, ok := set[name]; !ok {
			add = append(add, name+"="+strconv.Itoa(threads))
		}
	}
	return add, threads
}
