package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/gosnakepit/snakepit/provision"
	"github.com/gosnakepit/snakepit/provision/locks"
)

const listScript = `import importlib.metadata, json
print(json.dumps({d.metadata["Name"]: d.version for d in importlib.metadata.distributions()}))`

// packages compares what the virtual environment holds with the lock.
func (c *checkup) packages(ctx context.Context) {
	p := c.python
	if p.Venv == "" {
		c.add(Warning, "venv", "none: the interpreter is used with what it holds itself", c.setup())
		return
	}
	lock, ok := locks.For(p)
	if !ok {
		c.add(Warning, "venv", fmt.Sprintf("%s; no packages are locked for %s", p.Venv, p.ABI()), "use Python 3.13t or 3.14t, or 3.10 to 3.14 for the process profile, or choose the packages yourself")
		return
	}
	installed, err := c.installed(ctx)
	if err != nil {
		c.add(Error, "venv", fmt.Sprintf("%s cannot list its packages: %v", p.Venv, err), "remove it and run "+c.setup())
		return
	}
	if wrong := differences(lock, installed); len(wrong) > 0 {
		c.add(Warning, "venv", fmt.Sprintf("%s differs from %s.txt: %s", p.Venv, lock.Name, strings.Join(wrong, ", ")), c.refill())
		return
	}
	c.add(OK, "venv", fmt.Sprintf("%s, as %s.txt has it", p.Venv, lock.Name), "")
}

// refill is how to get the locked packages. Somebody else's environment is not
// ours to change.
func (c *checkup) refill() string {
	if c.python.Source == "cache" {
		return "remove it and run " + c.setup()
	}
	return "nothing, if these are the packages you want; else " + c.setup() + ", and leave that virtual environment"
}

// setup is the command that makes what the profile needs.
func (c *checkup) setup() string {
	if c.Profile == provision.Process {
		return "snakepit setup --profile process"
	}
	return "snakepit setup"
}

func (c *checkup) installed(ctx context.Context) (map[string]string, error) {
	out, err := c.ask(ctx, listScript)
	if err != nil {
		return nil, err
	}
	var listed map[string]string
	if err := json.Unmarshal([]byte(out), &listed); err != nil {
		return nil, err
	}
	versions := map[string]string{}
	for name, version := range listed {
		versions[normal(name)] = version
	}
	return versions, nil
}

// normal is a package's name as comparisons want it.
func normal(name string) string {
	return strings.NewReplacer("_", "-", ".", "-").Replace(strings.ToLower(name))
}

func differences(lock locks.Lock, installed map[string]string) []string {
	var wrong []string
	for _, r := range lock.Requirements() {
		switch version, ok := installed[normal(r.Name)]; {
		case !ok:
			wrong = append(wrong, r.Name+" is missing")
		case version != r.Version:
			wrong = append(wrong, fmt.Sprintf("%s is %s and not %s", r.Name, version, r.Version))
		}
	}
	return wrong
}
