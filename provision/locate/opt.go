package locate

import "path/filepath"

// opt offers what was installed by hand, in the places that are usual for it.
func opt(s *search) (string, []candidate) {
	var patterns []string
	for _, bin := range []string{"usr/local/bin", "opt/*/bin", "opt/python/*/bin"} {
		for _, name := range []string{"python3.1[3-9]t", "python3.1[3-9]"} {
			patterns = append(patterns, filepath.Join(s.system(bin), name))
		}
	}
	return s.system("usr/local") + ", " + s.system("opt"), glob(patterns...)
}
