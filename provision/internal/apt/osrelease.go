package apt

import (
	"os"
	"slices"
	"strings"
)

// OSRelease is what /etc/os-release says about the distribution.
type OSRelease struct {
	ID, VersionID, Codename string
	Like                    []string
}

// ReadOSRelease reads an os-release file; a missing one names nothing.
func ReadOSRelease(path string) OSRelease {
	data, _ := os.ReadFile(path)
	fields := map[string]string{}
	for line := range strings.Lines(string(data)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		fields[key] = strings.Trim(value, `"'`)
	}
	return OSRelease{ID: fields["ID"], VersionID: fields["VERSION_ID"], Codename: codename(fields), Like: strings.Fields(fields["ID_LIKE"])}
}

func codename(fields map[string]string) string {
	if name := fields["UBUNTU_CODENAME"]; name != "" {
		return name
	}
	return fields["VERSION_CODENAME"]
}

// Name is the distribution and its version, as short as a file name wants it.
func (o OSRelease) Name() string {
	if o.ID == "" {
		return "unknown"
	}
	return o.ID + o.VersionID
}

// Debian says that apt and source packages are to be expected here.
func (o OSRelease) Debian() bool {
	return o.ID == "debian" || o.ubuntu() || slices.Contains(o.Like, "debian")
}

func (o OSRelease) ubuntu() bool {
	return o.ID == "ubuntu" || slices.Contains(o.Like, "ubuntu")
}

// ownSuites are the names under which the mirror's main entry may go.
func (o OSRelease) ownSuites() []string {
	return []string{o.Codename, "stable", "testing", "unstable", "sid", "oldstable", "devel"}
}

// wantedSuites are the suites to look for a Python in. All of Debian's are on
// each of its mirrors; Ubuntu's have the one in development as "devel".
func (o OSRelease) wantedSuites(configured []string) []string {
	wanted := []string{"testing", "unstable", "stable"}
	if o.ubuntu() {
		wanted = append(slices.Clone(configured), "devel")
	} else if o.Codename != "" {
		wanted = append(wanted, o.Codename)
	}
	slices.Sort(wanted)
	return slices.Compact(wanted)
}
