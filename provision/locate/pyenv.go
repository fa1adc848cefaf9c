package locate

import "path/filepath"

// pyenv offers every version that pyenv has installed, whichever is current:
// its shims on PATH are scripts and say nothing by themselves.
func pyenv(s *search) (string, []candidate) {
	root := s.env("PYENV_ROOT", s.inHome(".pyenv"))
	if root == "" {
		return "PYENV_ROOT", nil
	}
	versions := filepath.Join(root, "versions", "3.*")
	return versions, glob(filepath.Join(versions, "bin", "python3.*t"), filepath.Join(versions, "bin", "python3"))
}
