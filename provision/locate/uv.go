package locate

import "path/filepath"

// uv offers the Pythons that uv manages.
func uv(s *search) (string, []candidate) {
	dir := s.env("UV_PYTHON_INSTALL_DIR", "")
	if dir == "" {
		dir = s.env("XDG_DATA_HOME", s.inHome(".local/share"))
		if dir == "" {
			return "UV_PYTHON_INSTALL_DIR", nil
		}
		dir = filepath.Join(dir, "uv", "python")
	}
	return dir, glob(filepath.Join(dir, "cpython-*", "bin", "python3.*t"), filepath.Join(dir, "cpython-*", "bin", "python3"))
}
