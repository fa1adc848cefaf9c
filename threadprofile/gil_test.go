package threadprofile_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	osexec "os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/gosnakepit/snakepit"
	"github.com/gosnakepit/snakepit/embed"
	"github.com/gosnakepit/snakepit/profile/profiletest/harness"
	"github.com/gosnakepit/snakepit/threadprofile"
)

// extension compiles testdata/needsgil.c and returns the folder that it is in, with
// a module beside it that imports it.
func extension(t *testing.T) string {
	t.Helper()
	harness.FreeThreaded(t)
	python := harness.Python(t).Executable
	out, err := osexec.Command(python, "-I", "-c", "import sysconfig as s; print(s.get_path('include')); print(s.get_config_var('EXT_SUFFIX'))").Output()
	require.NoError(t, err)
	answer := strings.Fields(string(out))
	if _, err := os.Stat(filepath.Join(answer[0], "Python.h")); err != nil {
		t.Skip("no headers of Python: ", err)
	}
	dir := t.TempDir()
	cc := osexec.Command("cc", "-shared", "-fPIC", "-I"+answer[0], "-o", filepath.Join(dir, "needsgil"+answer[1]), "testdata/needsgil.c")
	if text, err := cc.CombinedOutput(); errors.Is(err, osexec.ErrNotFound) {
		t.Skip("no C compiler")
	} else {
		require.NoError(t, err, "%s", text)
	}
	indirect := "def value():\n    import needsgil\n    return 1\n"
	require.NoError(t, os.WriteFile(filepath.Join(dir, "indirect.py"), []byte(indirect), 0o600))
	return dir
}

// TestGILPolicies imports a module that turns the GIL on, under each policy, as a
// target and from Python code.
func TestGILPolicies(t *testing.T) {
	env := []string{"EXTENSION=" + extension(t)}
	for name, part := range map[string]string{"warn": warnPart, "fail": failPart, "refuse": refusePart, "adapter": adapterPart, "code": codePart} {
		t.Run(name, func(t *testing.T) { harness.Child{Part: part, Env: env}.Succeed(t) })
	}
}

// gilChild opens a runtime with a policy on the folder of the extension.
func gilChild(policy threadprofile.GILPolicy, log io.Writer) *snakepit.Runtime {
	rt, err := tryChild(gilConfig(policy), log)
	harness.Check(err)
	wants(python(rt).Python.GIL, false)
	return rt
}

func gilConfig(policy threadprofile.GILPolicy) threadprofile.Config {
	return threadprofile.Config{GIL: policy, Path: []string{os.Getenv("EXTENSION")}}
}

func gilIsOn(rt *snakepit.Runtime) bool {
	v, err := rt.Eval(ctx0, "gil", "__import__('sys')._is_gil_enabled()")
	harness.Check(err)
	return v.(bool)
}

var warnPart = harness.Part("gil warn", func() {
	var log bytes.Buffer
	rt := gilChild(threadprofile.GILWarn, &log)
	_, err := rt.Call(ctx0, "needsgil:__name__.upper")
	harness.Check(err)
	wants(gilIsOn(rt), true)
	stats := python(rt).Python
	wants(stats.GIL, true)
	wants(stats.GILCulprits, []string{"needsgil"})
	harness.Assert(strings.Count(log.String(), "level=WARN") == 1 && strings.Contains(log.String(), "needsgil"), "log: %s", log.String())
	_, err = tryChild(gilConfig(threadprofile.GILRefuse), io.Discard)
	harness.Assert(err != nil, "a pool that refuses the GIL opened with the GIL on")
})

var failPart = harness.Part("gil fail", func() {
	rt := gilChild(threadprofile.GILFail, io.Discard)
	for _, target := range []string{"needsgil:x", "needsgil:__name__.upper"} {
		_, err := rt.Call(ctx0, target)
		var refused *embed.GILImportError
		harness.Assert(errors.As(err, &refused), "got %v", err)
		wants(refused.Module, "needsgil")
	}
	wants(gilIsOn(rt), false)
	_, err := rt.Call(ctx0, "no_such_module:f")
	harness.Assert(err != nil && strings.Contains(err.Error(), "ModuleNotFoundError"), "got %v", err)
	_, err = rt.Call(ctx0, "json:dumps", 1)
	harness.Check(err)
})

var refusePart = harness.Part("gil refuse", func() {
	rt := gilChild(threadprofile.GILRefuse, io.Discard)
	_, err := rt.Call(ctx0, "needsgil:__name__.upper")
	var refused *embed.GILImportError
	harness.Assert(errors.As(err, &refused), "got %v", err)
	wants(gilIsOn(rt), false)
})

// An adapter is imported like any target.
var adapterPart = harness.Part("gil adapter", func() {
	c := gilConfig(threadprofile.GILFail)
	c.Adapter = "needsgil"
	_, err := tryChild(c, io.Discard)
	var refused *embed.GILImportError
	harness.Assert(errors.As(err, &refused), "got %v", err)
	wants(gilIsOn(gilChild(threadprofile.GILFail, io.Discard)), false)
})

// What Python code imports by itself is found out at the next import of ours.
var codePart = harness.Part("gil code", func() {
	var log bytes.Buffer
	rt := gilChild(threadprofile.GILWarn, &log)
	_, err := rt.Call(ctx0, "indirect:value")
	harness.Check(err)
	wants(gilIsOn(rt), true)
	_, err = rt.Call(ctx0, "colorsys:rgb_to_yiq", 1, 1, 1)
	harness.Check(err)
	wants(python(rt).Python.GILCulprits, []string{"needsgil"})
	harness.Assert(strings.Contains(log.String(), "modules=[needsgil]"), "log: %s", log.String())
})

// TestGILBuild opens a Python that has the GIL for good.
func TestGILBuild(t *testing.T) {
	if harness.Python(t).FreeThreaded {
		t.Skip("this Python has no GIL")
	}
	t.Log(harness.Child{Part: buildPart}.Succeed(t).Stdout)
}

var buildPart = harness.Part("gil build", func() {
	_, err := tryChild(threadprofile.Config{GIL: threadprofile.GILRefuse}, io.Discard)
	fmt.Println(err)
	harness.Assert(errors.Is(err, snakepit.ErrUnavailable), "got %v", err)
	rt := openChild(threadprofile.Config{})
	wants(python(rt).Python.GIL, true)
	wants(python(rt).Python.FreeThreaded, false)
})
