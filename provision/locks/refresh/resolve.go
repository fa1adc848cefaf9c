package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path"
	"strings"
)

// platform is one that the locks serve, and its wheel tags.
type platform struct {
	name string
	tags []string
}

// platforms have glibc 2.28 as their floor, as the packages do.
var platforms = []platform{
	{"linux x86_64", manylinux("x86_64")},
	{"linux aarch64", manylinux("aarch64")},
	{"macos arm64", []string{"macosx_14_0_arm64"}},
}

func manylinux(machine string) []string {
	tags := []string{"manylinux2014_" + machine, "linux_" + machine}
	for _, glibc := range []string{"2_28", "2_27", "2_26", "2_24", "2_17", "2_12", "2_5"} {
		tags = append(tags, "manylinux_"+glibc+"_"+machine)
	}
	return tags
}

// wheel is one file that pip would install.
type wheel struct {
	name, version, file, sha256 string
}

// report is the part of pip's installation report that is read here.
type report struct {
	Install []struct {
		Metadata struct {
			Name    string `json:"name"`
			Version string `json:"version"`
		} `json:"metadata"`
		Download struct {
			URL     string `json:"url"`
			Archive struct {
				Hashes map[string]string `json:"hashes"`
			} `json:"archive_info"`
		} `json:"download_info"`
	} `json:"install"`
}

// resolve asks pip what it would install on the platform for the ABI that the
// lock is named after: cp313t is CPython 3.13 without the GIL.
func resolve(ctx context.Context, python, input, abi string, p platform) ([]wheel, error) {
	target, err := os.MkdirTemp("", "refresh-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(target) }()
	args := []string{
		"-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed", "--only-binary=:all:",
		"--target", target, "--implementation", "cp", "--abi", abi, "--python-version", pythonVersion(abi),
		"--report", "-", "-r", input,
	}
	for _, tag := range p.tags {
		args = append(args, "--platform", tag)
	}
	cmd := exec.CommandContext(ctx, python, args...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	return wheels(out)
}

// pythonVersion is 3.13 for cp313 and for cp313t.
func pythonVersion(abi string) string {
	digits := strings.TrimSuffix(strings.TrimPrefix(abi, "cp"), "t")
	return digits[:1] + "." + digits[1:]
}

func wheels(data []byte) ([]wheel, error) {
	var r report
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, err
	}
	var all []wheel
	for _, i := range r.Install {
		w := wheel{strings.ToLower(i.Metadata.Name), i.Metadata.Version, path.Base(i.Download.URL), i.Download.Archive.Hashes["sha256"]}
		if w.sha256 == "" {
			return nil, fmt.Errorf("the index gives no sha256 for %s", w.file)
		}
		all = append(all, w)
	}
	return all, nil
}
