package locate

import "path/filepath"

// framework offers what the macOS installer has put into /Library.
func framework(s *search) (string, []candidate) {
	dir := s.system("Library/Frameworks")
	versions := filepath.Join(dir, "Python*.framework", "Versions", "3.*", "bin")
	return dir, glob(filepath.Join(versions, "python3.*t"), filepath.Join(versions, "python3"))
}
