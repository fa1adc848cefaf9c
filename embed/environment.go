package embed

import "os"

// heeded are the variables that Python heeds even when it is isolated: either takes
// the place of sys.executable.
var heeded = []string{"PYTHONEXECUTABLE", "__PYVENV_LAUNCHER__"}

// hideVariables takes them out of the environment until restore is called.
func hideVariables() (restore func()) {
	hidden := map[string]string{}
	for _, name := range heeded {
		if v, ok := os.LookupEnv(name); ok {
			hidden[name] = v
			_ = os.Unsetenv(name)
		}
	}
	return func() {
		for name, v := range hidden {
			_ = os.Setenv(name, v)
		}
	}
}
