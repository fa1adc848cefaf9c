package locate

import "path/filepath"

// pathNames are the commands looked for in each folder of PATH. The plain names
// count too: an installation may be free-threaded and called python3.
var pathNames = []string{"python3.1[3-9]t", "python3.1[3-9]", "python3", "python"}

// onPath offers the Pythons that a shell would find.
func onPath(s *search) (string, []candidate) {
	var patterns []string
	for _, name := range pathNames {
		for _, dir := range filepath.SplitList(s.getenv("PATH")) {
			if filepath.IsAbs(dir) {
				patterns = append(patterns, filepath.Join(dir, name))
			}
		}
	}
	return "PATH", glob(patterns...)
}
