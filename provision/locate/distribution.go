package locate

import "path/filepath"

// distribution offers the distribution's own packages, whether or not PATH
// leads there: python3.13t as Fedora names it, python3.13-nogil as Ubuntu's
// archive of other versions does.
func distribution(s *search) (string, []candidate) {
	bin := s.system("usr/bin")
	return bin, glob(filepath.Join(bin, "python3.1[3-9]t"), filepath.Join(bin, "python3.1[3-9]-nogil"), filepath.Join(bin, "python3.1[3-9]"))
}
